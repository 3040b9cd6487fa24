"""Interactions from a frame, a CSV or TSV file, or Parquet, by the names of their columns."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow
from numpy.typing import NDArray
from pyarrow import csv, parquet

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
        _table(path),
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
    there = [str(name) for name in (frame.column_names if isinstance(frame, pyarrow.Table) else frame.keys())]
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


def _table(path: Path) -> pyarrow.Table:
    if not path.is_file():
        raise BadFile(f"there is no file {path}")
    try:
        if path.suffix == ".parquet":
            return parquet.read_table(path)
        return csv.read_csv(
            path, parse_options=csv.ParseOptions(delimiter="\t" if path.suffix == ".tsv" else ",")
        )
    except pyarrow.ArrowInvalid as error:
        raise BadFile(f"{path.name} cannot be read: {error}") from error


def _column(frame: Any, name: str) -> NDArray[Any]:
    column = frame[name]
    if isinstance(column, pyarrow.ChunkedArray):
        if pyarrow.types.is_timestamp(column.type):
            column = column.cast(pyarrow.timestamp("s"), safe=False)
        if pyarrow.types.is_date(column.type):
            column = column.cast(pyarrow.timestamp("s"))
        if column.null_count == 0 and not pyarrow.types.is_string(column.type):
            return np.asarray(column.to_numpy())
        return np.array(column.to_pylist(), dtype=object)
    return np.asarray(column)
