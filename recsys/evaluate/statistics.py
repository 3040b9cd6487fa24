"""How sure one may be of a mean over users: bootstrap intervals, paired tests, Holm's correction."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
DRAWS = 2_000
LEVEL = 0.95
FLIPS = 9_999  # smallest possible p is 1 / (FLIPS + 1)
CELLS_PER_BLOCK = 4_000_000  # counts of one block of draws: 32 MB


def bootstrap_ratios(above: NDArray[Any], below: NDArray[Any], *, draws: int, seed: int) -> Floats:
    """Draw users with replacement and divide sums by sums.

    Args:
        above, below: (U, M); for a mean over users values and 1, or 0 and 0 for users without a value.

    Returns:
        (draws, M); NaN where nobody drawn has a value. The same users are drawn for every column, so
        that differences of columns are paired.
    """
    users = len(above)
    answer = np.full((draws, above.shape[1]), np.nan)
    rng = np.random.default_rng(seed)
    step = max(1, CELLS_PER_BLOCK // max(1, users))
    for start in range(0, draws if users else 0, step):
        count = min(step, draws - start)
        drawn = rng.integers(0, users, (count, users)) + np.arange(count)[:, None] * users
        weights = np.bincount(drawn.ravel(), minlength=count * users).reshape(count, users).astype(float)
        sums, sizes = weights @ above, weights @ below
        np.divide(sums, sizes, out=answer[start : start + count], where=sizes != 0)
    return answer


def bootstrap_means(values: NDArray[Any], *, draws: int = DRAWS, seed: int = 0) -> Floats:
    """(draws, M) means over drawn users of (U, M) values; NaN is left out, column by column."""
    there = ~np.isnan(values)
    return bootstrap_ratios(np.where(there, values, 0.0), there.astype(float), draws=draws, seed=seed)


def interval(drawn: NDArray[Any], *, level: float = LEVEL) -> tuple[Floats, Floats]:
    """(M,) lower and upper ends of the percentile intervals of (draws, M) draws; NaN draws are left out."""
    tail = (1 - level) / 2
    ends = np.full((2, drawn.shape[1]), np.nan)
    some = ~np.isnan(drawn).all(axis=0)
    if some.any():
        ends[:, some] = np.nanquantile(drawn[:, some], [tail, 1 - tail], axis=0)
    return ends[0], ends[1]


def flip_p(differences: NDArray[Any], *, flips: int = FLIPS, seed: int = 0) -> Floats:
    """(M,) two-sided p values of (U, M) paired differences: how often flipped signs reach as large a sum.

    NaN differences are left out; a column without any has p NaN. Never 0: the observed signs count as a draw.
    """
    there = ~np.isnan(differences)
    filled = np.where(there, differences, 0.0)
    observed = np.abs(filled.sum(axis=0))
    rng = np.random.default_rng(seed)
    step = max(1, CELLS_PER_BLOCK // max(1, len(filled)))
    reached = np.zeros(filled.shape[1], np.int64)
    for start in range(0, flips, step):
        signs = rng.integers(0, 2, (min(step, flips - start), len(filled)), dtype=np.int8) * 2.0 - 1
        # A sum that equals the observed one up to rounding has reached it.
        reached += (np.abs(signs @ filled) >= observed * (1 - 1e-12)).sum(axis=0)
    return np.where(there.any(axis=0), (1 + reached) / (1 + flips), np.nan)


def holm(p: Sequence[float] | NDArray[Any]) -> Floats:
    """(M,) p values corrected for M questions asked at once; NaN ones stay NaN and do not count.

    Source: Holm, Scandinavian Journal of Statistics 6 (1979).
    """
    values = np.asarray(p, dtype=float)
    answer = np.full(len(values), np.nan)
    order = [int(place) for place in np.argsort(values, kind="stable") if not np.isnan(values[place])]
    largest = 0.0
    for rank, place in enumerate(order):
        largest = max(largest, min(1.0, values[place] * (len(order) - rank)))
        answer[place] = largest
    return answer
