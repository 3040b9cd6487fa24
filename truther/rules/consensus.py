"""What the votes on one photo say together: the same votes, in any order, always say the same."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from truther.rules.parameters import problems_in
from truther.rules.posterior import AVERAGE, certainty, votes_missing, weight

NONE, CANT_TELL = "none", "cant_tell"


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of the rule that settles photos: first to so many matching answers, or sure enough."""

    version: str
    rule: str = "first_to"  # or "posterior"
    first_to: int = 2  # first_to: matching answers that settle
    min_humans: int = 2  # people who must have answered; posterior: who must have given the answer
    cap: int = 5  # answers after which a photo goes to the experts
    posterior: float = 0.99  # posterior: probability that settles
    tie: str = "expert"  # who decides what people do not

    def __post_init__(self) -> None:
        parameters = {name: getattr(self, name) for name in self.__slots__ if name != "version"}
        if problems := problems_in(parameters):
            raise ValueError(f"rule {self.version} cannot settle anything: {' '.join(problems.values())}")

    @property
    def words(self) -> str:
        """What the rule says, for people."""
        if self.rule == "first_to":
            return (
                f"first to {self.first_to} alike, of at least {self.min_humans} and at most {self.cap} people"
            )
        sure = f"{100 * self.posterior:.4f}".rstrip("0").rstrip(".")
        return f"{sure} % sure, by at least {self.min_humans} alike, of at most {self.cap} people"


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
    accuracy: float = AVERAGE  # how often the person is right, as known when the vote was cast


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
    """Replay the votes in the order they were cast: the first answer that suffices for the rule settles.

    Two styles never merge. A photo on which "none of these" or "can't tell" comes first, or on which nothing
    suffices until the cap, is contested. The last word of an expert decides alone; experts who cannot tell
    leave it contested. Under a posterior rule "can't tell" says nothing for or against any answer; as many of
    them as people must agree call an expert.

    Args:
        ballots: counted votes on one photo, at most one per person, in any order.

    Source: first to k matching; compared with majority, posterior and Dawid-Skene rules in docs/adr.
    """
    ordered = sorted(ballots, key=lambda ballot: (ballot.cast_at, ballot.id))
    experts = [ballot for ballot in ordered if ballot.expert]
    for ballot in reversed(experts):  # who judges after an audit knows more
        if ballot.answer != CANT_TELL:
            return _settled(ordered[: ordered.index(ballot) + 1], ballot.answer, ballot)
    people = [ballot for ballot in ordered if not ballot.expert]
    leader = ""
    count = _Count(rule)
    for number, ballot in enumerate(people, start=1):
        count.add(ballot)
        # Only the answer just given can have become enough: a vote never speaks for another answer.
        if not leader and count.suffices(ballot.answer):
            leader = ballot.answer
        if leader and number >= rule.min_humans:
            if experts or leader in (NONE, CANT_TELL):
                return _contested([*people[:number], *experts], "expert" if experts else leader)
            return _settled(people[:number], leader, ballot)
        if number >= rule.cap:
            return _contested([*people[:number], *experts], "expert" if experts else "split")
    if experts:
        return _contested([*people, *experts], "expert")
    return Outcome("open", count.need(), count.tally.total(), dict(count.tally))


class _Count:
    """The votes so far, as a rule counts them."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.tally: Counter[str] = Counter()
        self.scores: dict[str, float] = {}  # sums of the people's weights, by answer

    def add(self, ballot: Ballot) -> None:
        self.tally[ballot.answer] += 1
        if self.rule.rule == "posterior" and ballot.answer != CANT_TELL:
            self.scores[ballot.answer] = self.scores.get(ballot.answer, 0.0) + weight(ballot.accuracy)

    def suffices(self, answer: str) -> bool:
        if self.rule.rule == "first_to":
            return self.tally[answer] >= self.rule.first_to
        agree = self.tally[answer] >= self.rule.min_humans
        return agree and (answer == CANT_TELL or certainty(self.scores, answer) >= self.rule.posterior)

    def need(self) -> int:
        """Votes missing at best, which are those for an answer that would settle; at least 1."""
        named = [answer for answer in self.tally if answer not in (NONE, CANT_TELL)] or [""]
        if self.rule.rule == "first_to":
            best = max(self.tally[answer] for answer in named)
            return max(self.rule.first_to - best, self.rule.min_humans - self.tally.total(), 1)
        return max(min(self._missing(answer) for answer in named), 1)

    def _missing(self, answer: str) -> int:
        people = self.rule.min_humans - self.tally[answer]
        return max(people, votes_missing(self.scores, answer, self.rule.posterior))


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
