"""Simulated employees: how many cards they play, when, and what they say."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from truther.rules.walk import seed_of
from truther.simulate.plan import Plan
from truther.simulate.world import Truth

SPREAD = 1.25  # of the logarithm of appetite: half the people play little, a few play very much
KEENEST = 0.11  # largest share of all votes: the keenest of the proof of concept cast 350 of 3,281
SITTING = 14.0  # median votes of one lunch break
SITTING_SPREAD = 0.9
NOON_HOURS, NOON_SPREAD, FIRST_HOUR, LAST_HOUR = 12.3, 0.6, 11.0, 14.5
HARD_RIGHT = 0.68  # on hard photos people are right less often by this factor: .90 becomes .61
HARD_DRIFT = 0.6  # of the errors on hard photos: the model's first guess
HARD_UNSURE = 3.0  # times more "can't tell" on hard photos


@dataclass(frozen=True, slots=True)
class Kind:
    """A way of playing; chances in [0, 1]."""

    name: str
    share: float  # of all people
    right: float  # answers correctly, on ordinary photos
    knows: float  # finds by search a style that is not among the options
    unsure: float  # says "can't tell"
    seconds: float  # median time for an answer
    first: float  # takes what stands first, without looking
    favourite: float  # takes what the model thinks likeliest, whatever the photo shows
    slips: float  # presses a wrong key and takes it back


KINDS = (
    Kind("honest", 0.66, 0.93, 0.45, 0.02, 4.2, first=0.0, favourite=0.0, slips=0.010),
    Kind("hurried", 0.18, 0.84, 0.10, 0.01, 1.6, first=0.03, favourite=0.0, slips=0.020),
    Kind("first-taking", 0.06, 0.90, 0.10, 0.01, 2.4, first=0.30, favourite=0.0, slips=0.005),
    Kind("model-led", 0.06, 0.90, 0.10, 0.01, 2.8, first=0.0, favourite=0.30, slips=0.005),
    Kind("random", 0.04, 0.0, 0.0, 0.02, 1.0, first=0.0, favourite=0.0, slips=0.0),
)


@dataclass(frozen=True, slots=True)
class Person:
    """One simulated employee."""

    name: str
    kind: Kind
    right: float  # this person's own, around the kind's
    votes: int  # wants to cast so many, on all days together


@dataclass(frozen=True, slots=True)
class Sitting:
    """One person's lunch break."""

    person: Person
    begins_at: datetime
    votes: int  # wants to cast so many

    @property
    def name(self) -> str:
        """Names the sitting to the server."""
        return f"{self.person.name} {self.begins_at:%Y-%m-%d}"


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says about a photo."""

    answer: str  # as a tally says it: "style:SKU", "none", "not_dress" or "cant_tell"
    seconds: float
    fit: bool
    slip: bool  # it will be taken back at once


def hire(plan: Plan) -> tuple[Person, ...]:
    """Return the people of a plan: kinds by their shares, appetites with a heavy tail, together all votes."""
    chance = random.Random(seed_of("people", str(plan.seed)))
    kinds = [kind for kind, count in zip(KINDS, _parts(plan.people), strict=True) for _ in range(count)]
    chance.shuffle(kinds)
    appetites = [chance.lognormvariate(0.0, SPREAD) for _ in kinds]
    votes = shared_out(plan.votes, appetites)
    return tuple(
        Person(f"{kind.name}-{number:03d}", kind, _own(chance, kind), wanted)
        for number, (kind, wanted) in enumerate(zip(kinds, votes, strict=True))
    )


def shared_out(votes: int, appetites: Sequence[float]) -> list[int]:
    """Share votes out by appetite, at least one each, nobody more than KEENEST of all; the sum is exact."""
    most = max(KEENEST * sum(appetites), min(appetites))
    capped = [min(appetite, most) for appetite in appetites]
    spare = _proportional(max(votes - len(capped), 0), capped)
    return [int(number < votes) + more for number, more in enumerate(spare)]


def timetable(people: Sequence[Person], plan: Plan) -> tuple[Sitting, ...]:
    """Return all sittings in the order in which they begin: lunch breaks, one a person and day."""
    sittings = []
    for person in people:
        chance = random.Random(seed_of("timetable", str(plan.seed), person.name))
        for number, votes in _lunches(chance, person.votes, plan.days).items():
            hour = min(max(chance.gauss(NOON_HOURS, NOON_SPREAD), FIRST_HOUR), LAST_HOUR)
            begins_at = plan.working_day(number) + timedelta(seconds=round(hour * 3600, 1))
            sittings.append(Sitting(person, begins_at, votes))
    return tuple(sorted(sittings, key=lambda sitting: (sitting.begins_at, sitting.person.name)))


def say(person: Person, truth: Truth, shown: Sequence[str], *, seed: int, again: bool = False) -> Said:
    """Look at a card as this person would: the same person says the same about the same card.

    Args:
        shown: skus in the order in which they are offered.
        again: the person slipped before, took it back and looks properly now.
    """
    chance = random.Random(seed_of("say", str(seed), person.name, truth.photo_id, str(again)))
    kind, seconds = person.kind, person.kind.seconds * chance.lognormvariate(0.0, 0.5)
    right = _right_answer(truth, shown, found=chance.random() < kind.knows)
    answer = _choose(chance, person, truth, shown, right)
    slip = not again and chance.random() < kind.slips
    if slip:
        answer = chance.choice(_others(shown, answer))
    return Said(answer, round(max(seconds, 0.3), 2), chance.random() < 0.85, slip)


def _right_answer(truth: Truth, shown: Sequence[str], *, found: bool) -> str:
    """What somebody would say who sees everything that can be seen."""
    if truth.kind == "dress" and truth.sku not in shown and not found:
        return "none"
    return truth.answer


def _choose(chance: random.Random, person: Person, truth: Truth, shown: Sequence[str], right: str) -> str:
    kind = person.kind
    if chance.random() < kind.unsure * (HARD_UNSURE if truth.hard else 1.0):
        return "cant_tell"
    careless = chance.random()
    if shown and careless < kind.first:
        return f"style:{shown[0]}"
    if truth.favourite in shown and careless < kind.first + kind.favourite:
        return f"style:{truth.favourite}"
    if kind.name == "random":
        return chance.choice(_others(shown, ""))
    if chance.random() < person.right * (HARD_RIGHT if truth.hard else 1.0):
        return right
    tempting = f"style:{truth.favourite}"
    drifts = truth.hard and truth.favourite in shown and tempting != right
    return tempting if drifts and chance.random() < HARD_DRIFT else chance.choice(_others(shown, right))


def _others(shown: Sequence[str], right: str) -> list[str]:
    return [answer for answer in (*(f"style:{sku}" for sku in shown), "none", "not_dress") if answer != right]


def _own(chance: random.Random, kind: Kind) -> float:
    """A person's own accuracy: the kind's, give or take some."""
    return chance.betavariate(40 * kind.right, 40 * (1 - kind.right)) if kind.right else 0.0


def _parts(people: int) -> list[int]:
    """How many people of each kind; the rounding goes to the honest, who come first."""
    others = [round(people * kind.share) for kind in KINDS[1:]]
    return [people - sum(others), *others]


def _lunches(chance: random.Random, votes: int, days: int) -> dict[int, int]:
    """Spread a person's votes over days: as many lunch breaks as it takes, longer ones when days run out."""
    lengths: list[float] = []
    while sum(lengths) < votes and len(lengths) < days:
        lengths.append(chance.lognormvariate(math.log(SITTING), SITTING_SPREAD))
    chosen = chance.sample(range(days), len(lengths))
    counts = _proportional(votes, lengths)
    return {day: count for day, count in sorted(zip(chosen, counts, strict=True)) if count}


def _proportional(votes: int, lengths: Sequence[float]) -> list[int]:
    ends, total, so_far = [], sum(lengths), 0.0
    for length in lengths:
        so_far += length
        ends.append(round(votes * so_far / total))
    return [end - start for start, end in zip([0, *ends], ends, strict=False)]
