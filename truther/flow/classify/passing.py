"""Which photos need nobody: what the open lanes of the model that serves decide."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from classifier.calibrate.lanes import Lanes, route
from truther.config import config
from truther.models import ModelRun, Photo
from truther.models.passing import ASKED
from truther.models.photos import State
from truther.models.standing import need_at_first
from truther.rules.lanes import SHARE, in_force, open_ones


def open_lanes(version: str) -> Lanes | None:
    """The lanes that a model may use in this house; None when people see everything."""
    if not config.lane_error:
        return None
    return in_force(ModelRun.objects.lanes_of(version), error=config.lane_error)


def standing(photo_id: str, scores: Mapping[str, Any], lanes: Lanes | None) -> dict[str, Any]:
    """Where a photo goes that nobody has voted on: to people, past them, or to them all the same.

    Args:
        scores: `p_dress` and `candidates` as they are stored, so that whoever looks back decides alike.
    """
    candidates = scores["candidates"]
    p_first = candidates[0]["probability"] if candidates else 0.0
    routed = route(lanes, photo_id, p_first, scores["p_dress"], share=SHARE)
    if routed.decision == "ask":
        return {"state": State.OPEN, **ASKED}
    state = State.OPEN if routed.seen else State.PASSED
    return {"state": state, "lane": routed.decision, "lane_chance": routed.propensity}


def put_back(version: str, *, now: datetime) -> int:
    """Ask people about what lanes passed by that are not open now; return how many photos that is."""
    closed = Photo.objects.passed_outside(open_ones(open_lanes(version)))
    return closed.reopen(need=need_at_first(now=now)) if closed.exists() else 0
