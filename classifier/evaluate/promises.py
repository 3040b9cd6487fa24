"""Whether what a calibration promises was kept on photos it never saw."""

from dataclasses import dataclass

import numpy as np

from classifier.calibrate import Calibration, Evidence, Scores
from classifier.calibrate.conformal import GROUPS, NOT_DRESS, UNLISTED, ConformalSets
from classifier.calibrate.lanes import Lanes
from classifier.calibrate.links import Bools, Rows
from classifier.truth import Truth


@dataclass(frozen=True, slots=True)
class Coverage:
    """The conformal sets of one group of photos."""

    n: int
    promised: float
    covered: float | None  # share whose set holds the right answer; None of no photo
    size: float | None  # answers in a set, on average: styles, "not a dress", "not in stock"
    empty: float | None  # share of sets without any answer
    quantile: str  # "own", or "of all groups" because the group was too small


@dataclass(frozen=True, slots=True)
class LaneResult:
    """What one lane did with a split."""

    promised: float  # at most this share wrong
    share: float  # of all photos that it decided
    n: int
    wrong: int
    error: float | None


def coverage_of(
    calibration: Calibration, evidence: Evidence, scores: Scores, truth: Truth
) -> dict[str, Coverage]:
    """Coverage and size by group, and of all photos together.

    "unlisted" is there only where P(in stock) was learned: elsewhere it is no answer that a set could hold.
    """
    sets = calibration.sets
    assert sets is not None
    groups, knows_stock = truth.groups(evidence.counts), calibration.stock is not None
    covered = sets.holds(scores.of_truth(truth.own, truth.is_dress), groups)
    sizes = set_sizes(sets, scores, evidence.counts, knows_stock=knows_stock)
    asked = np.ones(len(groups), dtype=bool) if knows_stock else ~truth.unlisted
    named = [name for name in GROUPS if name != UNLISTED or knows_stock]
    parts = {"all": asked} | {name: groups == name for name in named}
    return {name: _coverage(sets, name, covered[part], sizes[part]) for name, part in parts.items()}


def set_sizes(sets: ConformalSets, scores: Scores, counts: Rows, *, knows_stock: bool) -> Rows:
    """How many answers (N,) the sets hold."""
    styles = (scores.p_answer >= sets.style_limits(counts)).sum(axis=1)
    beside = sets.holds(1 - scores.p_dress, NOT_DRESS).astype(np.int64)
    if knows_stock:
        beside = beside + sets.holds(scores.p_unlisted, UNLISTED)
    return np.asarray(styles + beside, dtype=np.int64)


def lanes_of(lanes: Lanes, scores: Scores, right: Bools, is_dress: Bools) -> dict[str, LaneResult]:
    """What each lane would have decided of photos (N,), and how much of it was wrong."""
    decided = np.array(
        [lanes.decide(*pair) for pair in zip(scores.p_first, scores.p_dress, strict=True)], dtype="U6"
    )
    wrong = {"accept": ~right, "reject": is_dress, "ask": np.zeros(len(right), dtype=bool)}
    found = {}
    for name, bad in wrong.items():
        inside = decided == name
        n, errors = int(inside.sum()), int(bad[inside].sum())
        promised = 0.0 if name == "ask" else lanes.error
        share = n / len(right) if len(right) else 0.0
        found[name] = LaneResult(promised, share, n, errors, errors / n if n else None)
    return found


def _coverage(sets: ConformalSets, name: str, covered: Bools, sizes: Rows) -> Coverage:
    own = name == "all" or sets.quantiles[name].own
    hit, size, empty = (float(part.mean()) if len(part) else None for part in (covered, sizes, sizes == 0))
    return Coverage(len(covered), 1 - sets.miss, hit, size, empty, "own" if own else "of all groups")
