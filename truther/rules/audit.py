"""What an audit comes to: the vote rule over second looks alone, and an expert where they disagree."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from truther.rules.consensus import NONE, Ballot, Rule, consensus_of

BY_EXPERT = "expert"  # the pattern of a photo that an expert had settled
BY_MODEL = "model"  # the pattern of a photo that no lot drew: DeepDress disagrees with what is golden


@dataclass(frozen=True, slots=True)
class Finding:
    """Where an audit stands."""

    state: Literal["open", "confirmed", "disputed", "corrected", "upheld"]
    looks: int  # second looks counted
    found: str = ""  # what they or the expert say: an answer, or "split"
    closed_at: datetime | None = None  # when that was said; None while open


def finding_of(answer: str, looks: Iterable[Ballot], rule: Rule, *, word: Ballot | None = None) -> Finding:
    """Return what second looks, and the expert's word if there is one, say of a golden record.

    The looks are counted by the rule for first votes. The same answer confirms; another one, disagreement, or
    people who cannot tell leave it to an expert. "None of these" said of a dress that is none of ours is the
    same answer, although as a first vote it would call an expert.

    Args:
        answer: what was golden when the audit was drawn.
        looks: second looks, at most one a person, in any order.
        rule: the rule that settled the photo.
        word: the last word of an expert who could tell, cast since the audit was drawn.
    """
    ordered = sorted(looks, key=lambda ballot: (ballot.cast_at, ballot.id))
    outcome = consensus_of(ordered, rule)
    if word is not None:
        state: Literal["upheld", "corrected"] = "upheld" if word.answer == answer else "corrected"
        return Finding(state, outcome.votes, word.answer, word.cast_at)
    if outcome.state == "open":
        return Finding("open", outcome.votes)
    found = outcome.answer or outcome.why
    same = found == answer and (outcome.state == "settled" or answer == NONE)
    last = ordered[outcome.votes - 1]
    return Finding("confirmed" if same else "disputed", outcome.votes, found, last.cast_at)


def pattern_of(votes: int, agreement: float, *, by_expert: bool) -> str:
    """Return by which votes a photo was settled: "2-0" is two for and none against.

    Args:
        votes: votes that counted, at least 1.
        agreement: the share of them that said what became golden, in (0, 1].
        by_expert: an expert settled it.
    """
    agreed = round(votes * agreement)
    return BY_EXPERT if by_expert else f"{agreed}-{votes - agreed}"
