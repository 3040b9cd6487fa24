"""Parts of a snapshot, and of a run, for benchmarks; pictures are linked, never copied."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from classifier.refusal import Refusal
from classifier.snapshot import (
    Snapshot,
    SnapshotPhoto,
    SnapshotStyle,
    read_snapshot,
    write_snapshot,
)


class TooFewStyles(Refusal, ValueError):
    """The snapshot is too small for this benchmark."""


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


def split_again(photos: Iterable[SnapshotPhoto]) -> list[SnapshotPhoto]:
    """Photos of styles, split so that most styles have some on either side, and no owner is on both.

    One owner of each style that several people wore is held out, with all that person's photos. What stays
    without a photo to learn from is left out.
    """
    kept = sorted(photos, key=lambda photo: photo.photo)
    owners: dict[str, list[str]] = {}
    for photo in kept:
        owners.setdefault(photo.sku, []).append(_owner(photo))
    held = {of_style[-1] for of_style in owners.values() if len(set(of_style)) > 1}
    split = [replace(photo, split="holdout" if _owner(photo) in held else "train") for photo in kept]
    learned = {photo.sku for photo in split if photo.split == "train"}
    return [photo for photo in split if photo.sku in learned]


def photos_of(snapshot: Snapshot, skus: Iterable[str]) -> list[SnapshotPhoto]:
    """The photos of some styles."""
    wanted = set(skus)
    return [photo for photo in snapshot.photos if photo.label == "style" and photo.sku in wanted]


def by_chance(snapshot: Snapshot, what: str) -> list[str]:
    """The styles with a studio shot and photos, in an order that depends on their names alone."""
    seen = {photo.sku for photo in snapshot.photos if photo.label == "style"}
    skus = [style.sku for style in snapshot.styles if style.images and style.sku in seen]
    return sorted(skus, key=lambda sku: share_of(sku, what))


def require_styles(snapshot: Snapshot, found: int, wanted: int) -> None:
    """Make sure that there is enough to divide.

    Raises:
        TooFewStyles: there is not.
    """
    if found < wanted:
        raise TooFewStyles(
            f"{snapshot.folder} has {found} styles with studio shots and photos; this needs {wanted}: ask "
            "for fewer with --styles, or draw a larger snapshot"
        )


def not_of_styles(snapshot: Snapshot, *, most: int) -> list[SnapshotPhoto]:
    """Photos of no style of the catalogue, at most so many, evenly through their order."""
    others = [photo for photo in snapshot.photos if photo.label != "style"]
    return others[:: max(1, -(-len(others) // most))]


def write_trunk(run: Path, folder: Path) -> tuple[str, Path]:
    """The name of a run's trunk, and a file with its weights alone: all that lies on it starts afresh."""
    from classifier.checkpoint import write_tensors
    from classifier.predict import DeepDress
    from classifier.runs import read_facts

    path = folder / f"{run.name}.trunk.safetensors"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        write_tensors(path, DeepDress.load(run, device="cpu").net.trunk.state_dict(), {})
    return read_facts(run).trunk, path


def slug(arm: str) -> str:
    """The name of an arm as a file's name."""
    return arm.replace("(", "").replace(")", "").replace(" ", "-")


def _owner(photo: SnapshotPhoto) -> str:
    return photo.owner or photo.photo
