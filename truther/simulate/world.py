"""A world without pictures: styles, and photos of which the truth and the model's guess are known."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from truther.rules.walk import digest_of, seed_of
from truther.simulate.plan import MONDAY, Plan

# The proof of concept met "surprisingly many" photos without a dress; the demo draws 13 %.
KINDS = {"dress": 0.74, "unlisted": 0.07, "not_dress": 0.19}
TOP_1, TOP_3, TOP_15 = 0.75, 0.92, 0.97  # how often the model has the style among so many, on ordinary photos
HARD_TOP_1, HARD_TOP_3 = 0.45, 0.75
HIGH_SCORES = 0.15  # of the photos without a dress: the model takes them for one
CANDIDATES = 15
SPAN_DAYS = 180
KNOWN = 60  # photos an expert decided before the first day: the first golden questions


@dataclass(frozen=True, slots=True)
class Truth:
    """What a photo shows, and what the model thinks."""

    photo_id: str
    kind: str  # a key of KINDS
    sku: str  # "" unless it is a dress of ours
    hard: bool
    taken_at: datetime
    p_dress: float
    candidates: tuple[tuple[str, float], ...]  # sku and probability, best first

    @property
    def answer(self) -> str:
        """What a tally would call the truth; a dress that is none of ours is "none"."""
        return {"dress": f"style:{self.sku}", "unlisted": "none"}.get(self.kind, "not_dress")

    @property
    def favourite(self) -> str:
        """The sku the model thinks likeliest."""
        return self.candidates[0][0]


@dataclass(frozen=True, slots=True)
class World:
    """Everything there is to be found out."""

    skus: tuple[str, ...]
    photos: tuple[Truth, ...]  # open on the first day
    known: tuple[Truth, ...]  # decided by an expert before it


def invent(plan: Plan) -> World:
    """Invent a world from the plan's seed; the rule has no part in it."""
    skus = tuple(f"S{number:04d}" for number in range(plan.styles))
    chance = random.Random(seed_of("world", str(plan.seed)))
    photos = [_photo(chance, f"p{number:06d}", skus, plan) for number in range(plan.size)]
    known = [_photo(chance, f"known{number:04d}", skus, plan) for number in range(min(KNOWN, plan.size))]
    return World(skus, tuple(photos), tuple(known))


def _photo(chance: random.Random, name: str, skus: Sequence[str], plan: Plan) -> Truth:
    kind = chance.choices(list(KINDS), weights=list(KINDS.values()))[0]
    hard = chance.random() < plan.hard
    sku = chance.choice(skus) if kind == "dress" else ""
    p_dress = _p_dress(chance, kind)
    taken_at = MONDAY - timedelta(seconds=round(chance.random() * SPAN_DAYS * 86_400))
    candidates = _candidates(chance, sku, skus, p_dress, hard=hard)
    # Ids as random as real ones: an order in them would be an order of the walk.
    photo_id = f"{name}-{digest_of('photo', str(plan.seed), name)[:8]}"
    return Truth(photo_id, kind, sku, hard, taken_at, p_dress, candidates)


def _p_dress(chance: random.Random, kind: str) -> float:
    """P(dress) is high on dresses, ours or not, and low on most of the rest."""
    if kind != "not_dress" or chance.random() < HIGH_SCORES:
        return round(chance.betavariate(18, 2), 4)
    return round(chance.betavariate(1.5, 12), 4)


def _candidates(
    chance: random.Random, sku: str, skus: Sequence[str], p_dress: float, *, hard: bool
) -> tuple[tuple[str, float], ...]:
    """Rank styles so that a first candidate said to be likely is right as often as it says.

    The share given to the first candidate is drawn first, around the recall at 1; it then is right with just
    that chance. Where there is no dress of ours, the shares look the same and all are wrong: the model does
    not know what it does not know.
    """
    first, third = (HARD_TOP_1, HARD_TOP_3) if hard else (TOP_1, TOP_3)
    share = chance.betavariate(6 * first, 6 * (1 - first))
    order = chance.sample([other for other in skus if other != sku], CANDIDATES)
    if sku and chance.random() < share:
        order.insert(0, sku)
    elif sku:
        among_three, among_all = (third - first) / (1 - first), (TOP_15 - first) / (1 - first)
        mark = chance.random()
        if mark < among_three:
            order.insert(chance.choice((1, 2)), sku)
        elif mark < among_all:
            order.insert(chance.randrange(3, CANDIDATES), sku)
    rest = [0.6**place for place in range(CANDIDATES - 1)]
    shares = [share, *((1 - share) * weight / sum(rest) for weight in rest)]
    return tuple(
        (name, round(p_dress * part, 5)) for name, part in zip(order[:CANDIDATES], shares, strict=True)
    )
