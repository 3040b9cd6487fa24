"""Rows for MLlib: interactions as a frame of Spark, from memory or from files, checked where they lie."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

import numpy as np
import pyarrow

from recsys.data import Ids, Interactions
from recsys.data.reading import plain_numbers
from recsys.models.base import Array
from recsys.refusal import BadFile, BadInteractions, BadParameter

Session = Any  # pyspark.sql.SparkSession: Any to a type checker here
Frame = Any  # pyspark.sql.DataFrame
MERGED = ("refuse", "sum", "mean", "max")


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Pairs as rows and columns of a matrix, on Spark; only ids are here."""

    users: Ids
    items: Ids
    frame: Frame  # user int, item int, value float


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """What each item has, after a look at all pairs."""

    pairs: int
    of_items: Array  # (I,) float64: how many values
    sums: Array  # (I,) float64


def rows_of(spark: Session, data: Interactions) -> Rows:
    """Interactions from memory."""
    columns = (data.user_rows, data.csr.indices.astype(np.int32), data.csr.data.astype(np.float32))
    table = pyarrow.table(dict(zip(("user", "item", "value"), columns, strict=True)))
    return Rows(data.users, data.items, spark.createDataFrame(table))


def read_rows(
    spark: Session, path: Path | str, *, user: str, item: str, value: str | None, duplicates: str
) -> Rows:
    """Pairs of a file or folder that Spark reads; ids come here, get their places, and are joined on Spark.

    Raises:
        BadFile: Spark cannot read it, or a column is missing; BadInteractions: an id is missing.
        BadParameter: such duplicates cannot be merged on Spark.
    """
    if duplicates not in MERGED:
        raise BadParameter(f"duplicates={duplicates!r}: on Spark choose one of {', '.join(MERGED)}")
    frame = _opened(spark, path)
    value = None if value == "value" and value not in frame.columns else value
    for name in (user, item, *(() if value is None else (value,))):
        if name not in frame.columns:
            raise BadFile(f"there is no column {name!r}; the columns are {', '.join(frame.columns)}")
    number = "1f" if value is None else f"try_cast({_quoted(value)} as float)"
    pairs = frame.selectExpr(
        f"{_quoted(user)} as user_name", f"{_quoted(item)} as item_name", f"{number} as value"
    )
    users, pairs = _placed(spark, pairs, "user", text=_is_text(path))
    items, pairs = _placed(spark, pairs, "item", text=_is_text(path))
    pairs = pairs.select("user", "item", "value")
    if duplicates != "refuse":
        merge = f"case when count(*) = count(value) then cast({duplicates}(value) as float) end as value"
        from pyspark.sql import functions as F

        pairs = pairs.groupBy("user", "item").agg(F.expr(merge))
    return Rows(users, items, pairs)


def counted(rows: Rows, *, implicit: bool, above: float) -> Counts:
    """Look at all pairs on Spark.

    Raises:
        BadInteractions: nothing is there, a pair comes twice, a value is missing or not finite; for implicit
            models also: a value is negative, or none is above the level.
    """
    from pyspark.sql import functions as F

    frame = rows.frame
    bad = F.col("value").isNull() | F.isnan("value") | (F.abs("value") == float("inf"))
    facts = frame.agg(
        F.count("*").alias("pairs"),
        F.count_distinct("user", "item").alias("different"),
        F.sum(bad.cast("long")).alias("bad"),
        F.min("value").alias("least"),
        F.max("value").alias("most"),
    ).first()
    _refuse(facts.asDict(), implicit=implicit, above=above)
    table = frame.groupBy("item").agg(F.count("*").alias("count"), F.sum("value").alias("sum")).toArrow()
    counts, sums = np.zeros(len(rows.items)), np.zeros(len(rows.items))
    places = table["item"].to_numpy()
    counts[places], sums[places] = table["count"].to_numpy(), table["sum"].to_numpy()
    return Counts(facts["pairs"], counts, sums)


def _refuse(facts: dict[str, Any], *, implicit: bool, above: float) -> None:
    if not facts["pairs"]:
        raise BadInteractions("there is not a single interaction: nothing can be learnt")
    if facts["bad"]:
        raise BadInteractions(f"{facts['bad']} values are missing or not finite: leave such rows out")
    again = facts["pairs"] - facts["different"]
    if again:
        raise BadInteractions(
            f'{again} rows are a pair that was there before: choose duplicates="sum", "mean" or "max"'
        )
    if implicit and facts["least"] < 0:
        raise BadInteractions(f"a value is {facts['least']:g}: ials takes no negative values")
    if implicit and facts["most"] <= above:
        raise BadInteractions(f"no value is above {above:g}: nothing can be learnt")


def _opened(spark: Session, path: Path | str) -> Frame:
    from pyspark.errors import PySparkException

    try:
        if not _is_text(path):
            return spark.read.parquet(str(path))
        tabs = ".tsv" in _suffixes(path)
        return spark.read.csv(str(path), header=True, sep="\t" if tabs else ",")  # all text: 007 stays 007
    except PySparkException as error:
        raise BadFile(f"Spark cannot read {path}: {str(error).splitlines()[0]}") from error


def _is_text(path: Path | str) -> bool:
    return not {".csv", ".tsv"}.isdisjoint(_suffixes(path))


def _suffixes(path: Path | str) -> Sequence[str]:
    return [suffix.lower() for suffix in PurePath(str(path)).suffixes]


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _placed(spark: Session, pairs: Frame, kind: str, *, text: bool) -> tuple[Ids, Frame]:
    """The sorted ids of one kind, and the pairs with their places: the same for any order of rows."""
    names = pairs.select(f"{kind}_name").distinct().toArrow().column(0)
    if names.null_count:
        raise BadInteractions(f"there are rows that have no {kind}: fill it in or leave them out")
    numbers = text and plain_numbers(names)
    listed = (names.cast(pyarrow.int64()) if numbers else names).to_pylist()
    ids, places = Ids.of(np.array([*listed, None], dtype=object)[:-1], kind=kind)
    table = spark.createDataFrame(pyarrow.table({f"{kind}_name": names, kind: places}))
    return ids, pairs.join(table, f"{kind}_name")
