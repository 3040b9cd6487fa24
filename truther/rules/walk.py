"""The order in which one person meets photos: drawn from seeds, so that every walk can be walked again."""

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

LEAST_ROOM, MOST_ROOM = 6, 60  # cards one person may hold
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


@dataclass(frozen=True, slots=True)
class Shares:
    """How many of all places call for something other than the walk, as chances in [0, 1]."""

    audit: float
    random: float

    def of(self, draw: Draw) -> float:
        """Return the chance that a place calls for this kind of draw."""
        return {Draw.AUDIT: self.audit, Draw.RANDOM: self.random}.get(draw, 1.0 - self.audit - self.random)


@dataclass(frozen=True, slots=True)
class Place:
    """What one place of a session calls for."""

    draw: Draw
    lot: float  # in [0, 1): where a random or audit draw begins


def room_for(open_photos: int, people: int) -> int:
    """Return how many cards each of these people may hold: many where photos abound, few where they do not."""
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


def place_at(seed: int, number: int, shares: Shares) -> Place:
    """Say what the place `number` of the session with this seed calls for."""
    generator = random.Random(seed_of("place", str(seed), str(number)))
    chance, lot = generator.random(), generator.random()
    if chance < shares.audit:
        return Place(Draw.AUDIT, lot)
    if chance < shares.audit + shares.random:
        return Place(Draw.RANDOM, lot)
    return Place(Draw.WALK, lot)
