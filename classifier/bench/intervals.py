"""Intervals for differences measured on the same photos: over the photos, and over trainings too."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float64]
DRAWS = 2000


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with a 95 % interval."""

    mean: float
    low: float
    high: float


def paired_difference(
    ours: npt.ArrayLike,
    theirs: npt.ArrayLike,
    groups: Iterable[object],
    *,
    seed: int = 0,
    seeds: bool = False,
) -> Interval:
    """The mean of ours minus theirs, with a bootstrap interval.

    Args:
        ours, theirs: a score per training and photo (trainings, N); their trainings need not be as many.
        groups: what each photo belongs to (a dress, a sender): whole groups are drawn, since two photos of
            one dress are found or missed together.
        seeds: whether trainings are drawn too; else the interval is about these very models.

    Source: Efron and Tibshirani 1993, percentile interval; Davison and Hinkley 1997, 3.8 (whole groups).
    """
    sides = [np.atleast_2d(np.asarray(side, dtype=np.float64)) for side in (ours, theirs)]
    _, group = np.unique(np.array([str(group) for group in groups]), return_inverse=True)
    counts = np.bincount(group).astype(np.float64)
    sums = [np.stack([np.bincount(group, row, len(counts)) for row in side]) for side in sides]
    chance = np.random.default_rng(seed)
    weights = chance.multinomial(len(counts), np.full(len(counts), 1 / len(counts)), DRAWS).astype(np.float64)
    total = weights @ counts
    means = [_over_trainings((weights @ part.T) / total[:, None], chance, seeds) for part in sums]
    low, high = np.quantile(means[0] - means[1], [0.025, 0.975])
    return Interval(float(sides[0].mean() - sides[1].mean()), float(low), float(high))


def _over_trainings(means: Scores, chance: np.random.Generator, seeds: bool) -> Scores:
    """From (draws, trainings) to (draws,): the mean of all trainings, or of as many drawn again."""
    if not seeds:
        return np.asarray(means.mean(axis=1))
    drawn = chance.integers(0, means.shape[1], means.shape)
    return np.asarray(np.take_along_axis(means, drawn, axis=1).mean(axis=1))
