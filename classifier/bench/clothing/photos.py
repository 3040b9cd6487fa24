"""Photos of clothes with their senders, and ways to split them that keep every sender on one side."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from classifier.decode import Undecodable, decode
from classifier.layouts.clothing import DRESS, ClothingPhoto, read_photos
from classifier.layouts.collection import LayoutError, summed_up
from classifier.refusal import Refusal

Rows = npt.NDArray[np.int64]


class SendersOverlap(Refusal, ValueError):
    """The same person's photos would teach and test."""


class TooFewSenders(Refusal, ValueError):
    """There are fewer senders of dresses, or of anything else, than folds."""


@dataclass(frozen=True, slots=True, eq=False)
class Photos:
    """Decoded photos in one order."""

    images: list[Image.Image]
    names: list[str]
    senders: npt.NDArray[np.str_]
    labels: npt.NDArray[np.str_]

    @property
    def dress(self) -> npt.NDArray[np.bool_]:
        """Which are dresses."""
        return np.asarray(self.labels == DRESS)

    @property
    def classes(self) -> list[str]:
        """All labels, by name."""
        return sorted(set(self.labels.tolist()))


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Rows to learn from, and rows to be measured on."""

    train: Rows
    test: Rows


def load_photos(*folders: Path) -> tuple[Photos, list[Rows]]:
    """All photos of folders in the clothing format, and which rows are of which folder.

    Raises:
        LayoutError: a picture is missing or cannot be read; all are named.
    """
    rows: list[Rows] = []
    found: list[ClothingPhoto] = []
    problems: list[str] = []
    for folder in folders:
        photos, missing = read_photos(folder)
        rows.append(np.arange(len(found), len(found) + len(photos)))
        found += photos
        problems += missing
    images = []
    for photo in found:
        try:
            images.append(decode(photo.source.read()))
        except Undecodable as error:
            problems.append(f"unreadable: {photo.source}: {error}")
    if problems:
        raise LayoutError(summed_up(problems))
    senders, labels = ([getattr(photo, name) for photo in found] for name in ("sender", "label"))
    return Photos(images, [photo.image for photo in found], np.array(senders), np.array(labels)), rows


def apart(photos: Photos, train: Rows, test: Rows) -> Split:
    """Two folders as a split.

    Raises:
        SendersOverlap: names the senders in both.
    """
    both = sorted(set(photos.senders[train]) & set(photos.senders[test]))
    if both:
        named = ", ".join(both[:10])
        raise SendersOverlap(f"{len(both)} senders are in both folders ({named}): give each to one of them")
    return Split(train, test)


def folds(photos: Photos, count: int, seed: int) -> list[Split]:
    """Sender-grouped folds of about equal size; each photo is tested once.

    Raises:
        TooFewSenders: some fold would have no dress or nothing else to learn from.
    """
    for dress in (True, False):
        known = len(set(photos.senders[photos.dress == dress]))
        if known < count:
            what = "dresses" if dress else "anything but dresses"
            raise TooFewSenders(f"{known} senders of {what} cannot be dealt to {count} folds")
    senders, counts = np.unique(photos.senders, return_counts=True)
    order = np.random.default_rng(seed).permutation(len(senders))
    order = order[np.argsort(-counts[order], kind="stable")]
    fold_of, sizes = dict[str, int](), [0] * count
    for sender in order:  # the largest first, each to the smallest fold
        smallest = sizes.index(min(sizes))
        fold_of[str(senders[sender])] = smallest
        sizes[smallest] += int(counts[sender])
    fold = np.array([fold_of[sender] for sender in photos.senders.tolist()])
    return [Split(np.flatnonzero(fold != n), np.flatnonzero(fold == n)) for n in range(count)]


def rows_of(splits: Sequence[Split]) -> Rows:
    """All rows that are tested, in order."""
    return np.sort(np.concatenate([split.test for split in splits]))
