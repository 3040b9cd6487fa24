"""What the votes on one photo say together: the same votes, in any order, always say the same."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

NONE, CANT_TELL = "none", "cant_tell"


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of the rule that settles photos."""

    version: str
    first_to: int = 2  # matching answers that settle
    min_humans: int = 2  # people who must have answered before anything settles
    cap: int = 5  # answers after which a photo goes to the experts
    tie: str = "expert"

    def __post_init__(self) -> None:
        if not (1 <= self.first_to <= self.cap and 1 <= self.min_humans <= self.cap and self.tie == "expert"):
            raise ValueError(f"rule {self.version} cannot settle anything: {self}")


FIRST_TO_2 = Rule("first-to-2.v1")


@dataclass(frozen=True, slots=True)
class Ballot:
    """One counted vote: live, in time, no audit."""

    id: str
    person: str
    answer: str  # "style:SKU", "none", "not_dress" or "cant_tell"
    cast_at: datetime
    fit: bool | None = None
    expert: bool = False
    accuracy: float = 0.9  # how often the person is right, as known when the vote was cast


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a photo stands by its votes."""

    state: Literal["open", "settled", "contested"]
    need: int  # votes still missing at best; 0 unless open
    votes: int
    tally: Mapping[str, int] = field(default_factory=dict)
    why: str = ""  # contested by: "none", "cant_tell", "split" or "expert"
    answer: str = ""  # what settled it
    agreement: float = 0.0  # share of the counted votes that said so, in (0, 1] once settled
    fit: bool = False
    by_expert: bool = False
    settled_at: datetime | None = None


def consensus_of(ballots: Iterable[Ballot], rule: Rule) -> Outcome:
    """Replay the votes in the order they were cast: the first answer to reach the quorum settles.

    Two styles never merge. A photo on which the first to agree say "none of these" or "can't tell", or on
    which nobody agrees until the cap, is contested. An expert's word decides alone; an expert who cannot tell
    leaves it contested.

    Args:
        ballots: counted votes on one photo, at most one per person, in any order.

    Source: first to k matching; compared with majority, posterior and Dawid-Skene rules in docs/adr.
    """
    ordered = sorted(ballots, key=lambda ballot: (ballot.cast_at, ballot.id))
    experts = [ballot for ballot in ordered if ballot.expert]
    for ballot in experts:
        if ballot.answer != CANT_TELL:
            return _settled(ordered[: ordered.index(ballot) + 1], ballot.answer, ballot)
    people = [ballot for ballot in ordered if not ballot.expert]
    leader = ""
    tally: Counter[str] = Counter()
    for number, ballot in enumerate(people, start=1):
        tally[ballot.answer] += 1
        if not leader and tally[ballot.answer] >= rule.first_to:
            leader = ballot.answer
        if leader and number >= rule.min_humans:
            if experts or leader in (NONE, CANT_TELL):
                return _contested([*people[:number], *experts], "expert" if experts else leader)
            return _settled(people[:number], leader, ballot)
        if number >= rule.cap:
            return _contested([*people[:number], *experts], "expert" if experts else "split")
    if experts:
        return _contested([*people, *experts], "expert")
    return Outcome("open", _need(tally, rule), tally.total(), dict(tally))


def _need(tally: Counter[str], rule: Rule) -> int:
    best = max((count for answer, count in tally.items() if answer not in (NONE, CANT_TELL)), default=0)
    return max(rule.first_to - best, rule.min_humans - tally.total(), 1)


def _contested(counted: Sequence[Ballot], why: str) -> Outcome:
    return Outcome("contested", 0, len(counted), dict(Counter(ballot.answer for ballot in counted)), why)


def _settled(counted: Sequence[Ballot], answer: str, last: Ballot) -> Outcome:
    tally = Counter(ballot.answer for ballot in counted)
    return Outcome(
        state="settled",
        need=0,
        votes=len(counted),
        tally=dict(tally),
        answer=answer,
        agreement=tally[answer] / len(counted),
        fit=last.fit if last.expert and last.fit is not None else _fit(counted),
        by_expert=last.expert,
        settled_at=last.cast_at,
    )


def _fit(counted: Sequence[Ballot]) -> bool:
    """Most people found it fit to show; a tie is unfit."""
    opinions = [ballot.fit for ballot in counted if ballot.fit is not None]
    return sum(opinions) * 2 > len(opinions)
