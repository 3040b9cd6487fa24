"""A town that rents dresses by known tastes: interactions whose truth is kept, to judge recommenders by."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys.data import Interactions, interactions
from recsys.refusal import BadParameter

Array = NDArray[Any]
FIRST_WEEK_AT = 1_704_067_200  # Monday, 1 January 2024, 00:00 UTC
SECONDS_PER_WEEK = 604_800
TASTES = 8  # latent dimensions of what people like and dresses have
SHOWN = 0.8  # share of a dress's traits, as variance, that its attributes and so its picture tell
QUALITY = 0.5  # how much dresses differ in what everybody likes, against 1 for what tells people apart
PICTURE_NOISE = 0.3  # of each number of an embedding, against 1 for what it says
ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "colour": ("black", "blue", "green", "gold", "pink", "red", "silver", "white"),
    "length": ("mini", "knee", "midi", "maxi"),
    "neckline": ("halter", "off-shoulder", "round", "square", "v"),
    "pattern": ("plain", "floral", "sequins", "stripes"),
    "shape": ("a-line", "ball gown", "column", "mermaid", "wrap"),
    "sleeves": ("none", "short", "long", "puff"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Town:
    """What happened, and what nobody outside a simulation knows: why."""

    interactions: Interactions  # rentals with times; a user has a dress at most once
    features: Array  # (I, d) float32: embeddings of pictures, of length 1
    attributes: dict[str, Array]  # name -> (I,) text
    arrivals: Array  # (I,) week of arrival; before 0: there from the start
    retirements: Array  # (I,) first week without it
    tastes: Array  # (U, k): what a user likes
    traits: Array  # (I, k): what a dress has
    quality: Array  # (I,): what everybody likes
    utility: Array  # (U, I) float32 = strength * (tastes · traits / sqrt(k) + quality): what rentals follow

    def available(self, week: int) -> NDArray[np.bool_]:
        """(I,) which dresses can be rented in a week."""
        return np.asarray((self.arrivals <= week) & (week < self.retirements))

    def unseen_since(self, week: int) -> NDArray[np.bool_]:
        """(I,) which dresses arrive in a week or later."""
        return np.asarray(self.arrivals >= week)


def rentals(
    seed: int,
    *,
    users: int = 3_000,
    items: int = 600,
    weeks: int = 52,
    dimensions: int = 64,
    lifetime_weeks: float = 40.0,
    rentals_per_user: float = 6.0,
    strength: float = 1.5,
) -> Town:
    """Let users rent dresses week by week, the dress by chance, better ones more often.

    In a week a user who is active takes the available dress with the largest utility + Gumbel noise, that is
    by softmax. Activity is log-normal (most rent little, a few a lot). A third of the dresses are there at
    first; the others arrive evenly, and all retire after exponential lifetimes.

    Args:
        rentals_per_user: mean over all weeks; the median is about half of it.
        strength: 0 is pure chance; 1.5 makes taste and noise about equally loud.

    Raises:
        BadParameter: a size below 2, or a mean that is not positive.
    """
    if min(users, items, weeks, dimensions) < 2:
        raise BadParameter("users, items, weeks and dimensions are at least 2")
    if not (lifetime_weeks > 0 and rentals_per_user > 0 and strength >= 0):
        raise BadParameter("lifetime_weeks and rentals_per_user are above 0, strength is at least 0")
    random = np.random.default_rng(seed)
    attributes, shown, traits = _dresses(random, items)
    quality = QUALITY * random.standard_normal(items)
    tastes = random.standard_normal((users, TASTES))
    utility = (strength * (tastes @ traits.T / np.sqrt(TASTES) + quality)).astype(np.float32)
    arrivals = np.where(random.random(items) < 1 / 3, -1, random.integers(0, weeks, items))
    retirements = arrivals + 1 + np.ceil(random.exponential(lifetime_weeks, items)).astype(int)
    activity = random.lognormal(0.0, 1.2, users)
    chances = np.minimum(1.0, activity / activity.mean() * rentals_per_user / weeks)
    happened = _weeks(random, utility, chances, arrivals, retirements, weeks)
    return Town(
        interactions(*happened, users=range(users), items=range(items)),
        _pictures(random, shown, dimensions),
        attributes,
        arrivals,
        retirements,
        tastes,
        traits,
        quality,
        utility,
    )


def _dresses(random: np.random.Generator, items: int) -> tuple[dict[str, Array], Array, Array]:
    """Attributes; what they say of traits, (I, k) with variance 1; the whole traits, (I, k)."""
    drawn = {name: random.integers(0, len(values), items) for name, values in ATTRIBUTES.items()}
    said = np.zeros((items, TASTES))
    for name, values in ATTRIBUTES.items():
        said += random.standard_normal((len(values), TASTES))[drawn[name]]
    shown = said / np.sqrt(len(ATTRIBUTES))
    traits = np.sqrt(SHOWN) * shown + np.sqrt(1 - SHOWN) * random.standard_normal((items, TASTES))
    named = {name: np.array(ATTRIBUTES[name])[places] for name, places in drawn.items()}
    return named, shown, traits


def _pictures(random: np.random.Generator, shown: Array, dimensions: int) -> Array:
    """(I, d) a bent random view of what a picture shows, noisy, each of length 1 as DeepDress's are."""
    view = random.standard_normal((shown.shape[1], dimensions)) / np.sqrt(shown.shape[1])
    seen = np.tanh(shown @ view) + PICTURE_NOISE * random.standard_normal((len(shown), dimensions))
    return np.asarray(seen / np.linalg.norm(seen, axis=1, keepdims=True), np.float32)


def _weeks(
    random: np.random.Generator,
    utility: Array,
    chances: Array,
    arrivals: Array,
    retirements: Array,
    weeks: int,
) -> tuple[Array, Array, None, Array]:
    """Users, items, no values, and seconds since 1970 of all rentals."""
    left = utility.copy()  # what a user had is not rented again
    rows, columns, times = [], [], []
    for week in range(weeks):
        active = np.flatnonzero(random.random(len(chances)) < chances)
        there = np.flatnonzero((arrivals <= week) & (week < retirements))
        if not len(there) or not len(active):
            continue
        wanted = left[np.ix_(active, there)] + random.gumbel(size=(len(active), len(there)))
        best = wanted.argmax(axis=1)
        possible = np.isfinite(wanted[np.arange(len(active)), best])
        who, what = active[possible], there[best[possible]]
        left[who, what] = -np.inf
        rows.append(who)
        columns.append(what)
        times.append(FIRST_WEEK_AT + week * SECONDS_PER_WEEK + random.integers(0, SECONDS_PER_WEEK, len(who)))
    joined = [np.concatenate(part) if part else np.zeros(0, np.int64) for part in (rows, columns, times)]
    return joined[0], joined[1], None, joined[2]
