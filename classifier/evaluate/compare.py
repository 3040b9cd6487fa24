"""Two runs on the same photos."""

from dataclasses import dataclass

import numpy as np

from classifier.evaluate.metrics import Metrics


class NotComparable(ValueError):
    """Two evaluations are not of the same photos."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Challenger minus champion in top-3 share, with a 95 % interval."""

    difference: float
    low: float
    high: float
    n: int


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
