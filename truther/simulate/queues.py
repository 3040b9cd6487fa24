"""Queues in pure form, without a server: what the same sittings would have covered by other orders."""

import random
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from truther.rules.walk import seed_of, start_among

AGREE = 0.9  # chance that a vote is the common answer
ENOUGH, CAP = 2, 5  # first to 2, of at most 5
START_CANDIDATES = 32


@dataclass(frozen=True, slots=True)
class Queue:
    """One order in which sittings meet photos."""

    name: str
    by_need: bool  # the start is drawn by missing votes, not uniformly
    skips: bool  # what is settled, and what the person has met, is passed


STORY = Queue("uniform seed, nothing skipped", by_need=False, skips=False)
QUEUES = (
    STORY,
    Queue("uniform seed, settled skipped", by_need=False, skips=True),
    Queue("seed by need, settled skipped", by_need=True, skips=True),
)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How often photos were looked at."""

    photos: int
    looks: int
    none: int  # photos nobody looked at
    one: int  # photos with a single look

    @property
    def mean(self) -> float:
        """Looks a photo."""
        return self.looks / self.photos if self.photos else 0.0


@dataclass(frozen=True, slots=True)
class Compared:
    """The coverage at one moment, beside that of other orders after as many looks."""

    measured: Coverage
    queues: Mapping[str, Coverage]


def covered(looks: Sequence[int]) -> Coverage:
    """Return the coverage of photos that were looked at so often each."""
    return Coverage(len(looks), sum(looks), sum(n == 0 for n in looks), sum(n == 1 for n in looks))


def compare(
    looks: Sequence[tuple[tuple[str, str], str]], photos: Sequence[str], *, marks: Sequence[float], seed: int
) -> tuple[Compared, ...]:
    """Compare coverages at mean numbers of looks, as far as they were reached, and at the end.

    Args:
        looks: person, sitting and photo of each look, in the order in which they happened.
        marks: looks a photo.
    """
    reached = [round(mark * len(photos)) for mark in marks if mark * len(photos) < len(looks)]
    compared = []
    for count in [*reached, len(looks)]:
        seen = Counter(photo for _, photo in looks[:count])
        sittings = [(who, many) for (who, _), many in Counter(sat for sat, _ in looks[:count]).items()]
        others = {queue.name: cover(queue, sittings, len(photos), seed=seed) for queue in QUEUES}
        compared.append(Compared(covered([seen[photo] for photo in photos]), others))
    return tuple(compared)


def cover(queue: Queue, sittings: Sequence[tuple[str, int]], photos: int, *, seed: int) -> Coverage:
    """Walk sittings, one after the other, over photos in their order in time, back from each start.

    Args:
        sittings: person and looks of each, in the order in which they began.
        photos: how many there are.
    """
    return covered(
        _Walks(queue, photos, random.Random(seed_of("queue", queue.name, str(seed)))).walk(sittings)
    )


class _Walks:
    def __init__(self, queue: Queue, photos: int, chance: random.Random) -> None:
        self.queue, self.chance = queue, chance
        self.looks, self.agreed = [0] * photos, [0] * photos
        self.open = list(range(photos))  # 0 is the newest: walking back in time counts up
        self.met: dict[str, set[int]] = {}

    def walk(self, sittings: Sequence[tuple[str, int]]) -> list[int]:
        for person, looks in sittings:
            met = self.met.setdefault(person, set())
            here = self._start()
            for _ in range(looks):
                here = self._next(here, met)
                if here < 0:
                    break
                self._look(here, met)
                here += 1
        return self.looks

    def _start(self) -> int:
        if not self.queue.by_need:
            return self.chance.randrange(len(self.looks))
        if not self.open:
            return 0
        few = self.chance.sample(self.open, min(START_CANDIDATES, len(self.open)))
        return few[start_among([ENOUGH - self.agreed[photo] for photo in few], self.chance.getrandbits(60))]

    def _next(self, here: int, met: set[int]) -> int:
        """Return the photo at a place in time or further back, round the end; -1 when none is left."""
        if not self.queue.skips:
            return here % len(self.looks)
        place = bisect_left(self.open, here)
        around = (self.open[(place + step) % len(self.open)] for step in range(len(self.open)))
        return next((photo for photo in around if photo not in met), -1)

    def _look(self, photo: int, met: set[int]) -> None:
        met.add(photo)
        self.looks[photo] += 1
        self.agreed[photo] += self.chance.random() < AGREE
        if self.agreed[photo] == ENOUGH or self.looks[photo] == CAP:
            place = bisect_left(self.open, photo)
            if place < len(self.open) and self.open[place] == photo:
                del self.open[place]
