"""Paired differences with an interval: whole owners are drawn again, since their photos hang together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]

DRAWS = 2000
TOGETHER = 4_000_000  # numbers held at once


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

    Source: cluster bootstrap, Davison and Hinkley 1997, section 3.8; percentile interval, Efron 1993.
    """
    count = len(differences)
    groups = groups_of(owners)
    number = int(groups.max()) + 1
    sums = np.bincount(groups, weights=differences, minlength=number)
    sizes = np.bincount(groups, minlength=number).astype(np.float64)
    chance = np.random.default_rng(seed)
    means = np.empty(draws)
    for start in range(0, draws, step := max(1, TOGETHER // number)):
        drawn = chance.integers(0, number, (min(step, draws - start), number))
        means[start : start + len(drawn)] = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    spread = float(means.std())
    return Difference(float(differences.mean()), float(low), float(high), spread, count, number)


def groups_of(owners: Sequence[str]) -> npt.NDArray[np.int64]:
    """A number (N,) for each owner, from 0 without gaps; every unknown owner ("") is one alone."""
    seen: dict[str, int] = {}
    numbers = []
    for place, owner in enumerate(owners):
        numbers.append(seen.setdefault(owner or f"\0{place}", len(seen)))
    return np.array(numbers, dtype=np.int64)
