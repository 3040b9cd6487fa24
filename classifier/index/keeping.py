"""An index on disk, changed by one process at a time: styles come and go, and a reader meets a whole file."""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from classifier.index.styles import IndexMismatch, StyleIndex
from classifier.refusal import Refusal
from classifier.snapshot import Snapshot

if TYPE_CHECKING:
    from classifier.predict import DeepDress

NAMED = 3  # in a sentence about many


class EmptyCatalogue(Refusal, ValueError):
    """There would be no style to offer."""


class NoPicture(Refusal, ValueError):
    """A style has neither a studio shot nor a verified photo."""


@dataclass(frozen=True, slots=True)
class Renewal:
    """What a rebuilding changed."""

    came: tuple[str, ...]
    went: tuple[str, ...]
    styles: int


def build(model: "DeepDress", snapshot: Snapshot, *, skip_bare: bool = False) -> StyleIndex:
    """Make the index of a snapshot's active styles, as a promotion would.

    Args:
        skip_bare: leave styles without any picture out, rather than refuse.

    Raises:
        EmptyCatalogue, NoPicture: see there.
        BrokenImage: names the file.
    """
    from classifier.embedded import embed_snapshot, verified_pictures

    active = [style for style in snapshot.styles if style.active]
    if not active:
        raise EmptyCatalogue(f"snapshot {snapshot.id} has no active style: there is nothing to offer")
    verified = verified_pictures(snapshot)
    bare = [style.sku for style in active if not style.images and style.sku not in verified]
    if bare and (not skip_bare or len(bare) == len(active)):
        named = ", ".join(bare[:NAMED]) + (" ..." if len(bare) > NAMED else "")
        raise NoPicture(
            f"{len(bare)} active styles have neither a studio shot nor a verified photo ({named}): "
            "give them one, retire them, or leave them out with --skip-bare"
        )
    return embed_snapshot(model, snapshot).index(model)


def add_files(
    model: "DeepDress", index: StyleIndex, sku: str, *, studio: Sequence[Path], verified: Sequence[Path]
) -> None:
    """Offer one style from now on, or renew it, by these files alone; a wrong file changes nothing.

    Raises:
        NoPicture: there is no file. IndexMismatch: the index is of another model.
        BrokenImage, FileNotFoundError: names the file.
    """
    if index.version != model.version:
        raise IndexMismatch(
            f"the index is of model {index.version}, not {model.version}: rebuild it with this model"
        )
    if not studio and not verified:
        raise NoPicture(f"style {sku} needs a studio shot or a verified photo")
    vectors = model.describe_files([*studio, *verified]).embeddings
    index.add(
        sku,
        studio=vectors[: len(studio)],
        verified=vectors[len(studio) :],
        studio_names=[path.name for path in studio],
        verified_names=[path.name for path in verified],
    )


def renewal(before: StyleIndex, after: StyleIndex) -> Renewal:
    """Say which styles a rebuilding brought and took."""
    old, new = set(before.skus), set(after.skus)
    return Renewal(tuple(sorted(new - old)), tuple(sorted(old - new)), len(after))


@contextmanager
def changing(path: Path) -> Iterator[StyleIndex]:
    """Load an index, let it be changed, and save it; nobody else may meanwhile, and an error saves nothing.

    Raises:
        RunError: there is no index at the path.
    """
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        index = StyleIndex.load(path)
        yield index
        index.save(path)
    finally:
        os.close(folder)
