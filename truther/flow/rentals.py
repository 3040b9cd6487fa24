"""Rentals come in from a file, row by row: what is known is brought up to date, what is wrong kept apart."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction

from classifier.runs import write_whole
from truther.models import Rental, Style
from truther.models.fields import milliseconds
from truther.models.rentals import rental_id
from truther.sources.posts import Rejection
from truther.sources.rentals_file import Refused, RentalRow, read_rentals

CHUNK = 500  # rows looked up and stored together


@dataclass
class RentalsReport:
    """What an import did, or would do."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    rejects_file: str = ""  # where the rejected rows lie, as they came; "" while there are none


def import_rentals(
    path: Path, *, now: datetime, rejects: Path | None = None, dry_run: bool = False
) -> RentalsReport:
    """Add and update rentals from a file; a row that is wrong stops no other.

    A row is known again by its `id`, or without one by customer, sku and day (UTC).

    Args:
        path: .csv, .tsv or .parquet; columns: see docs/data.md.
        rejects: where rejected rows are written, with line and reason; beside the file when None.
        dry_run: judge the whole file, write nothing.

    Raises:
        RentalsUnreadable: there is no such file, it is something else, or it lacks a column.
        OSError: the rejected rows cannot be written there; all other rows are in by then.
    """
    report, refused = RentalsReport(), list[Refused]()
    first_lines: dict[str, tuple[int, int]] = {}  # by rental: line, hash of what it says
    rows = _taken(read_rentals(path, now=now), refused, first_lines)
    while chunk := list(islice(rows, CHUNK)):
        known = _on_file(chunk, refused)
        _upsert(known, report, dry_run=dry_run)
    refused.sort(key=lambda one: one.rejection.line)
    report.rejected = [one.rejection for one in refused]
    if refused and not dry_run:
        target = rejects or path.with_name(f"{path.stem}.rejected.csv")
        write_rejects(target, refused)
        report.rejects_file = str(target)
    return report


def forget(customer: str) -> int:
    """Delete a customer's rentals for good; returns how many that were.

    What recommenders keep of her goes by `flow/recommend.forget`; from the next night on she is in none.
    """
    return Rental.objects.forget(customer)


def write_rejects(path: Path, refused: Sequence[Refused]) -> None:
    """Write rows as they came, after their line and the reason: mended, the file can be imported itself."""
    from io import StringIO

    names = list(dict.fromkeys(name for one in refused for name in one.raw if name is not None))
    names = [name for name in names if name not in ("line", "reason")]
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(["line", "reason", *names])
    for one in refused:
        rest = [str(value) for value in one.raw.get(None, [])]  # type: ignore[call-overload]
        cells = [_cell(one.raw.get(name)) for name in names]
        writer.writerow([one.rejection.line, one.rejection.reason, *cells, *rest])
    write_whole(path, out.getvalue().encode())


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else json.dumps(value, default=str)


def _taken(
    entries: Iterable[RentalRow | Refused], refused: list[Refused], first: dict[str, tuple[int, int]]
) -> Iterator[RentalRow]:
    """The rows that stand for themselves: of two that name one rental the first counts."""
    for entry in entries:
        if isinstance(entry, Refused):
            refused.append(entry)
            continue
        said = hash(tuple(_values(entry).values()))
        line, earlier = first.setdefault(_key(entry), (entry.line, said))
        if line == entry.line:
            yield entry
        elif earlier != said:
            keep = "" if entry.id else ", sku and day: give each rental an id to keep both"
            reason = f"line {line} has the same {'id' if entry.id else 'customer'}{keep}"
            refused.append(Refused(Rejection(entry.line, reason, entry.sku), entry.raw))


def _on_file(chunk: Sequence[RentalRow], refused: list[Refused]) -> list[RentalRow]:
    """The rows whose style the catalogue has."""
    known = set(Style.objects.in_bulk([row.sku for row in chunk]))
    for row in chunk:
        if row.sku not in known:
            reason = "the catalogue has no such style: import the catalogue, then this row again"
            refused.append(Refused(Rejection(row.line, reason, row.sku), row.raw))
    return [row for row in chunk if row.sku in known]


def _upsert(rows: Sequence[RentalRow], report: RentalsReport, *, dry_run: bool) -> None:
    there = Rental.objects.in_bulk([_key(row) for row in rows])
    fresh, changed = [], []
    for row in rows:
        rental, known = Rental(id=_key(row), **_values(row)), there.get(_key(row))
        if known is None:
            fresh.append(rental)
        elif known.values != rental.values:
            changed.append(rental)
        else:
            report.unchanged += 1
    report.added += len(fresh)
    report.changed += len(changed)
    if dry_run:
        return
    with transaction.atomic(using="documents"):
        Rental.objects.insert_all(fresh)
        for rental in changed:
            Rental.objects.put(rental)


def _key(row: RentalRow) -> str:
    return row.id or rental_id(row.customer, row.sku, row.rented_at)


def _values(row: RentalRow) -> Mapping[str, Any]:
    return {
        "customer": row.customer,
        "sku": row.sku,
        "size": row.size,
        "rented_at": milliseconds(row.rented_at),
        "returned_at": None if row.returned_at is None else milliseconds(row.returned_at),
    }
