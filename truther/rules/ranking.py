"""How people are put in order: by what they surely can, not by a lucky handful of answers."""

from collections.abc import Sequence
from math import sqrt

Z = 1.96  # 95 per cent


def surely(right: int, compared: int) -> float:
    """Return the lower end of the 95 % interval of a share, in [0, 1]; 0 when nothing was compared.

    Source: Wilson, JASA 1927.
    """
    if not compared:
        return 0.0
    share, square = right / compared, Z * Z / compared
    spread = Z * sqrt(share * (1 - share) / compared + square / (4 * compared))
    return max(0.0, (share + square / 2 - spread) / (1 + square))


def weighted_median(pairs: Sequence[tuple[float, int]]) -> float | None:
    """Return the value in the middle of all weights, or None when they are nothing.

    Args:
        pairs: values, and how often each counts (at least 0), in any order.
    """
    middle, passed = sum(weight for _, weight in pairs) / 2, 0
    if not middle:
        return None
    for value, weight in sorted(pairs):
        passed += weight
        if passed >= middle:
            return value
    raise ValueError("a weight is negative")
