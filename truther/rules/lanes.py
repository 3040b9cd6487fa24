"""Lanes past the people: which are open, when a model may try for them, and what a look behind them says."""

from collections.abc import Mapping
from typing import Any

from classifier.calibrate.lanes import Lane, LaneAudit, Lanes, fewest_photos

LANES = ("accept", "reject")
SHARE = 0.04  # of what a lane decides, people see all the same; FACTS of labelling: 3-5 %
DOUBT = 0.05  # shared by all tries to open the lanes of one model

Kept = Mapping[str, Any]  # what `model_runs.lanes` holds, see keep(); empty: the model never tried


def keep(lanes: Lanes | None, *, source: str, photos: int = 0, before: Kept | None = None) -> dict[str, Any]:
    """Return lanes as they are kept beside a model; nothing where it has none.

    Args:
        source: the snapshot they were tested on.
        photos: how many photos that were; 0 where nobody knows.
        before: what was kept of an earlier try: a lane that looks had broken stays closed.
    """
    if lanes is None:
        return {}
    before = before or {}
    return {
        "error": lanes.error,
        "confidence": lanes.confidence,
        "accept": _plain(lanes.accept),
        "reject": _plain(lanes.reject),
        "source": source,
        "photos": photos,
        "tries": before.get("tries", 0) + 1,
        "closed": dict(before.get("closed", {})),
    }


def as_tested(kept: Kept) -> Lanes | None:
    """The lanes of a model, those closed since included; None when it never tried for any."""
    return Lanes.from_json(kept) if kept else None


def in_force(kept: Kept, *, error: float) -> Lanes | None:
    """The lanes a model may use where so many errors are allowed; None when no lane is open.

    Args:
        error: share, in [0, .2]; 0 allows no lane. Lanes that promise less are of no use.
    """
    lanes = as_tested(kept)
    if lanes is None or not 0 < lanes.error <= error:
        return None
    accept, reject = (Lane(None) if name in kept["closed"] else getattr(lanes, name) for name in LANES)
    if accept.threshold is None and reject.threshold is None:
        return None
    return Lanes(lanes.error, lanes.confidence, accept, reject)


def open_ones(lanes: Lanes | None) -> tuple[str, ...]:
    """The names of the lanes that have a threshold."""
    return tuple(name for name in LANES if lanes and getattr(lanes, name).threshold is not None)


def confidence_of(attempt: int) -> float:
    """The confidence of a model's n-th try, counted from 1: each has half the doubt of the one before.

    Whoever tries every night until a lane opens would be lucky some night; so all tries share DOUBT.
    """
    return 1 - DOUBT * 0.5**attempt


def fewest_for(kept: Kept, *, error: float) -> int:
    """How many held-out photos the next try needs."""
    return fewest_photos(error, confidence_of(kept.get("tries", 0) + 1))


def is_due(kept: Kept, *, error: float, photos: int) -> bool:
    """Whether a model may try for lanes: for the first time, for another promise, or on twice the photos.

    A lane that opened is left alone, and so is one that looks had broken: for that model it stays closed.
    """
    if photos < fewest_for(kept, error=error) or set(kept.get("closed", ())) == set(LANES):
        return False
    if not kept or kept["error"] != error:
        return True
    return not open_ones(as_tested(kept)) and photos >= 2 * kept["photos"]


def close(kept: Kept, broken: Mapping[str, LaneAudit], *, night: str) -> dict[str, Any]:
    """Return what is kept once these lanes are closed for good, with the counts that closed them."""
    counts = {name: {"night": night, "n": each.n, "wrong": each.wrong} for name, each in broken.items()}
    return {**kept, "closed": {**counts, **kept["closed"]}}


def is_right(lane: str, first: str, verdict: str, style: str) -> bool:
    """Whether people say what a lane had said: the model's first style, or that it is no dress."""
    return verdict == "not_dress" if lane == "reject" else (verdict, style) == ("style", first)


def _plain(lane: Lane) -> dict[str, Any]:
    return {"threshold": lane.threshold, "n": lane.n, "wrong": lane.wrong, "bound": lane.bound}
