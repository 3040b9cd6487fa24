"""How good the answers are, from counts alone: intervals, entropy, evenness, calibration, differences.

Every function returns numbers; what is to be done about them people decide.
"""

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, median, variance
from typing import NamedTuple

from truther.rules.posterior import AVERAGE, certainty, weight

NORMAL_95 = 1.959963984540054  # the two-sided 95 % point of the normal distribution
BINS = 10
HASTY = 0.4  # of a person's own median: a rare answer when times are log-normal with the usual spread of .5
INSTANT_SECONDS = 0.7  # seeing a photo and three dresses and pressing a key takes longer


class Interval(NamedTuple):
    """A 95 % interval of a share or of a difference."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Share:
    """A share that was measured, never without how many it rests on."""

    right: int
    n: int

    @property
    def value(self) -> float | None:
        """The share, in [0, 1]; None when nothing was measured."""
        return self.right / self.n if self.n else None

    @property
    def interval(self) -> Interval:
        """Its 95 % interval, in [0, 1]."""
        return wilson(self.right, self.n)


@dataclass(frozen=True, slots=True)
class Odds:
    """A statistic, and how likely one as large would be by chance."""

    statistic: float
    p: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Guesses of about the same claimed probability."""

    low: float
    high: float
    mean: float  # of the claims, in [low, high]
    share: Share  # of them, the right ones


@dataclass(frozen=True, slots=True)
class Difference:
    """How far two means lie apart, second minus first, with its 95 % interval."""

    value: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Haste:
    """How quick somebody's answers are, in shares of them."""

    median: float  # seconds
    hasty: float  # under HASTY of that median
    instant: float  # under INSTANT_SECONDS
    n: int


def wilson(right: int, n: int, z: float = NORMAL_95) -> Interval:
    """Return the interval of a share by Wilson's score, in [0, 1]; of nothing measured, all of it.

    Unlike share plus or minus so many errors it stays inside [0, 1] and holds for shares near 1 and small n.

    Source: Wilson, JASA 22 (1927); recommended by Brown, Cai and DasGupta, Statistical Science 16 (2001).
    """
    if n == 0:
        return Interval(0.0, 1.0)
    share, spread = right / n, z * z / n
    centre = share + spread / 2
    reach = z * math.sqrt(share * (1 - share) / n + spread / (4 * n))
    low, high = (centre - reach) / (1 + spread), (centre + reach) / (1 + spread)
    # At the ends the interval touches them exactly; floats may miss by a hair.
    return Interval(0.0 if right == 0 else max(low, 0.0), 1.0 if right == n else min(high, 1.0))


def claimed(agreed: int, against: int) -> float:
    """Return how sure a pattern of votes is if everybody is right as often as people on average are.

    Votes against are taken for one and the same answer, which is the worst case.

    Source: rules/posterior.py, one coin per person; the pattern alone is known, not who voted.
    """
    return certainty({"for": agreed * weight(AVERAGE), "against": against * weight(AVERAGE)}, "for")


def entropy(counts: Collection[int]) -> float:
    """Return the entropy of answers in bits, corrected for small samples; 0 for nothing.

    Source: Miller, in Information Theory in Psychology (1955): plus (kinds - 1) / 2n, in nats.
    """
    seen = [count for count in counts if count]
    n = sum(seen)
    if n == 0:
        return 0.0
    plain = -math.fsum(count / n * math.log2(count / n) for count in seen)
    return plain + (len(seen) - 1) / (2 * n * math.log(2))


def evenness(counts: Sequence[int]) -> Odds:
    """Test whether counts are as even as a fair shuffle makes them: Pearson's chi-square.

    Args:
        counts: how often each of two or more places came up.

    Source: Pearson, Philosophical Magazine 50 (1900).
    """
    expected = sum(counts) / len(counts)
    if expected == 0:
        return Odds(0.0, 1.0)
    statistic = math.fsum((count - expected) ** 2 / expected for count in counts)
    return Odds(statistic, chi_square_tail(statistic, len(counts) - 1))


def chi_square_tail(statistic: float, freedom: int) -> float:
    """Return the chance of a chi-square at least so large, in [0, 1].

    Source: Abramowitz and Stegun, 26.4.4 and 26.4.5: finite sums for whole degrees of freedom.
    """
    half = statistic / 2
    if freedom % 2 == 0:
        term = total = 1.0
        for step in range(1, freedom // 2):
            term *= half / step
            total += term
        return math.exp(-half) * total
    tail, term = math.erfc(math.sqrt(half)), math.sqrt(half) * 2 / math.sqrt(math.pi)
    for step in range(1, (freedom + 1) // 2):
        tail += math.exp(-half) * term
        term *= half / (step + 0.5)
    return min(tail, 1.0)


def reliability(guesses: Iterable[tuple[float, bool]], bins: int = BINS) -> list[Bin]:
    """Sort guesses into bins of equal width by their claimed probability; empty bins are left out.

    Args:
        guesses: claimed probability in [0, 1], and whether the guess was right.
        bins: how many bins [0, 1] is cut into.

    Source: the reliability diagram of DeGroot and Fienberg, The Statistician 32 (1983).
    """
    sorted_in: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for claim, right in guesses:
        sorted_in[min(int(claim * bins), bins - 1)].append((claim, right))
    return [
        Bin(
            number / bins,
            (number + 1) / bins,
            fmean(claim for claim, _ in some),
            Share(sum(right for _, right in some), len(some)),
        )
        for number, some in enumerate(sorted_in)
        if some
    ]


def calibration_error(bins: Sequence[Bin]) -> float | None:
    """Return the expected calibration error: how far claims and shares lie apart on average, in [0, 1].

    Source: Naeini, Cooper and Hauskrecht, AAAI 2015; it shrinks with fewer bins and grows with fewer guesses.
    """
    n = sum(each.share.n for each in bins)
    apart = math.fsum(abs(each.mean * each.share.n - each.share.right) for each in bins)
    return apart / n if n else None


def difference(first: Sequence[float], second: Sequence[float]) -> Difference | None:
    """Return how far the means of two samples lie apart, or None when one has fewer than five values.

    Source: Welch, Biometrika 34 (1947): the samples need not be spread alike. Below five t_95 is not exact.
    """
    if min(len(first), len(second)) < 5:
        return None
    apart = fmean(second) - fmean(first)
    errors = [variance(sample) / len(sample) for sample in (first, second)]
    error = sum(errors)
    if error == 0:
        return Difference(apart, Interval(apart, apart))
    # Each one's part of the error, not its square: squares of tiny variances are zero in floating point.
    shared = [
        (each / error) ** 2 / (len(sample) - 1) for each, sample in zip(errors, (first, second), strict=True)
    ]
    reach = t_95(1 / sum(shared)) * math.sqrt(error)
    return Difference(apart, Interval(apart - reach, apart + reach))


def t_95(freedom: float) -> float:
    """Return the two-sided 95 % point of Student's t, within .01 from 3 degrees of freedom on.

    Source: Abramowitz and Stegun, 26.7.5, the expansion of Cornish and Fisher.
    """
    z = NORMAL_95
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + math.fsum(term / freedom**power for power, term in enumerate(terms, start=1))


def haste(seconds: Sequence[float]) -> Haste | None:
    """Return how quick somebody's answers are beside their own usual time; None when none was timed.

    Beside their own: young eyes and old telephones differ more between people than care does.
    """
    if not seconds:
        return None
    usual, n = median(seconds), len(seconds)
    hasty = sum(each < HASTY * usual for each in seconds)
    return Haste(usual, hasty / n, sum(each < INSTANT_SECONDS for each in seconds) / n, n)
