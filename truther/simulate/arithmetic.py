"""Shares with their intervals, and how likely chance alone explains a preference."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

Z_95 = 1.959964


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    count: int
    of: int

    @property
    def value(self) -> float | None:
        """The share in [0, 1]; None of nothing."""
        return self.count / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval by Wilson (1927), in [0, 1]; everything is possible of nothing."""
        if not self.of:
            return 0.0, 1.0
        share, width = self.count / self.of, Z_95**2 / self.of
        middle = (share + width / 2) / (1 + width)
        half = Z_95 * math.sqrt(share * (1 - share) / self.of + width / (4 * self.of)) / (1 + width)
        return max(middle - half, 0.0), min(middle + half, 1.0)

    def holds(self, value: float) -> bool:
        """Whether a value lies inside the interval, its ends included."""
        low, high = self.interval
        return low - 1e-9 <= value <= high + 1e-9


@dataclass(frozen=True, slots=True)
class Evenness:
    """Counts that would be alike if nothing preferred one place, and how surprising they are then."""

    counts: tuple[int, ...]
    chi_square: float
    p: float  # chance of a chi-square at least as large when all places are alike


def evenness(counts: Sequence[int]) -> Evenness:
    """Test three counts for being alike.

    Raises:
        ValueError: they are not three; only for two degrees of freedom is the tail a plain exponential.
    """
    if len(counts) != 3:
        raise ValueError("Three places are compared, no more and no fewer.")
    expected = sum(counts) / 3
    chi_square = sum((count - expected) ** 2 for count in counts) / expected if expected else 0.0
    return Evenness(tuple(counts), chi_square, math.exp(-chi_square / 2))
