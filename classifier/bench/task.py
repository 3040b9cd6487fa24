"""The task of a retrieval benchmark: photos to be found in a gallery of styles, and how well that went."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from classifier.embedded import verified_pictures
from classifier.refusal import Refusal
from classifier.snapshot import Snapshot, SnapshotPhoto

Rows = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
NEAR_KINDS = ("separates",)  # no dresses, but drawn much like them


class NothingToMeasure(Refusal, ValueError):
    """The snapshot has no photo to be found, or nothing to find it in."""


@dataclass(frozen=True, eq=False)
class Task:
    """One gallery for all methods: studio shots and, for warm styles, verified photos."""

    snapshot: Snapshot  # without its calibration photos
    skus: tuple[str, ...]
    gallery: tuple[str, ...]  # pictures
    owner: Rows  # (gallery,) row in skus
    photos: tuple[SnapshotPhoto, ...]  # those to be found, then all that show no style on offer
    answers: Rows  # (N,) row in skus
    warm: Bools  # (N,)
    twins: Mapping[str, Mapping[str, Any]]

    @property
    def n(self) -> int:
        """How many photos are to be found."""
        return len(self.answers)

    def paths(self, images: Sequence[str]) -> list[Path]:
        """Where pictures lie."""
        return [self.snapshot.path(image) for image in images]

    def labelled(self, label: str) -> Bools:
        """Which photos have a label (photos,)."""
        return np.array([photo.label == label for photo in self.photos], dtype=bool)


def task_of(snapshot: Snapshot, *, cold: bool = False) -> Task:
    """The holdout photos against all styles on offer.

    Args:
        cold: every photo of a style is to be found, and only studio shots are in the gallery.

    Raises:
        NothingToMeasure: no style on offer has a picture, or there is no photo of one.
    """
    photos = [photo for photo in snapshot.photos if photo.split != "calibration" or cold]
    verified = {} if cold else verified_pictures(snapshot)
    pictures = {
        style.sku: (*style.images, *verified.get(style.sku, ())) for style in snapshot.styles if style.active
    }
    skus = tuple(sku for sku, images in pictures.items() if images)
    place = {sku: row for row, sku in enumerate(skus)}
    asked = [photo for photo in photos if photo.split == "holdout" or cold]
    wanted = [photo for photo in asked if photo.label == "style" and photo.sku in place]
    if not wanted:
        raise NothingToMeasure(
            f"{snapshot.folder}: no holdout photo shows one of the {len(skus)} styles on offer with a picture"
        )
    others = [photo for photo in asked if photo.label != "style"]
    counts = [len(pictures[sku]) for sku in skus]
    twins = snapshot.folder / "twins.json"
    return Task(
        Snapshot(
            snapshot.folder, snapshot.id, snapshot.created_at, snapshot.sha256, snapshot.styles, tuple(photos)
        ),
        skus,
        tuple(image for sku in skus for image in pictures[sku]),
        np.repeat(np.arange(len(skus)), counts),
        (*wanted, *others),
        np.array([place[photo.sku] for photo in wanted]),
        np.array([photo.sku in verified for photo in wanted], dtype=bool),
        json.loads(twins.read_bytes()) if twins.is_file() else {},
    )


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What a method says of a task's photos."""

    similarities: npt.NDArray[np.float32]  # (photos, skus)
    dress: npt.NDArray[np.floating[Any]]  # (photos,) higher for a dress


def ranks_of(task: Task, found: Found) -> npt.NDArray[np.float64]:
    """Place (N,), from 0, of each photo's own style; among equals it stands in the middle."""
    rows = found.similarities[: task.n]
    own = rows[np.arange(task.n), task.answers][:, None]
    return np.asarray((rows > own).sum(axis=1) + ((rows == own).sum(axis=1) - 1) / 2)


def told_from_twins(task: Task, found: Found) -> list[int]:
    """1 or 0 for each photo of a style with twins: whether its own style came before all of them."""
    place = {sku: row for row, sku in enumerate(task.skus)}
    told = []
    for row, answer in enumerate(task.answers):
        others = [
            place[sku] for sku in task.twins.get(task.skus[answer], {}).get("twins", ()) if sku in place
        ]
        if others:
            line = found.similarities[row]
            told.append(int(line[answer] > line[others].max()))
    return told


def judged(task: Task, found: Found) -> dict[str, Any]:
    """All that the tables need to know of one method."""
    best = found.similarities.max(axis=1)
    listed = np.arange(len(task.photos)) < task.n
    not_dress = task.labelled("not_dress")
    kinds = np.array([photo.kind for photo in task.photos], dtype=object)
    near = not_dress & np.isin(kinds, NEAR_KINDS)
    return {
        "ranks": ranks_of(task, found).tolist(),
        "told": told_from_twins(task, found),
        "auroc_unlisted": separation(best, listed, task.labelled("unlisted")),
        "auroc_far": separation(found.dress, ~not_dress, not_dress & ~near),
        "auroc_near": separation(found.dress, ~not_dress, near),
    }


def separation(scores: npt.NDArray[Any], high: Bools, low: Bools) -> float | None:
    """AUROC: the share of pairs in which the high one has the higher score; None without any pair."""
    from classifier.calibrate import auroc

    if not high.any() or not low.any():
        return None
    both = high | low
    found = auroc(np.asarray(scores, dtype=np.float64)[both], high[both])
    return None if found is None else float(found)
