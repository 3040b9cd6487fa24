"""People who only rehearse: honest and sloppy voters from a seed, at the doors real people use."""

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any, Protocol

from truther.models import Golden, Photo, Style
from truther.rules.walk import digest_of, seed_of

SITTING = 40  # votes before a voter puts the game away
HAND = 10  # cards dealt at a time


@dataclass(frozen=True, slots=True)
class Voter:
    """One simulated employee; the shares are chances in [0, 1]."""

    name: str
    right: float  # answers correctly
    drift: float  # of the wrong answers: takes the first option shown
    knows: float  # names a style that is not among the options, by search
    unsure: float  # says "can't tell"
    seconds: float  # median time for an answer


VOTERS = (  # accuracies around the .90 of the simulation behind the vote rule; a third of them sloppy
    Voter("ada", 0.97, 0.3, 0.9, 0.01, 4.5),
    Voter("bea", 0.95, 0.4, 0.5, 0.02, 3.8),
    Voter("cleo", 0.93, 0.5, 0.2, 0.02, 3.1),
    Voter("dita", 0.91, 0.6, 0.1, 0.03, 2.9),
    Voter("edna", 0.94, 0.4, 0.6, 0.01, 5.2),
    Voter("fay", 0.90, 0.6, 0.0, 0.03, 2.6),
    Voter("gus", 0.78, 0.8, 0.0, 0.01, 1.4),
    Voter("hal", 0.70, 0.9, 0.0, 0.00, 1.0),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a voter says; the fields of a vote."""

    vote_id: str
    photo_id: str
    choice: str
    style: str
    fit: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class RehearsalReport:
    """What a rehearsal came to."""

    votes: int
    kept: int
    late: int
    people: int
    settled: int  # golden records afterwards, of all photos
    contested: int
    right: float  # share of the golden records on known photos that say the truth, in [0, 1]
    seconds: float


class Deal(Protocol):
    """The door through which cards come: `assign.deal`."""

    def __call__(self, *, session_key: str, person_id: str, now: datetime, fresh: int) -> Any:
        """Hand out cards."""


Cast = Callable[[Answer, str, datetime], str]  # answer, person, now -> "kept", "late" or "already"


@dataclass(frozen=True, slots=True)
class Stage:
    """What every sitting of a rehearsal shares."""

    seed: int
    truth: Mapping[str, tuple[str, str]]
    stock: frozenset[str]  # skus that search can find
    until: datetime
    deal: Deal
    cast: Cast


def play(
    votes: int,
    seed: int,
    truth: Mapping[str, tuple[str, str]],
    now: datetime,
    *,
    deal: Deal,
    cast: Cast,
    days: int = 3,
    voters: Sequence[Voter] = VOTERS,
) -> RehearsalReport:
    """Let simulated people vote in sittings, one after the other, spread over the last days.

    Ends early when nothing is open for anybody. The same seed on the same photos casts the same votes.

    Args:
        votes: most votes to cast.
        truth: photo id -> (kind, sku); kind is "dress" for a style of ours, "unlisted" for another dress, and
            anything else for what is no dress.
        now: when the last sitting is over.
        days: how far back the first sitting lies.
    """
    began, outcomes, people = perf_counter(), Counter[str](), set[str]()
    stock = frozenset(Style.objects.active().values_list("pk", flat=True))
    stage = Stage(seed, truth, stock, now, deal, cast)
    number = idle = 0
    while outcomes.total() < votes and idle < len(voters):
        voter = voters[number % len(voters)]
        share = min(number * SITTING / votes, 1.0)
        begins_at = now - timedelta(days=days) * (1 - share)
        said = _sit(stage, voter, number, begins_at, min(SITTING, votes - outcomes.total()))
        outcomes += said
        people |= {voter.name} if said else set()
        idle = 0 if said else idle + 1
        number += 1
    return RehearsalReport(
        votes=outcomes.total(),
        kept=outcomes["kept"],
        late=outcomes["late"],
        people=len(people),
        settled=Golden.objects.count(),
        contested=Photo.objects.contested().count(),
        right=_share_right(truth),
        seconds=perf_counter() - began,
    )


def _sit(stage: Stage, voter: Voter, number: int, moment: datetime, wanted: int) -> Counter[str]:
    """Play one sitting of at most `wanted` votes, hand by hand."""
    said: Counter[str] = Counter()
    while said.total() < wanted:
        fresh = min(HAND, wanted - said.total())
        session_key = f"rehearsal {stage.seed} {number}"
        hand = stage.deal(
            session_key=session_key, person_id=voter.name, now=min(moment, stage.until), fresh=fresh
        )
        if not hand.cards:
            break
        for card in hand.cards:
            answer = _answer(stage, voter, card)
            moment += timedelta(seconds=answer.seconds)
            said[stage.cast(answer, voter.name, min(moment, stage.until))] += 1
    return said


def _answer(stage: Stage, voter: Voter, card: Any) -> Answer:
    """Look at a card as this voter would: the same voter always says the same about a photo."""
    chance = random.Random(seed_of("rehearsal", str(stage.seed), voter.name, card.photo_id))
    shown = [option.sku for option in card.options]
    kind, sku = stage.truth.get(card.photo_id, ("unknown", ""))
    honest = _honest(kind, sku, shown, voter.knows > chance.random() and sku in stage.stock)
    if chance.random() < voter.unsure:
        said = "cant_tell"
    elif chance.random() < voter.right:
        said = honest
    elif shown and chance.random() < voter.drift:
        said = f"style:{shown[0]}"
    else:
        said = chance.choice([*(f"style:{option}" for option in shown), "none", "not_dress"])
    choice, _, style = said.partition(":")
    return Answer(
        vote_id=digest_of("rehearsal", str(stage.seed), voter.name, card.photo_id),
        photo_id=card.photo_id,
        choice=choice,
        style=style,
        fit=chance.random() < 0.85,
        seconds=round(voter.seconds * chance.lognormvariate(0.0, 0.5), 2),
    )


def _honest(kind: str, sku: str, shown: Sequence[str], found: bool) -> str:
    if kind == "dress":
        return f"style:{sku}" if sku in shown or found else "none"
    return "none" if kind in ("unlisted", "unknown") else "not_dress"


def _share_right(truth: Mapping[str, tuple[str, str]]) -> float:
    known = right = 0
    for photo_id, verdict, style in Golden.objects.values_list("pk", "verdict", "style"):
        if photo_id in truth:
            kind, sku = truth[photo_id]
            expected = {"dress": ("style", sku), "unlisted": ("unlisted", "")}.get(kind, ("not_dress", ""))
            known += 1
            right += (verdict, style) == expected
    return right / known if known else 0.0
