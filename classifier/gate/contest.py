"""Two runs before the gate: both answer the same holdout in one process, so that nothing but they differs."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from classifier.embedded import EmbeddedSnapshot, embed_snapshot
from classifier.evaluate import Metrics, measure
from classifier.gate import Answers, Limits, Ruling, weigh
from classifier.predict import DeepDress
from classifier.snapshot import Snapshot, Split, read_snapshot

TIMED = 40  # pictures
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Contest:
    """The gate's word, and what it was told of both sides."""

    ruling: Ruling
    champion: Metrics
    challenger: Metrics

    def document(self) -> dict[str, Any]:
        """All of it as plain JSON."""
        sides = {"champion": self.champion.summary(), "challenger": self.challenger.summary()}
        return self.ruling.document() | sides


def contest(
    champion: Path,
    challenger: Path,
    snapshot: Path,
    split: Split = "holdout",
    *,
    limits: Limits | None = None,
    device: str = "auto",
) -> Contest:
    """Let two runs serve one split, each as it would be served, and let the gate rule.

    Raises:
        RunError, SnapshotError, BrokenImage: a run or the snapshot cannot be read.
    """
    frozen = read_snapshot(snapshot)
    owners = {photo.photo: photo.owner for photo in frozen.photos}
    models = [DeepDress.load(run, device) for run in (champion, challenger)]
    embedded = [embed_snapshot(model, frozen) for model in models]
    before, after = (measure(model, seen, split) for model, seen in zip(models, embedded, strict=True))
    slowest = p95_ms(models, embedded, _timed(frozen, split))
    ruling = weigh(answers_of(before, owners, slowest[0]), answers_of(after, owners, slowest[1]), limits)
    return Contest(ruling, before, after)


def answers_of(metrics: Metrics, owners: Mapping[str, str], p95: float | None = None) -> Answers:
    """What the gate wants to know of one model; owners by photo."""
    photos, negatives = metrics.per_photo, metrics.per_negative
    return Answers(
        run=metrics.run,
        photos=photos.photos,
        owners=tuple(owners.get(photo, "") for photo in photos.photos),
        top1=photos.top1,
        top3=photos.top3,
        slices=photos.slices,
        negatives=negatives.photos,
        negative_owners=tuple(owners.get(photo, "") for photo in negatives.photos),
        found=negatives.found,
        ece=metrics.ece or 0.0,
        chance=metrics.chance,
        colour_top3=metrics.colour_top3,
        seen=photos.seen,
        p95_ms=p95,
    )


def p95_ms(
    models: Sequence[DeepDress], embedded: Sequence[EmbeddedSnapshot], pictures: Sequence[bytes]
) -> list[float | None]:
    """How long each model lets 95 of 100 pictures wait, from bytes to three styles, in ms.

    The models take turns at every picture, and the quickest of ROUNDS counts: what else the machine does
    meanwhile then weighs on both alike.
    """
    if not pictures:
        return [None for _ in models]
    indexes = [seen.index(model) for model, seen in zip(models, embedded, strict=True)]
    spent = np.full((len(models), len(pictures), ROUNDS), np.inf)
    for turn in range(ROUNDS):
        for place, picture in enumerate(pictures):
            for step in range(len(models)):
                who = (turn + place + step) % len(models)
                began = time.perf_counter()
                described = models[who].describe_frames([models[who].frame(picture)])
                models[who].rank(described, indexes[who])
                spent[who, place, turn] = time.perf_counter() - began
    return [float(1000 * np.quantile(row, 0.95)) for row in spent.min(axis=2)]


def _timed(snapshot: Snapshot, split: Split) -> list[bytes]:
    return [snapshot.path(photo.image).read_bytes() for photo in snapshot.of(split)[:TIMED]]
