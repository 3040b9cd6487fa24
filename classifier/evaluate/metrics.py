"""What is measured of a run on one split."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from classifier.calibrate.links import Bools, Floats
from classifier.calibrate.reliability import Bin, reliability
from classifier.evaluate.promises import Coverage, LaneResult

NONE = np.zeros(0, dtype=bool)


@dataclass(frozen=True, slots=True)
class PerPhoto:
    """One entry per photo of a style on offer, for paired comparisons."""

    photos: tuple[str, ...]
    top1: Bools
    top3: Bools
    slices: Mapping[str, Bools] = field(default_factory=dict)  # "cold", "warm", "audit", "colour:red" ...
    seen: Bools | None = None  # called a dress


@dataclass(frozen=True, slots=True)
class PerNegative:
    """One entry per photo that is not a dress, for paired comparisons."""

    photos: tuple[str, ...] = ()
    found: Bools = field(default_factory=lambda: NONE)  # called not a dress


@dataclass(frozen=True, slots=True)
class PerAnswer:
    """One entry per photo of any kind: how sure the first candidate was, and whether it was right."""

    confidence: Floats = field(default_factory=lambda: np.zeros(0))
    correct: Bools = field(default_factory=lambda: NONE)


@dataclass(frozen=True, slots=True)
class Metrics:
    """Shares are in [0, 1]; what cannot be measured is None, and `why` says why."""

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
    ece: float | None  # of the first candidate's probability, all photos
    ece_in_stock: float | None  # of P(style | in stock), photos of styles on offer
    threshold: float
    per_photo: PerPhoto = field(repr=False, compare=False)
    per_negative: PerNegative = field(repr=False, compare=False, default_factory=PerNegative)
    per_answer: PerAnswer = field(repr=False, compare=False, default_factory=PerAnswer)
    cold_top1: float | None = None
    warm_n: int = 0
    warm_top1: float | None = None
    warm_top3: float | None = None
    ece_cold: float | None = None  # as ece_in_stock, where the first candidate is a style nobody verified
    ece_warm: float | None = None  # or somebody
    ece_adaptive: float | None = None  # as ece, in bins of equally many photos
    brier: float | None = None  # of the first candidate's probability, all photos
    nll: float | None = None  # of P(style | in stock), in nats, photos of styles on offer
    ece_dress: float | None = None  # of P(dress)
    brier_dress: float | None = None
    fpr95: float | None = None  # non-dresses that pass where .95 of the dresses do
    auroc_far: float | None = None  # against non-dresses that look nothing like one
    fpr95_far: float | None = None
    auroc_near: float | None = None  # against those that nearly are: a skirt and a top
    fpr95_near: float | None = None
    unlisted_fpr95: float | None = (
        None  # best similarity: dresses not in stock that pass where .95 in stock do
    )
    unlisted_auroc_fitted: float | None = None  # the same by P(in stock | dress)
    unlisted_fpr95_fitted: float | None = None
    coverage: dict[str, Coverage] | None = None  # of the conformal sets, by group
    lanes: dict[str, LaneResult] | None = None
    why: dict[str, str] = field(default_factory=dict)  # for what is None

    def summary(self) -> dict[str, Any]:
        """Everything but the single photos, for JSON."""
        nothing = PerPhoto((), NONE, NONE)
        bare = replace(self, per_photo=nothing, per_negative=PerNegative(), per_answer=PerAnswer())
        return {name: value for name, value in asdict(bare).items() if not name.startswith("per_")}

    def reliability(self) -> tuple[Bin, ...]:
        """Confidence and accuracy of the first candidate in ten bins, all photos."""
        return reliability(self.per_answer.confidence, self.per_answer.correct)
