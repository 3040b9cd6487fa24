"""Which photos need no person: accepted, rejected or asked, with a bound on how often that is wrong.

Off unless a share of errors is asked for. The threshold of a lane is the loosest that "learn then test"
(Angelopoulos et al. 2021) lets through: on photos that taught nothing, thresholds are tested from strict to
loose by the exact binomial bound, several walks sharing the doubt, each ending at its first failure. So with
the stated confidence no more than the stated share of what a lane decides is wrong, for photos drawn like
those. Later on only the random share of automatic decisions that people see all the same can tell whether
they still are: see `audit`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import ceil, log, log1p
from typing import Any, Literal, Self

import numpy as np

from classifier.calibrate.bounds import lower_bound, upper_bound
from classifier.calibrate.links import Bools, Floats

Decision = Literal["accept", "ask", "reject"]
WALKS = 4
PACE = 1.15  # each threshold tested lets this many times as many photos through as the one before


@dataclass(frozen=True, slots=True)
class Lane:
    """Photos at least this sure are decided without people."""

    threshold: float | None  # None: no threshold keeps the promise, everything is asked
    n: int = 0  # photos it decided when it was tested
    wrong: int = 0
    bound: float | None = None  # of the share of errors, at the confidence the lanes promise


@dataclass(frozen=True, slots=True)
class Lanes:
    """Two lanes past the people, and what they promise."""

    error: float  # of what a lane decides, at most this share is wrong
    confidence: float
    accept: Lane  # of P(the first candidate)
    reject: Lane  # of P(not a dress)

    def decide(self, p_first: float, p_dress: float) -> Decision:
        """The lane of one photo; when both would take it, people are asked."""
        accepted = self.accept.threshold is not None and p_first >= self.accept.threshold
        rejected = self.reject.threshold is not None and 1 - p_dress >= self.reject.threshold
        return "ask" if accepted == rejected else "accept" if accepted else "reject"

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Self:
        """Read back what dataclasses.asdict made of it."""
        lanes = (Lane(**facts[name]) for name in ("accept", "reject"))
        return cls(facts["error"], facts["confidence"], *lanes)


def fit_lanes(
    p_first: Floats, right: Bools, p_dress: Floats, is_dress: Bools, *, error: float, confidence: float = 0.95
) -> Lanes:
    """Both lanes, from photos (N,) that taught nothing; each keeps the promise on its own.

    Args:
        p_first: probability of the first candidate; right: whether it is the photo's style.
        p_dress: P(dress); is_dress: whether it is one.
        error: in (0, 1); confidence: in (0, 1).

    Raises:
        ValueError: error or confidence is out of range.
    """
    if not 0 < error < 1 or not 0 < confidence < 1:
        raise ValueError(f"error {error} and confidence {confidence} must lie between 0 and 1")
    accept = fit_lane(p_first, ~right, error=error, confidence=confidence)
    return Lanes(
        error, confidence, accept, fit_lane(1 - p_dress, is_dress, error=error, confidence=confidence)
    )


def fit_lane(scores: Floats, wrong: Bools, *, error: float, confidence: float) -> Lane:
    """The loosest threshold of the scores (N,) under which no more than `error` is wrong, with confidence.

    Given the scores, the thresholds to test are fixed, and their errors binomial: the labels choose nothing
    but where a walk ends.
    """
    each = _each(confidence)
    steps = _counts(fewest_photos(error, confidence), len(scores))
    ranked = np.sort(scores)[::-1]
    best = Lane(None)
    for walk in range(WALKS if steps else 0):
        for count in steps[walk * len(steps) // WALKS :]:
            threshold = float(ranked[count - 1])
            taken = scores >= threshold
            n, bad = int(taken.sum()), int(wrong[taken].sum())
            bound = upper_bound(bad, n, each)
            if bound > error:
                break
            if n > best.n:
                best = Lane(threshold, n, bad, bound)
    return best


def fewest_photos(error: float, confidence: float) -> int:
    """How many photos a lane must decide when it is tested: fewer prove nothing without a single error."""
    return ceil(log(1 - _each(confidence)) / log1p(-error))


def _each(confidence: float) -> float:
    return 1 - (1 - confidence) / WALKS  # Bonferroni over the walks; within a walk order pays for itself


def _counts(least: int, most: int) -> list[int]:
    counts, next_count = [], float(least)
    while next_count <= most:
        counts.append(ceil(next_count))
        next_count *= PACE
    return [*counts, most] if counts and counts[-1] < most else counts


@dataclass(frozen=True, slots=True)
class Route:
    """Where a photo goes, and how likely it was that people would see it."""

    decision: Decision
    seen: bool  # people see it: they are asked, or it belongs to the random share
    propensity: float  # of being seen, to be logged with the decision


def route(lanes: Lanes | None, photo: str, p_first: float, p_dress: float, *, share: float = 0.04) -> Route:
    """Send one photo on its way; the same photo always goes the same one.

    Args:
        lanes: None asks people everything.
        photo: its id; the random share follows from it.
        share: of the automatic decisions, in (0, 1], that people see all the same. FACTS of labelling: 3-5 %.
    """
    decision: Decision = lanes.decide(p_first, p_dress) if lanes else "ask"
    if decision == "ask":
        return Route(decision, seen=True, propensity=1.0)
    return Route(decision, seen=_chance("seen", photo) < share, propensity=share)


@dataclass(frozen=True, slots=True)
class Outcome:
    """An automatic decision that people looked at, blind."""

    photo: str
    decision: Decision
    right: bool
    propensity: float  # with which it was shown to them


@dataclass(frozen=True, slots=True)
class LaneAudit:
    """What second looks say of one lane."""

    lane: Decision
    n: int  # outcomes that count; see audit()
    wrong: int
    share: float | None
    low: float
    high: float
    verdict: Literal["holds", "open", "broken"]


def audit(outcomes: Sequence[Outcome], lanes: Lanes) -> dict[str, LaneAudit]:
    """Whether the promise still holds: "broken" is a lane to switch off, "open" one with too few looks.

    Decisions shown with a higher chance than others are thinned by lot to the lowest chance among them, so
    that what is left is a plain random sample and the exact bounds apply. Ask as often as you like to be
    informed; each look at a moving count costs its own doubt.

    Raises:
        ValueError: a propensity is not in (0, 1].
    """
    if any(not 0 < each.propensity <= 1 for each in outcomes):
        raise ValueError("a propensity must lie in (0, 1]: it is the chance of having been shown to people")
    return {name: _audit_of(name, outcomes, lanes) for name in ("accept", "reject")}


def _audit_of(name: Decision, outcomes: Sequence[Outcome], lanes: Lanes) -> LaneAudit:
    mine = [each for each in outcomes if each.decision == name]
    lowest = min((each.propensity for each in mine), default=1.0)
    kept = [each for each in mine if _chance("kept", each.photo) < lowest / each.propensity]
    n, wrong = len(kept), sum(not each.right for each in kept)
    low, high = (
        bound(wrong, n, lanes.confidence) if n else limit
        for bound, limit in ((lower_bound, 0.0), (upper_bound, 1.0))
    )
    verdict: Literal["holds", "open", "broken"] = (
        "broken" if low > lanes.error else "holds" if high <= lanes.error else "open"
    )
    return LaneAudit(name, n, wrong, wrong / n if n else None, low, high, verdict)


def _chance(purpose: str, photo: str) -> float:
    return int.from_bytes(sha256(f"{purpose}:{photo}".encode()).digest()[:8], "big") / 2**64
