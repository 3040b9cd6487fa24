"""Measured accuracy: what second looks and experts say of settled photos, by the votes that settled them."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from truther.models.audits import Audit, AuditState
from truther.models.photos import Photo
from truther.rules.audit import BY_EXPERT
from truther.rules.quality import Interval, Share, claimed, wilson

MANY = 1000  # more contested photos than that are not counted


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How many audited photos were right."""

    pattern: str  # of the votes that had settled them; "" for several
    right: int
    wrong: int
    disputed: int  # waiting for an expert: nobody knows yet
    open: int  # waiting for second looks
    claim: float | None  # how sure the votes are by themselves; None where an expert decided

    @property
    def share(self) -> Share:
        """The right ones among those decided."""
        return Share(self.right, self.right + self.wrong)

    @property
    def interval(self) -> Interval:
        """The 95 % interval, wide enough for whatever the experts will say of what is disputed."""
        n = self.right + self.wrong + self.disputed
        return Interval(wilson(self.right, n).low, wilson(self.right + self.disputed, n).high)


@dataclass(frozen=True, slots=True)
class Measured:
    """Accuracy over all audits of a span, and by pattern, the commonest first."""

    overall: Accuracy
    voted: Accuracy  # of what votes alone had settled: only those claim anything
    patterns: tuple[Accuracy, ...]


def measured(since: datetime) -> Measured:
    """Return what came of the audits drawn since a moment.

    Every settled photo is as likely to be drawn as any other, so that no pattern needs a weight.
    """
    states: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for pattern, state in Audit.objects.drawn_since(since).values_list("pattern", "state"):
        states[pattern][state] += 1
    patterns = [accuracy(pattern, counts, _claim(pattern)) for pattern, counts in states.items()]
    voted = [each for each in patterns if each.claim is not None]
    order = sorted(patterns, key=lambda each: (-each.share.n - each.open - each.disputed, each.pattern))
    return Measured(
        overall=accuracy("", sum(states.values(), Counter[str]())),
        voted=accuracy("", sum((states[each.pattern] for each in voted), Counter[str]()), _mean_claim(voted)),
        patterns=tuple(order),
    )


def accuracy(pattern: str, states: Mapping[str, int], claim: float | None = None) -> Accuracy:
    """Return what audits in these states measure; those whose picture is gone measure nothing."""
    return Accuracy(
        pattern,
        right=states.get(AuditState.CONFIRMED, 0) + states.get(AuditState.UPHELD, 0),
        wrong=states.get(AuditState.CORRECTED, 0),
        disputed=states.get(AuditState.DISPUTED, 0),
        open=states.get(AuditState.OPEN, 0),
        claim=claim,
    )


def contested() -> Counter[str]:
    """Return how many photos wait for an expert, by why; at most MANY of them, the newest, are counted."""
    return Counter(Photo.objects.contested().values_list("why", flat=True)[:MANY])


def _mean_claim(patterns: Sequence[Accuracy]) -> float | None:
    """Return what votes of these patterns claim on average, each as often as it was measured."""
    n = sum(each.share.n for each in patterns)
    claims = ((each.claim or 0.0) * each.share.n for each in patterns)
    return sum(claims) / n if n else None


def _claim(pattern: str) -> float | None:
    if pattern == BY_EXPERT:
        return None
    agreed, against = map(int, pattern.split("-"))
    return claimed(agreed, against)
