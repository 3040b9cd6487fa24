"""Intervals for differences measured on the same photos: over the photos, and over trainings too."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifier.resample import groups_of, interval, resampled_means

Scores = npt.NDArray[np.float64]


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

    Source: see classifier.resample.
    """
    sides = [np.atleast_2d(np.asarray(side, dtype=np.float64)) for side in (ours, theirs)]
    group, chance = groups_of(groups), np.random.default_rng(seed)
    # drawn once for both sides: they answered the same photos
    means = np.split(resampled_means(np.concatenate(sides), group, chance), [len(sides[0])], axis=1)
    ours_drawn, theirs_drawn = (_over_trainings(part, chance, seeds) for part in means)
    low, high = interval(ours_drawn - theirs_drawn)
    return Interval(float(sides[0].mean() - sides[1].mean()), low, high)


def _over_trainings(means: Scores, chance: np.random.Generator, seeds: bool) -> Scores:
    """From (draws, trainings) to (draws,): the mean of all trainings, or of as many drawn again."""
    if not seeds:
        return np.asarray(means.mean(axis=1))
    drawn = chance.integers(0, means.shape[1], means.shape)
    return np.asarray(np.take_along_axis(means, drawn, axis=1).mean(axis=1))
