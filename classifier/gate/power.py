"""How often the gate promotes a challenger that is truly better, equal or worse: simulated holdouts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt

from classifier.gate import Answers, Limits, Ruling, weigh

Floats = npt.NDArray[np.floating[Any]]

SIZES = (150, 500, 2000)
CHANGES = (0.03, 0.0, -0.03)  # true change of the top-3 share
TOP3, TOP1, FOUND = 0.90, 0.75, 0.93  # the champion's
ALIKE = 0.97  # correlation of two models' scores: equally good ones then differ in top 3 on 1 photo in 30
OWNER = 0.3  # share of what the models differ by that an owner's photos have in common
PHOTOS_PER_OWNER = 3
COLOURS = 8
COLD, AUDIT, NEGATIVES = 0.3, 0.1, 0.25  # slices, in photos for each photo of the holdout


@dataclass(frozen=True, slots=True)
class Power:
    """Share of simulated challengers that were promoted."""

    photos: int
    change: float  # the true change of the top-3 share
    promoted: float
    plain: float  # by the plain rule: the interval of top 3 does not reach below 0, and its mean is better
    trials: int


def power_table(
    *,
    sizes: Sequence[int] = SIZES,
    changes: Sequence[float] = CHANGES,
    trials: int = 200,
    seed: int = 0,
    limits: Limits | None = None,
    on_trial: Callable[[int, int], None] | None = None,
) -> list[Power]:
    """Let the gate rule over simulated pairs of models, a row per size and true change."""
    rows, done = [], 0
    for size in sizes:
        for change in changes:
            promoted = plain = 0
            for trial in range(trials):
                chance = np.random.default_rng([seed, size, trial, round(1000 * (change + 1))])
                ruling = weigh(*simulated(chance, size, change), limits, seed=trial)
                promoted, plain = promoted + ruling.promoted, plain + _plainly(ruling)
                done += 1
                if on_trial:
                    on_trial(done, len(sizes) * len(changes) * trials)
            rows.append(Power(size, change, promoted / trials, plain / trials, trials))
    return rows


def _plainly(ruling: Ruling) -> bool:
    """What a gate would say that only looks at the interval of top 3."""
    found = next((check for check in ruling.checks if check.name == "top3"), None)
    return found is not None and (found.low or 0.0) >= 0 < (found.difference or 0.0)


def simulated(chance: np.random.Generator, photos: int, change: float) -> tuple[Answers, Answers]:
    """A champion and a challenger that answer one holdout.

    Each photo has a score for each model, normal and correlated; thresholds on it say top 1 and top 3. The
    challenger's scores are shifted so that its top-3 share is truly `change` higher.
    """
    owners = [f"owner{number // PHOTOS_PER_OWNER}" for number in range(photos)]
    ours, theirs = _scores(chance, owners)
    step = _quantile(TOP3 + change) - _quantile(TOP3)
    negatives = [f"owner{number}" for number in range(round(photos * NEGATIVES))]
    calm, other = _scores(chance, negatives)
    colours = chance.integers(0, COLOURS, photos)
    slices = {f"colour:{number}": colours == number for number in range(COLOURS)}
    slices |= {"cold": chance.random(photos) < COLD, "audit": chance.random(photos) < AUDIT}
    names = tuple(map(str, range(photos)))

    def answers(run: str, scores: Floats, found: Floats) -> Answers:
        return Answers(
            run=run,
            photos=names,
            owners=tuple(owners),
            top1=scores > -_quantile(TOP1),
            top3=scores > -_quantile(TOP3),
            slices=slices,
            negatives=tuple(map(str, range(len(negatives)))),
            negative_owners=tuple(negatives),
            found=found > -_quantile(FOUND),
            ece=0.03,
            chance=0.01,
            colour_top3=0.4,
        )

    return answers("champion", ours, calm), answers("challenger", theirs + step, other)


def _scores(chance: np.random.Generator, owners: Sequence[str]) -> tuple[Floats, Floats]:
    """Two correlated standard normal scores (N,); part of their difference is an owner's own."""
    number = {owner: place for place, owner in enumerate(dict.fromkeys(owners))}
    places = np.array([number[owner] for owner in owners], dtype=np.int64)
    base = chance.normal(size=len(owners))
    shared = chance.normal(size=len(number))[places]
    apart = np.sqrt(OWNER) * shared + np.sqrt(1 - OWNER) * chance.normal(size=len(owners))
    return base, ALIKE * base + np.sqrt(1 - ALIKE**2) * apart


def _quantile(share: float) -> float:
    return NormalDist().inv_cdf(share)
