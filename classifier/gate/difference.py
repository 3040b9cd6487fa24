"""The difference of two models on the same photos, with its interval over owners."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from classifier.resample import DRAWS, groups_of, interval, resampled_means

Floats = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Difference:
    """A mean difference with its 95 % interval."""

    mean: float
    low: float
    high: float
    spread: float  # standard error of the mean
    n: int  # pairs
    owners: int  # groups that were drawn again


def paired_difference(
    differences: Floats, owners: Sequence[str], *, seed: int = 0, draws: int = DRAWS
) -> Difference:
    """Mean of paired differences (N,) with a percentile interval over owners; N must not be 0.

    Args:
        owners: (N,) who each pair belongs to; "" stands for somebody nobody else is.
    """
    groups = groups_of(owners)
    values = np.asarray(differences, dtype=np.float64)[None]
    means = resampled_means(values, groups, np.random.default_rng(seed), draws)[:, 0]
    low, high = interval(means)
    return Difference(
        float(values.mean()), low, high, float(means.std()), values.shape[1], int(groups.max()) + 1
    )
