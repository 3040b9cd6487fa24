"""The bootstrap over whole groups: photos of one owner, or of one dress, hang together."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

DRAWS = 2000
TOGETHER = 4_000_000  # numbers held at once


def groups_of(owners: Iterable[object]) -> npt.NDArray[np.int64]:
    """A number (N,) for each owner, from 0 without gaps; every unknown owner ("") is one alone."""
    seen: dict[str, int] = {}
    numbers = []
    for place, owner in enumerate(owners):
        numbers.append(seen.setdefault(str(owner) or f"\0{place}", len(seen)))
    return np.array(numbers, dtype=np.int64)


def resampled_means(
    values: Floats, groups: npt.NDArray[np.int64], chance: np.random.Generator, draws: int = DRAWS
) -> Floats:
    """The means (draws, R) of R rows of values (R, N), with whole groups drawn again each time.

    Source: cluster bootstrap, Davison and Hinkley 1997, section 3.8.
    """
    sizes = np.bincount(groups).astype(np.float64)
    number = len(sizes)
    sums = np.stack([np.bincount(groups, row, number) for row in values])
    means = np.empty((draws, len(values)))
    for start in range(0, draws, step := max(1, TOGETHER // number)):
        some = min(step, draws - start)
        weights = chance.multinomial(number, np.full(number, 1 / number), some).astype(np.float64)
        means[start : start + some] = (weights @ sums.T) / (weights @ sizes)[:, None]
    return means


def interval(means: Floats) -> tuple[float, float]:
    """The 95 % percentile interval of resampled means (Efron and Tibshirani 1993)."""
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)
