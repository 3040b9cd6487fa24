"""How good a run is on one split of a snapshot, beside chance and the colour floor."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from classifier.calibrate import auroc, expected_calibration_error
from classifier.colour import colour_ranks
from classifier.embedded import EmbeddedSnapshot, embed_snapshot, verified_pictures
from classifier.predict import DeepDress, Scores
from classifier.snapshot import Snapshot, SnapshotPhoto, Split, read_snapshot

Bools = npt.NDArray[np.bool_]


class NotComparable(ValueError):
    """Two evaluations are not of the same photos."""


@dataclass(frozen=True, slots=True)
class PerPhoto:
    """One entry per photo of a style on offer, for paired comparisons."""

    photos: tuple[str, ...]
    top1: Bools
    top3: Bools
    slices: Mapping[str, Bools] = field(default_factory=dict)  # "cold", "warm", "audit", "colour:red" ...


@dataclass(frozen=True, slots=True)
class PerNegative:
    """One entry per photo that is not a dress, for paired comparisons."""

    photos: tuple[str, ...]
    found: Bools  # called not a dress


NOTHING = PerNegative((), np.zeros(0, dtype=bool))


@dataclass(frozen=True, slots=True)
class Metrics:
    """Shares are in [0, 1]; what cannot be measured (no such photos) is None."""

    run: str
    snapshot: str
    split: str
    styles: int  # on offer
    n: int  # photos of a style on offer
    top1: float | None
    top3: float | None
    chance: float  # top-3 of a guess
    colour_top1: float | None
    colour_top3: float | None
    cold_n: int  # photos of styles without a verified photo
    cold_top3: float | None
    n_not_dress: int
    auroc: float | None  # P(dress): dresses, in stock or not, against all else
    not_dress_recall: float | None  # at the run's threshold
    dress_recall: float | None
    recall_by_kind: dict[str, float]  # of non-dresses, where the snapshot knows the kind
    n_unlisted: int
    unlisted_auroc: float | None  # best similarity: in stock against dresses that are not
    ece: float  # of the first candidate's probability, all photos
    ece_in_stock: float
    threshold: float
    per_photo: PerPhoto = field(repr=False, compare=False)
    per_negative: PerNegative = field(repr=False, compare=False, default=NOTHING)

    def summary(self) -> dict[str, Any]:
        """Everything but the single photos, for JSON."""
        bare = replace(self, per_photo=PerPhoto((), NOTHING.found, NOTHING.found), per_negative=NOTHING)
        return {name: value for name, value in asdict(bare).items() if not name.startswith("per_")}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Challenger minus champion in top-3 share, with a 95 % interval."""

    difference: float
    low: float
    high: float
    n: int


def evaluate(run: Path, snapshot: Path, split: Split = "holdout", *, device: str = "auto") -> Metrics:
    """Serve the split as the run would, with prototypes from studio shots and the training split.

    Raises:
        RunError, SnapshotError, BrokenImage: the run or the snapshot cannot be read.
    """
    model = DeepDress.load(run, device)
    return measure(model, embed_snapshot(model, read_snapshot(snapshot)), split)


