"""Rentals from CSV, TSV or Parquet, checked row by row; what is refused keeps its row as it came."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from truther.sources import payload
from truther.sources.catalogue_file import SKU
from truther.sources.posts import PostRefused, Rejection, moment, name_of, text

NEEDED = ("customer", "sku", "rented_at")
AHEAD = timedelta(days=730)  # a booking may lie that far in the future


class RentalsUnreadable(ValueError):
    """A file that holds no rentals at all."""


@dataclass(frozen=True, slots=True)
class RentalRow:
    """One rental as the file tells it."""

    line: int
    raw: Mapping[str, Any]
    id: str  # "": the file gives none
    customer: str
    sku: str
    size: str
    rented_at: datetime
    returned_at: datetime | None


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not taken, as it came."""

    rejection: Rejection
    raw: Mapping[str, Any]


def read_rentals(path: Path, *, now: datetime) -> Iterator[RentalRow | Refused]:
    """Yield each row, or why it is none.

    Args:
        path: .parquet, .tsv, or CSV with commas or semicolons, UTF-8; the first line names the columns.

    Raises:
        RentalsUnreadable: there is no such file, it is something else, or it lacks a column (it is named).
    """
    if not path.is_file():
        raise RentalsUnreadable(f"there is no file {path}")
    entries = _parquet_rows(path) if path.suffix.lower() == ".parquet" else _text_rows(path)
    for line, entry in entries:
        try:
            if None in entry:  # how the reader hands over what has no column
                raise PostRefused("it has more values than there are columns")
            yield _row(entry, line, now)
        except PostRefused as refusal:
            yield Refused(Rejection(line, str(refusal), str(entry.get("sku") or "")[:64]), entry)


def _text_rows(path: Path) -> Iterator[tuple[int, Mapping[Any, Any]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header = file.readline()
            file.seek(0)
            reader = csv.DictReader(file, delimiter=_delimiter(path, header))
            reader.fieldnames = _known(
                [(name or "").strip().casefold() for name in reader.fieldnames or []], path
            )
            for entry in reader:
                yield reader.line_num, entry
    except UnicodeDecodeError as error:
        raise RentalsUnreadable(f"{path.name} is not UTF-8: save it as UTF-8 first") from error
    except csv.Error as error:
        raise RentalsUnreadable(f"{path.name} is not CSV ({error})") from error


def _delimiter(path: Path, header: str) -> str:
    if path.suffix.lower() == ".tsv":
        return "\t"
    return ";" if header.count(";") > header.count(",") else ","


def _parquet_rows(path: Path) -> Iterator[tuple[int, Mapping[Any, Any]]]:
    """Rows count from 1; values keep their types."""
    import pyarrow  # only where such a file is read
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(path)
        names = _known([name.strip().casefold() for name in file.schema_arrow.names], path)
        number = 0
        for batch in file.iter_batches(batch_size=10_000):
            for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                number += 1
                yield number, dict(zip(names, values, strict=True))
    except (pyarrow.ArrowInvalid, OSError) as error:
        raise RentalsUnreadable(f"{path.name} is not Parquet: {error}") from error


def _known(names: list[str], path: Path) -> list[str]:
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise RentalsUnreadable(
            f"{path.name} has no column {' and none called '.join(missing)}; "
            f"its columns are {', '.join(names) or 'none'}: rename what holds it"
        )
    return names


def _row(entry: Mapping[str, Any], line: int, now: datetime) -> RentalRow:
    customer, sku, size = _word(entry, "customer", 64), _word(entry, "sku", 64), _word(entry, "size", 16)
    if not customer:
        raise PostRefused("customer is missing")
    if not SKU.fullmatch(sku):
        raise PostRefused("sku must be 1 to 58 letters, digits, - and _")
    rented_at = _moment(entry, "rented_at", now)
    if rented_at is None:
        raise PostRefused("rented_at is missing")
    returned_at = _moment(entry, "returned_at", now)
    if returned_at is not None and returned_at < rented_at:
        raise PostRefused("returned_at is before rented_at")
    return RentalRow(line, entry, name_of(entry.get("id"), "id"), customer, sku, size, rented_at, returned_at)


def _word(entry: Mapping[str, Any], key: str, limit: int) -> str:
    value = entry.get(key)
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = f"{value:g}" if isinstance(value, float) else str(value)
    return text({key: value}, key, limit=limit).translate(payload.NOT_TEXT)


def _moment(entry: Mapping[str, Any], key: str, now: datetime) -> datetime | None:
    """An aware time cut to seconds' fractions as both databases keep them; None when there is none."""
    value = entry.get(key)
    if value is None or value == "":
        return None
    if isinstance(value, str):
        value = value.strip()
        value = int(value) if value.isdecimal() and len(value) > 8 else value  # seconds since 1970
    elif not isinstance(value, int | float):  # what Parquet holds: a date or a datetime
        value = value.isoformat()
    found = moment(value, key, now=now + AHEAD)
    return found.astimezone(UTC)
