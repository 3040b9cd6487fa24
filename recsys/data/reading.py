"""Interactions from a frame, a CSV or TSV file, or Parquet, by the names of their columns."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow
from numpy.typing import NDArray
from pyarrow import compute, csv, parquet

from recsys.data.interactions import Duplicates, Interactions, interactions
from recsys.refusal import BadFile


def read_interactions(
    path: Path,
    *,
    user: str = "user",
    item: str = "item",
    value: str | None = "value",
    time: str | None = "time",
    duplicates: Duplicates = "refuse",
    items: Iterable[Any] | None = None,
    dtype: str = "float32",
) -> Interactions:
    """Read one file: .parquet, .tsv (tabs) or anything else as CSV; the first line names the columns.

    Args:
        value, time: columns that may be missing when they keep their default names; None leaves them out.

    Raises:
        BadFile: no such file, not what its name says, or without a column (those there are named).
        BadInteractions: a row cannot be used; it is named.
    """
    return read_frame(
        _table(path, ids=(user, item)),
        user=user,
        item=item,
        value=value,
        time=time,
        duplicates=duplicates,
        items=items,
        dtype=dtype,
    )


def read_frame(
    frame: Any,
    *,
    user: str = "user",
    item: str = "item",
    value: str | None = "value",
    time: str | None = "time",
    duplicates: Duplicates = "refuse",
    items: Iterable[Any] | None = None,
    dtype: str = "float32",
) -> Interactions:
    """The same from a frame: pandas, polars, a pyarrow table or a dictionary of columns.

    Raises:
        BadFile: a column is missing; BadInteractions: a row cannot be used.
    """
    there = _names(frame)
    optional = {"value": value, "time": time}
    for wanted in (user, item, *(name for usual, name in optional.items() if name not in (None, usual))):
        if wanted not in there:
            raise BadFile(
                f"there is no column {wanted!r}; the columns are {', '.join(there)}: name the one to use"
            )
    return interactions(
        _column(frame, user),
        _column(frame, item),
        _column(frame, value) if value in there and value is not None else None,
        _column(frame, time) if time in there and time is not None else None,
        duplicates=duplicates,
        items=items,
        dtype=dtype,
    )


def _names(frame: Any) -> list[str]:
    if isinstance(frame, pyarrow.Table):
        names = frame.column_names
    else:
        names = list(frame.columns if hasattr(frame, "columns") else frame.keys())
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise BadFile(f"column {twice!r} is there twice: rename one")
    return [str(name) for name in names]


def _table(path: Path, *, ids: Sequence[str]) -> pyarrow.Table:
    if not path.is_file():
        raise BadFile(f"there is no file {path}")
    try:
        return parquet.read_table(path) if path.suffix.lower() == ".parquet" else _text(path, ids)
    except (pyarrow.ArrowException, OSError) as error:
        raise BadFile(f"{path.name} cannot be read: {error}") from error


def _text(path: Path, ids: Sequence[str]) -> pyarrow.Table:
    """Ids come as text, or 007 would lose its zeros; plain whole numbers become numbers again."""
    tabs = ".tsv" in (suffix.lower() for suffix in path.suffixes)  # also rows.tsv.gz
    types = csv.ConvertOptions(column_types={name: pyarrow.string() for name in ids})
    table = csv.read_csv(
        path, parse_options=csv.ParseOptions(delimiter="\t" if tabs else ","), convert_options=types
    )
    for place, name in enumerate(table.column_names):
        if name in ids and plain_numbers(table.column(place)):
            table = table.set_column(place, name, table.column(place).cast(pyarrow.int64()))
    return table


def plain_numbers(column: pyarrow.ChunkedArray) -> bool:
    """Whether every text is a whole number written without leading zeros."""
    return bool(compute.all(compute.match_substring_regex(column, r"^(0|-?[1-9]\d{0,17})$")).as_py())


def _column(frame: Any, name: str) -> NDArray[Any]:
    column = frame[name]
    if not isinstance(column, pyarrow.ChunkedArray):
        return np.asarray(column)
    if pyarrow.types.is_timestamp(column.type) or pyarrow.types.is_date(column.type):
        moments = column if pyarrow.types.is_timestamp(column.type) else column.cast(pyarrow.timestamp("ms"))
        # Seconds of UTC: a zone changes how a moment is written, not when it is.
        return np.asarray(moments.cast(pyarrow.timestamp("s"), safe=False).to_numpy())
    if column.null_count == 0 and pyarrow.types.is_primitive(column.type):
        return np.asarray(column.to_numpy())
    listed = np.empty(len(column), dtype=object)
    listed[:] = column.to_pylist()
    return listed
