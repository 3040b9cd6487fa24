"""A snapshot as arrays in memory."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from classifier.composite import cut_out
from classifier.snapshot import Snapshot, SnapshotError, SnapshotPhoto
from classifier.transforms import SPARE, frame_size, read_frame

Rows = npt.NDArray[np.int64]
NO_STYLE = NO_CUT = -1
ANCHOR = 1.0  # votes that the settled style counts for, beside those people cast


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture to train on."""

    image: str
    sku: str  # "" when it shows no style of the catalogue
    dress: bool
    studio: bool
    answers: Mapping[str, int] = field(default_factory=dict)  # of the people who settled it


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """All pictures to train on, decoded once."""

    frames: Tensor  # (N, 3, h, w) uint8, SPARE times larger than the network's input
    styles: Rows  # (N,) row of the style in skus, or NO_STYLE
    dress: npt.NDArray[np.bool_]  # (N,)
    skus: tuple[str, ...]
    studio_rows: tuple[Rows, ...]  # by style
    photo_rows: tuple[Rows, ...]  # by style
    other_rows: Rows  # not a dress, or a dress not in stock
    votes: Mapping[int, Mapping[int, float]] = field(default_factory=dict)  # row -> style -> share, if split
    cuts: Tensor | None = None  # (M, 4, h, w) uint8, as of composite.cut_out
    cut_of: Rows | None = None  # (N,) which of the cuts is of this row, or NO_CUT


def load_training_set(snapshot: Snapshot, *, size_px: int, studio_only_styles: bool) -> TrainingSet:
    """Decode the training split and the studio shots of the styles it is about.

    Args:
        studio_only_styles: whether active styles without a photo in the training split take part too.

    Raises:
        SnapshotError: too little to learn from, or a style without any picture.
        BrokenImage: names the file.
    """
    shots = training_shots(snapshot, studio_only_styles=studio_only_styles)
    skus = tuple(sorted({shot.sku for shot in shots} - {""}))
    if len(skus) < 2:
        raise SnapshotError(f"{snapshot.folder}: training needs at least two styles, there are {len(skus)}")
    place = {sku: row for row, sku in enumerate(skus)}
    styles = np.array([place.get(shot.sku, NO_STYLE) for shot in shots])
    studio = np.array([shot.studio for shot in shots])
    height, width = frame_size(size_px)
    frames = read_frames(
        [snapshot.path(shot.image) for shot in shots], (round(height * SPARE), round(width * SPARE))
    )
    return TrainingSet(
        frames=frames,
        styles=styles,
        dress=np.array([shot.dress for shot in shots]),
        skus=skus,
        studio_rows=_by_style(styles, studio, len(skus)),
        photo_rows=_by_style(styles, ~studio, len(skus)),
        other_rows=np.flatnonzero(styles == NO_STYLE),
        votes=_votes(shots, place),
    )


def with_cuts(data: TrainingSet) -> TrainingSet:
    """The same with its studio shots cut out of their paper, as far as that is possible."""
    rows = np.concatenate(data.studio_rows)
    cuts, usable = cut_out(data.frames[rows])
    cut_of = np.full(len(data.styles), NO_CUT)
    cut_of[rows[usable.numpy()]] = np.arange(int(usable.sum()))
    return replace(data, cuts=cuts[usable], cut_of=cut_of)


def training_shots(snapshot: Snapshot, *, studio_only_styles: bool) -> list[Shot]:
    """List the pictures to train on: never one of the calibration or holdout split.

    Raises:
        SnapshotError: the catalogue is empty, or a style that should be learned has no picture.
    """
    if not snapshot.styles:
        raise SnapshotError(f"{snapshot.folder}: the catalogue is empty")
    photos = snapshot.of("train")
    seen = {photo.sku for photo in photos if photo.label == "style"}
    shots = []
    for style in snapshot.styles:
        if style.active and not style.images and style.sku not in seen:
            raise SnapshotError(f"{snapshot.folder}: style {style.sku} has no picture at all")
        if style.sku in seen or (style.active and studio_only_styles):
            shots += [Shot(image, style.sku, dress=True, studio=True) for image in style.images]
    return shots + [_photo_shot(photo) for photo in photos]


def read_frames(paths: Sequence[Path], size: tuple[int, int]) -> Tensor:
    """Decode files into one (N, 3, h, w) uint8 tensor, in threads (Pillow lets go of the lock)."""
    frames = np.empty((len(paths), 3, *size), dtype=np.uint8)
    with ThreadPoolExecutor(2) as pool:
        for row, frame in enumerate(pool.map(lambda path: read_frame(path, size), paths)):
            frames[row] = frame
    return torch.from_numpy(frames)


def _photo_shot(photo: SnapshotPhoto) -> Shot:
    sku = photo.sku if photo.label == "style" else ""
    return Shot(photo.image, sku, dress=photo.label != "not_dress", studio=False, answers=photo.answers)


def _votes(shots: Sequence[Shot], place: Mapping[str, int]) -> dict[int, dict[int, float]]:
    """Shares of the styles people named, for the photos on which they did not agree.

    Answers are "style:SKU" as the app counts them, or a bare sku. What is no style on offer here ("none",
    "not_dress", "cant_tell") says nothing about which style it is. The settled style counts ANCHOR votes
    more: with a few votes only, their spread says little.
    """
    votes = {}
    for row, shot in enumerate(shots):
        named = {
            answer.removeprefix("style:"): float(count) for answer, count in shot.answers.items() if count > 0
        }
        counts = {place[sku]: count for sku, count in named.items() if sku in place}
        if shot.sku and set(counts) - {place[shot.sku]}:
            counts[place[shot.sku]] = counts.get(place[shot.sku], 0.0) + ANCHOR
            total = sum(counts.values())
            votes[row] = {style: count / total for style, count in counts.items()}
    return votes


def _by_style(styles: Rows, among: npt.NDArray[np.bool_], count: int) -> tuple[Rows, ...]:
    rows = np.flatnonzero(among & (styles != NO_STYLE))
    order = rows[np.argsort(styles[rows], kind="stable")]
    return tuple(np.split(order, np.searchsorted(styles[order], np.arange(1, count))))
