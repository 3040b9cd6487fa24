"""Which recommender may serve: another one replaces the champion only where it is surely better."""

from collections.abc import Sequence
from dataclasses import dataclass

SURE = 0.05  # a p value above it is chance, corrected for all rivals asked about at once


@dataclass(frozen=True, slots=True)
class Rival:
    """One model's paired difference from the champion over the same customers, NDCG at ten."""

    spec: str
    difference: float | None  # rival minus champion; None: nobody could be asked
    low: float | None  # of its 95% interval
    high: float | None
    p: float | None  # corrected by Holm


@dataclass(frozen=True, slots=True)
class Choice:
    """What serves from now on, and why."""

    spec: str
    replaced: bool
    reasons: tuple[str, ...]


def choose(champion: str, rivals: Sequence[Rival]) -> Choice:
    """Return the rival that is surely better and the best of those, or the champion."""
    better = [rival for rival in rivals if is_better(rival)]
    if not better:
        return Choice(champion, False, (f"{champion} stays: no other is surely better.", *_near(rivals)))
    best = max(better, key=lambda rival: (rival.difference or 0.0, rival.spec))
    reasons = [f"{best.spec} takes over from {champion}: {_told(best)}."]
    reasons += [f"{rival.spec} would be better as well: {_told(rival)}." for rival in better if rival != best]
    return Choice(best.spec, True, tuple(reasons))


def is_better(rival: Rival) -> bool:
    """Whether a rival is better beyond chance."""
    return rival.low is not None and rival.low > 0 and rival.p is not None and rival.p <= SURE


def _near(rivals: Sequence[Rival]) -> list[str]:
    asked = [rival for rival in rivals if rival.difference is not None]
    if not asked:
        return []
    nearest = max(asked, key=lambda rival: (rival.difference or 0.0, rival.spec))
    return [f"The nearest is {nearest.spec}: {_told(nearest)}."]


def _told(rival: Rival) -> str:
    return f"{rival.difference:+.4f} NDCG@10 ({rival.low:+.4f} to {rival.high:+.4f}, p {rival.p:.3g})"
