"""All that turns what the network says into probabilities: plain numbers, kept in facts.json."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np

from classifier.calibrate.conformal import ConformalSets
from classifier.calibrate.dress import HEAD_ALONE, stock_features
from classifier.calibrate.evidence import Evidence, Scores
from classifier.calibrate.lanes import Lanes
from classifier.calibrate.links import Floats, softmax
from classifier.calibrate.logistic import Logistic
from classifier.calibrate.temperature import Sharpness


@dataclass(frozen=True, slots=True)
class Calibration:
    """P(style) = P(dress) * P(in stock | dress) * P(style | in stock), and what is promised on top of it."""

    dress: Logistic = HEAD_ALONE  # of dress_features
    threshold: float = 0.5  # of P(dress); below it a photo counts as not a dress
    sharpness: Sharpness = field(default_factory=Sharpness)
    stock: Logistic | None = None  # of stock_features; None: every dress counts as one in stock
    sets: ConformalSets | None = None
    lanes: Lanes | None = None
    notes: tuple[str, ...] = ()  # what could not be fitted, and why

    def judge(self, evidence: Evidence) -> Scores:
        """What photos show, as probabilities; with no style on offer none is in stock."""
        similarities, features = evidence.similarities, evidence.features
        p_dress: Floats = self.dress(features)
        p_listed: Floats = np.ones(len(features))
        if not similarities.shape[1]:
            return Scores(similarities, p_dress, similarities.astype(np.float64), p_listed)
        if self.stock is not None:
            p_listed = self.stock(stock_features(similarities, features))
        known = evidence.counts[similarities.argmax(axis=1)]
        # in the precision of the similarities, as in the first format: the same bits for the same run
        sharpness = self.sharpness.of(known, similarities.max(axis=1)).astype(similarities.dtype)
        return Scores(similarities, p_dress, softmax(sharpness[:, None] * similarities), p_listed)

    def same_probabilities(self, other: "Calibration") -> bool:
        """Whether both say the same of every photo, whatever they promise."""
        ours, theirs = (replace(each, sets=None, lanes=None, notes=()) for each in (self, other))
        return ours == theirs

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Self:
        """Read back what dataclasses.asdict made of it, also in a run of the format deepdress-run/1."""
        sharpness = facts["sharpness"]
        stock, sets, lanes = (facts.get(name) for name in ("stock", "sets", "lanes"))
        return cls(
            dress=Logistic.from_json(facts["dress"]),
            threshold=facts["threshold"],
            sharpness=Sharpness(**sharpness) if isinstance(sharpness, Mapping) else Sharpness(sharpness),
            stock=Logistic.from_json(stock) if stock else None,
            sets=ConformalSets.from_json(sets) if sets else None,
            lanes=Lanes.from_json(lanes) if lanes else None,
            notes=tuple(facts.get("notes", ())),
        )
