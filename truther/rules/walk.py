"""The order in which one person meets photos: drawn from seeds, so that every walk can be walked again."""

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

LEAST_ROOM, MOST_ROOM = 6, 60  # cards one person may hold
GOLD_TAPER = ((15, 0.33), (40, 0.20), (200, 0.10))  # (up to so many answers of a person, share of gold)
GOLD_AT_LAST = 0.05
DULL_P_DRESS = 0.5  # below, the model sees no dress
DULL_SURE = 0.9  # from here on, the model is as good as sure which dress it is
TEN = 10

PHOTOS_TO_A_CARD = 4  # open photos there should be for every card that somebody holds


@dataclass(frozen=True, slots=True, order=True)
class WalkKey:
    """A place in time: photos are ordered by when they were taken, ties by id."""

    taken_at: datetime
    photo_id: str


class Draw(StrEnum):
    """How a photo is chosen for one place of a session."""

    WALK = "walk"
    RANDOM = "random"
    AUDIT = "audit"
    GOLD = "gold"
    DULL = "dull"  # from the walk, but the next photo that is quickly said


class Arm(StrEnum):
    """The two arms of the test of dosed dullness."""

    PLAIN = "plain"  # what comes, as it comes
    DOSED = "dosed"  # so many dull photos in every ten, the interesting ones between them


@dataclass(frozen=True, slots=True)
class Shares:
    """How many of all places call for what, as chances in [0, 1]; the walk has the rest."""

    audit: float
    random: float
    gold: float = 0.0
    dull: float = 0.0  # of the walk's own places; 0 in a plain session

    @property
    def walk(self) -> float:
        """The share of the walk, its dull places included."""
        return 1.0 - self.audit - self.random - self.gold

    def of(self, draw: Draw) -> float:
        """Return the chance that a place calls for this kind of draw."""
        return {
            Draw.AUDIT: self.audit,
            Draw.RANDOM: self.random,
            Draw.GOLD: self.gold,
            Draw.DULL: self.walk * self.dull,
            Draw.WALK: self.walk * (1.0 - self.dull),
        }[draw]


@dataclass(frozen=True, slots=True)
class Place:
    """What one place of a session calls for."""

    draw: Draw
    lot: float  # in [0, 1): where a random, audit or gold draw begins


def room_for(open_photos: int, people: int) -> int:
    """Return how many cards each person may hold: many where photos abound, few where they do not."""
    return max(LEAST_ROOM, min(open_photos // (PHOTOS_TO_A_CARD * max(people, 1)), MOST_ROOM))


def enough_for(people: int) -> int:
    """Return from how many open photos on more of them give nobody more room."""
    return PHOTOS_TO_A_CARD * max(people, 1) * MOST_ROOM


def digest_of(*parts: str) -> str:
    """Return 40 hex digits that stand for the parts, whatever is in them."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:40]


def seed_of(*parts: str) -> int:
    """Return a seed in [0, 2**63), the same in every process."""
    return int(digest_of(*parts)[:16], 16) >> 1


def serve_id(photo_id: str, person_id: str) -> str:
    """Name the one time a photo is put before a person."""
    return digest_of("serve", photo_id, person_id)


def shuffled(options: Sequence[str], *, photo_id: str, person_id: str) -> list[str]:
    """Return the options in this person's own order for this photo: no place is favoured over all people."""
    order = list(options)
    random.Random(seed_of("options", photo_id, person_id)).shuffle(order)
    return order


def first_lot(seed: int) -> float:
    """Return the lot, in [0, 1), at which the candidates for a session's start are looked up."""
    return random.Random(seed).random()


def start_among(needs: Sequence[int], seed: int) -> int:
    """Choose a start among candidates, each as likely as its number of missing votes.

    Args:
        needs: missing votes of each candidate, at least one candidate.
    """
    weights = [max(need, 0) for need in needs]
    if not any(weights):
        weights = [1] * len(weights)
    generator = random.Random(seed_of("start", str(seed)))
    return generator.choices(range(len(weights)), weights=weights)[0]


def gold_share(answered: int, dose: float) -> float:
    """Return how many places call for gold after so many answers of a person: many to learn by, few for ever.

    Args:
        answered: photos the person has answered before this place.
        dose: what the installation multiplies the dose by, in [0, 2].
    """
    return dose * next((share for until, share in GOLD_TAPER if answered < until), GOLD_AT_LAST)


def arm_of(seed: int, dosed_sessions: float) -> Arm:
    """Draw a session's arm; `dosed_sessions` is the chance of the dosed one."""
    chance = random.Random(seed_of("arm", str(seed))).random()
    return Arm.DOSED if chance < dosed_sessions else Arm.PLAIN


def is_dull(p_dress: float | None, best: float | None) -> bool:
    """Say whether a photo is quickly said: likely no dress, or a dress of which the model is sure.

    Args:
        p_dress: the chance that it shows a dress; None when no model has looked.
        best: the chance of the first candidate; None when there are no candidates.
    """
    return (p_dress is not None and p_dress < DULL_P_DRESS) or (best is not None and best >= DULL_SURE)


def dull_of_ten(seed: int, ten: int, share: float) -> frozenset[int]:
    """Choose which places of the n-th ten of a session are kept for dull photos.

    A share that fills no whole number of places gives now one more, now one less: over many tens it holds.
    """
    generator = random.Random(seed_of("dull", str(seed), str(ten)))
    count = int(share * TEN + generator.random())
    return frozenset(ten * TEN + place for place in generator.sample(range(TEN), min(count, TEN)))


def place_at(seed: int, number: int, shares: Shares) -> Place:
    """Say what the place `number` of the session with this seed calls for."""
    generator = random.Random(seed_of("place", str(seed), str(number)))
    chance, lot = generator.random(), generator.random()
    for draw in (Draw.AUDIT, Draw.RANDOM, Draw.GOLD):
        if chance < shares.of(draw):
            return Place(draw, lot)
        chance -= shares.of(draw)
    dull = shares.dull > 0 and number in dull_of_ten(seed, number // TEN, shares.dull)
    return Place(Draw.DULL if dull else Draw.WALK, lot)
