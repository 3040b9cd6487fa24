"""Parts of a snapshot as snapshots of their own, for benchmarks; pictures are linked, never copied."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from classifier.snapshot import (
    Snapshot,
    SnapshotPhoto,
    SnapshotStyle,
    read_snapshot,
    write_snapshot,
)


def share_of(word: str, what: str) -> float:
    """Where a word falls in [0, 1), for a purpose named by another; the same on every machine."""
    return int.from_bytes(hashlib.sha256(f"{what}:{word}".encode()).digest()[:8], "big") / 2**64


def write_part(
    whole: Snapshot, folder: Path, styles: Sequence[SnapshotStyle], photos: Iterable[SnapshotPhoto]
) -> Snapshot:
    """Write some of the rows as a snapshot beside links to its pictures; what is there already is read.

    Args:
        styles: all of them are on offer in the part, whatever they were.
    """
    if not (folder / "snapshot.json").is_file():
        kept = list(photos)
        pictures = {image for style in styles for image in style.images} | {photo.image for photo in kept}
        for image in pictures:
            link = folder / image
            link.parent.mkdir(parents=True, exist_ok=True)
            link.unlink(missing_ok=True)
            link.symlink_to(whole.path(image).resolve())
        offered = [replace(style, active=True) for style in styles]
        write_snapshot(folder, id=folder.name, created_at=whole.created_at, styles=offered, photos=kept)
    return read_snapshot(folder)


def photos_of(
    snapshot: Snapshot, skus: Iterable[str], keep: Callable[[SnapshotPhoto], bool] = lambda _: True
) -> list[SnapshotPhoto]:
    """The photos of some styles."""
    wanted = set(skus)
    return [
        photo for photo in snapshot.photos if photo.label == "style" and photo.sku in wanted and keep(photo)
    ]


def not_of_styles(snapshot: Snapshot, *, most: int) -> list[SnapshotPhoto]:
    """Photos of no style of the catalogue, at most so many, evenly through their order."""
    others = [photo for photo in snapshot.photos if photo.label != "style"]
    return others[:: max(1, -(-len(others) // most))]
