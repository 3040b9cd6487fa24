"""Styles come and go: a file says which we rent out, row by row, and a bad row stops no other."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from truther.config import config
from truther.models import Style
from truther.models.arrivals import insert
from truther.models.fields import milliseconds
from truther.sources.catalogue_file import CatalogueRow, CatalogueUnreadable, read_catalogue
from truther.sources.develop import Darkroom
from truther.sources.media import MediaStore, PictureRefused, digest, read_picture
from truther.sources.posts import Rejection

CHUNK = 64  # rows looked up together


@dataclass
class CatalogueReport:
    """What an import did; styles are counted once, retired ones beside added or changed."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    retired: int = 0
    rejected: list[Rejection] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RetireReport:
    """What became of each sku named."""

    retired: tuple[str, ...]
    already: tuple[str, ...]
    unknown: tuple[str, ...]


def import_catalogue(
    path: Path, *, now: datetime, images_dir: Path | None = None, processes: int = 1
) -> CatalogueReport:
    """Add and update styles from a file; styles it does not name stay as they are.

    A row is taken whole or not at all: one image that cannot be read keeps the row out. An empty retired_on
    leaves a retired style retired, a day still to come counts from the first import after it.

    Args:
        path: .csv or JSON Lines.
        now: aware UTC.
        images_dir: where image paths start; the file's folder when None.
        processes: how many decode images; 1 inside Celery.

    Raises:
        CatalogueUnreadable: there is no such file or folder, or it is no catalogue.
        StorageFull: the disk has no room; rows before are in.
    """
    if not path.is_file():
        raise CatalogueUnreadable(f"there is no file {path}")
    if images_dir is not None and not images_dir.is_dir():
        raise CatalogueUnreadable(f"there is no folder {images_dir}")
    report, store = CatalogueReport(), MediaStore(config.data_dir / "media")
    with Darkroom(store, processes=processes) as darkroom:
        rows = _rows(read_catalogue(path, images_dir), report)
        while chunk := list(islice(rows, CHUNK)):
            known = Style.objects.in_bulk([row.sku for row in chunk])
            shots = _studio_shots(chunk, store, darkroom, report)
            for row in chunk:
                if row.sku in shots:
                    _upsert(row, shots[row.sku], known.get(row.sku), report, now)
    report.rejected.sort(key=lambda rejection: rejection.line)
    return report


def retire(skus: Sequence[str], *, day: date, now: datetime) -> RetireReport:
    """Take styles out of what is offered, from that day on; unknown skus are named and stop no other."""
    known = Style.objects.in_bulk(list(skus))
    offered = [sku for sku in dict.fromkeys(skus) if sku in known and known[sku].retired_on is None]
    for sku in offered:
        Style.objects.filter(pk=sku, retired_on=None).update(retired_on=day, changed_at=milliseconds(now))
    return RetireReport(
        retired=tuple(offered),
        already=tuple(sku for sku in dict.fromkeys(skus) if sku in known and sku not in offered),
        unknown=tuple(sku for sku in dict.fromkeys(skus) if sku not in known),
    )


def _rows(entries: Iterable[CatalogueRow | Rejection], report: CatalogueReport) -> Iterator[CatalogueRow]:
    for entry in entries:
        if isinstance(entry, Rejection):
            report.rejected.append(entry)
        else:
            yield entry


def _studio_shots(
    rows: Sequence[CatalogueRow], store: MediaStore, darkroom: Darkroom, report: CatalogueReport
) -> dict[str, list[str]]:
    """Store the images of these rows; return their hashes by sku, without the rows that must be rejected."""
    shots: dict[str, list[str]] = {}
    refused: dict[str, Rejection] = {}

    def refuse(row: CatalogueRow, image: Path, refusal: PictureRefused) -> None:
        reason = f"image {image.name}: {refusal}"
        refused.setdefault(row.sku, Rejection(row.line, reason, row.sku))

    def unseen() -> Iterator[tuple[tuple[CatalogueRow, Path], bytes]]:
        for row in rows:
            shots[row.sku] = []
            for image in row.images:
                try:
                    data = read_picture(image, max_bytes=config.max_image_bytes)
                except PictureRefused as refusal:
                    refuse(row, image, refusal)
                    continue
                shots[row.sku].append(digest(data))
                if not store.has(digest(data)):
                    yield (row, image), data

    for (row, image), outcome in darkroom.develop(unseen()):
        if isinstance(outcome, PictureRefused):
            refuse(row, image, outcome)
    report.rejected += refused.values()
    return {sku: list(dict.fromkeys(found)) for sku, found in shots.items() if sku not in refused}


def _upsert(
    row: CatalogueRow, images: list[str], known: Style | None, report: CatalogueReport, now: datetime
) -> None:
    values = _values(row, images)
    if row.retired_on is not None and row.retired_on <= now.date():
        values["retired_on"] = row.retired_on
    changed_at = milliseconds(now)
    if known is None and insert(Style.objects.all(), pk=row.sku, changed_at=changed_at, **values):
        report.added += 1
        report.retired += "retired_on" in values
        return
    known = known or Style.objects.get(pk=row.sku)  # another import was faster
    changes = {name: value for name, value in values.items() if getattr(known, name) != value}
    if not changes:
        report.unchanged += 1
        return
    Style.objects.filter(pk=row.sku).update(changed_at=changed_at, **changes)
    report.changed += 1
    report.retired += "retired_on" in changes and known.retired_on is None


def _values(row: CatalogueRow, images: list[str]) -> dict[str, Any]:
    words = (row.name, row.designer, row.category, row.sku, *row.attributes.values())
    return {
        "name": row.name,
        "designer": row.designer,
        "category": row.category,
        "acquired_on": row.acquired_on,
        "attributes": row.attributes,
        "images": images,
        "search_text": " ".join(word for word in words if word).casefold(),
    }
