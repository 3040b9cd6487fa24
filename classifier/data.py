"""A snapshot as arrays in memory, and the batches drawn from it."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from classifier.snapshot import Snapshot, SnapshotError, SnapshotPhoto
from classifier.transforms import SPARE, frame_size, read_frame

Rows = npt.NDArray[np.int64]
NO_STYLE = -1


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture to train on."""

    image: str
    sku: str  # "" when it shows no style of the catalogue
    dress: bool
    studio: bool


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
    )


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


@dataclass(frozen=True, slots=True)
class BatchPlan:
    """The make-up of a batch."""

    styles: int
    photos_per_style: int  # one studio shot among them
    others: int
    seed: int

    def rows(self, data: TrainingSet, step: int) -> Rows:
        """Rows of one batch, by seed and step alone, so that a resumed run meets the same ones.

        Styles come first, each as a studio shot and photos; where one sort is missing the other fills up.
        """
        chance = np.random.default_rng([self.seed, step])
        count = len(data.skus)
        chosen = chance.choice(count, self.styles, replace=count < self.styles)
        rows = [self._style_rows(data, style, chance) for style in chosen]
        if len(data.other_rows):
            rows.append(
                chance.choice(data.other_rows, self.others, replace=len(data.other_rows) < self.others)
            )
        return np.concatenate(rows)

    def _style_rows(self, data: TrainingSet, style: int, chance: np.random.Generator) -> Rows:
        studio, photos = data.studio_rows[style], data.photo_rows[style]
        n_studio = 1 if len(photos) else self.photos_per_style
        if not len(studio):
            n_studio = 0
        drawn = []
        for pool, number in ((studio, n_studio), (photos, self.photos_per_style - n_studio)):
            if number:
                drawn.append(chance.choice(pool, number, replace=len(pool) < number))
        return np.concatenate(drawn)


def _photo_shot(photo: SnapshotPhoto) -> Shot:
    sku = photo.sku if photo.label == "style" else ""
    return Shot(photo.image, sku, dress=photo.label != "not_dress", studio=False)


def _by_style(styles: Rows, among: npt.NDArray[np.bool_], count: int) -> tuple[Rows, ...]:
    rows = np.flatnonzero(among & (styles != NO_STYLE))
    order = rows[np.argsort(styles[rows], kind="stable")]
    return tuple(np.split(order, np.searchsorted(styles[order], np.arange(1, count))))