def measure(model: DeepDress, embedded: EmbeddedSnapshot, split: Split) -> Metrics:
    """The same for a model and a snapshot already in memory."""
    index = embedded.index(model)
    photos = embedded.snapshot.of(split)
    scores = model.score(embedded.photos(photos), index)
    labels = np.array([photo.label for photo in photos], dtype="U9")
    listed = np.array([photo.label == "style" and photo.sku in index for photo in photos], dtype=bool)
    ranks = own_ranks(scores, photos, index.skus)
    best = scores.similarities.max(axis=1) if len(index) else np.zeros(len(photos))
    confidence = (
        (scores.p_dress[:, None] * scores.p_style).max(axis=1) if len(index) else np.zeros(len(photos))
    )
    shown = [photo for photo, is_listed in zip(photos, listed, strict=True) if is_listed]
    verified = verified_pictures(embedded.snapshot)
    cold = np.array([photo.sku not in verified for photo in photos], dtype=bool)
    colours = colour_ranks(embedded.snapshot, index.skus, shown)
    passed, not_dress = scores.p_dress >= model.serving.calibration.threshold, labels == "not_dress"
    in_question = listed | (labels == "unlisted")
    return Metrics(
        run=model.version,
        snapshot=embedded.snapshot.id,
        split=split,
        styles=len(index),
        n=len(shown),
        top1=share(ranks[listed] < 1),
        top3=share(ranks[listed] < 3),
        chance=min(1.0, 3 / max(1, len(index))),
        colour_top1=share(colours < 1),
        colour_top3=share(colours < 3),
        cold_n=int((listed & cold).sum()),
        cold_top3=share(ranks[listed & cold] < 3),
        n_not_dress=int(not_dress.sum()),
        auroc=_known(auroc(scores.p_dress, ~not_dress)),
        not_dress_recall=share(~passed[not_dress]),
        dress_recall=share(passed[~not_dress]),
        recall_by_kind=_by_kind(photos, ~passed, not_dress),
        n_unlisted=int((labels == "unlisted").sum()),
        unlisted_auroc=_known(auroc(best[in_question], listed[in_question])),
        ece=expected_calibration_error(confidence, listed & (ranks < 1)),
        ece_in_stock=expected_calibration_error(confidence[listed], ranks[listed] < 1),
        threshold=model.serving.calibration.threshold,
        per_photo=PerPhoto(
            tuple(photo.photo for photo in shown),
            ranks[listed] < 1,
            ranks[listed] < 3,
            slices_of(embedded.snapshot, shown),
        ),
        per_negative=PerNegative(
            tuple(photo.photo for photo in photos if photo.label == "not_dress"), ~passed[not_dress]
        ),
    )


def slices_of(snapshot: Snapshot, photos: Sequence[SnapshotPhoto]) -> dict[str, Bools]:
    """Which of the photos (N,) belong to each part that a gate looks at apart; empty parts are there too.

    "cold": nobody has verified a photo of the style, "warm": somebody has, "audit": a second, blind look
    confirmed the label, "colour:<word>": the catalogue's word for the style's colour.
    """
    verified = verified_pictures(snapshot)
    colours = {style.sku: style.colour for style in snapshot.styles}
    warm = np.array([photo.sku in verified for photo in photos], dtype=bool)
    slices = {"cold": ~warm, "warm": warm}
    slices["audit"] = np.array(["audit" in photo.tags for photo in photos], dtype=bool)
    own = np.array([colours.get(photo.sku, "") for photo in photos], dtype=object)
    return slices | {f"colour:{word}": own == word for word in sorted(set(own) - {""})}


def own_ranks(scores: Scores, photos: Sequence[SnapshotPhoto], skus: Sequence[str]) -> npt.NDArray[np.int64]:
    """Place (N,), from 0, of each photo's own style; past the end for a photo without one on offer."""
    place = {sku: row for row, sku in enumerate(skus)}
    ranks = np.full(len(photos), len(skus) + 3)
    for row, photo in enumerate(photos):
        if photo.label == "style" and photo.sku in place:
            similarities = scores.similarities[row]
            ranks[row] = int((similarities > similarities[place[photo.sku]]).sum())
    return ranks


def compare(champion: Metrics, challenger: Metrics, *, seed: int = 0, draws: int = 2000) -> Comparison:
    """Difference in top-3 with a paired bootstrap interval over photos.

    Raises:
        NotComparable: they were not measured on the same photos, or on none.

    Source: Efron and Tibshirani 1993, percentile interval.
    """
    ours, theirs = challenger.per_photo, champion.per_photo
    if ours.photos != theirs.photos or not ours.photos:
        raise NotComparable(f"{champion.run} and {challenger.run} were not measured on the same photos")
    differences = ours.top3.astype(np.float64) - theirs.top3
    count = len(differences)
    chance = np.random.default_rng(seed)
    means = np.array([differences[chance.integers(0, count, count)].mean() for _ in range(draws)])
    low, high = np.quantile(means, [0.025, 0.975])
    return Comparison(float(differences.mean()), float(low), float(high), count)


def share(hits: Bools) -> float | None:
    """Mean of the hits; None of no hits at all."""
    return float(hits.mean()) if len(hits) else None


def _known(number: float) -> float | None:
    return None if np.isnan(number) else number


def _by_kind(photos: Sequence[SnapshotPhoto], hits: Bools, among: Bools) -> dict[str, float]:
    kinds = np.array([photo.kind for photo in photos], dtype=object)
    return {kind: float(hits[among & (kinds == kind)].mean()) for kind in sorted(set(kinds[among]) - {""})}
