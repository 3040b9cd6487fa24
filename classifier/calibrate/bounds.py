"""How wrong a share can be, given what was counted: exact binomial bounds without SciPy."""

from math import exp, lgamma, log, log1p


def upper_bound(wrong: int, n: int, confidence: float) -> float:
    """The share that is not exceeded with this confidence, after `wrong` of `n`; 1 after none.

    Source: Clopper and Pearson 1934, one-sided.
    """
    if wrong >= n:
        return 1.0
    low, high = wrong / n, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(wrong, n, middle) > 1 - confidence else (low, middle)
    return high


def lower_bound(wrong: int, n: int, confidence: float) -> float:
    """The share that is exceeded with this confidence; 0 after none wrong."""
    return 1.0 - upper_bound(n - wrong, n, confidence) if wrong else 0.0


def _at_most(wrong: int, n: int, share: float) -> float:
    """P(Binomial(n, share) <= wrong) for 0 < share < 1."""
    yes, no, total = log(share), log1p(-share), lgamma(n + 1)
    parts = (total - lgamma(k + 1) - lgamma(n - k + 1) + k * yes + (n - k) * no for k in range(wrong + 1))
    return min(1.0, sum(map(exp, parts)))
