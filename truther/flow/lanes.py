"""Look behind the lanes: what people say of photos that one decides and they see all the same.

Loads no torch: the control page asks it too. Lanes are tested in flow/promise and used in flow/classify.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from classifier.calibrate.lanes import LaneAudit, audit
from truther.config import config
from truther.models import ModelRun, Photo
from truther.models.standing import need_at_first
from truther.rules import lanes
from truther.shelf import champion_id, registry

FIELDS = (
    "photo",
    "verified",
    "lane",
    "verdict",
    "style",
    "probability",
    "p_dress",
    "model_version",
    "classified_at",
    "owner",
    "rights",
    "sha256",
    "taken_at",
)


@dataclass(frozen=True, slots=True)
class LookedBack:
    """What one night found behind the lanes of the model that serves."""

    run_id: str
    error: float  # share that is allowed here; 0: lanes are off
    looks: dict[str, dict[str, Any]]  # LaneAudit by lane, of those that had a threshold
    closed: tuple[str, ...]  # this night, for this model and for good
    reopened: int  # photos that had been passed by and wait for people now


@dataclass(frozen=True, slots=True)
class LaneLine:
    """One lane of the model that serves, as people read it."""

    lane: str
    threshold: float | None  # None: no threshold kept the promise
    promised: float  # share of errors, at most
    confidence: float  # with which that was tested, and is looked at
    passed: int
    looked_at: int
    wrong: int
    verdict: str  # holds, open, broken, closed, or off where it is not in use


def look_back(night_id: str, *, now: datetime) -> LookedBack:
    """Close the lanes that looks have broken, and put back before people what they had passed by.

    Where lanes are switched off all of it goes back. A repeat finds the same lanes closed, and no more to do.
    """
    run_id = champion_id()
    kept = ModelRun.objects.lanes_of(run_id)
    looks = _looks(run_id, kept) if config.lane_error else {}
    broken = {
        name: look for name, look in looks.items() if look.verdict == "broken" and name not in kept["closed"]
    }
    if broken:
        kept = lanes.close(kept, broken, night=night_id)
        ModelRun.objects.note_lanes(run_id, kept)
    closed = kept.get("closed", {})
    gone = Photo.objects.passed_by(run_id, closed) if config.lane_error else Photo.objects.passed()
    return LookedBack(
        run_id=run_id,
        error=config.lane_error,
        looks={name: asdict(look) for name, look in looks.items()},
        closed=tuple(name for name, why in closed.items() if why["night"] == night_id),
        reopened=gone.reopen(need=need_at_first(now=now)),
    )


def report() -> list[LaneLine]:
    """Return the lanes of the model that serves and what is known behind them; none while it has none."""
    run_id = registry().serving_or_none()
    kept = ModelRun.objects.lanes_of(run_id)
    tested = lanes.as_tested(kept)
    if tested is None:
        return []
    looks, usable = _looks(run_id, kept), lanes.open_ones(lanes.in_force(kept, error=config.lane_error))
    passed = Photo.objects.passed_counts()
    return [
        LaneLine(
            lane=name,
            threshold=getattr(tested, name).threshold,
            promised=tested.error,
            confidence=tested.confidence,
            passed=passed.get(name, 0),
            looked_at=looks[name].n if name in looks else 0,
            wrong=looks[name].wrong if name in looks else 0,
            verdict=_verdict(name, kept, looks, usable),
        )
        for name in lanes.LANES
    ]


def count_passed() -> int:
    """Return how many photos nobody is asked about."""
    return Photo.objects.passed().count()


def passed_rows() -> Iterator[dict[str, Any]]:
    """Yield every photo that was passed by with what the model says of it, newest first, as plain values.

    The keys are FIELDS. None of it is verified, and each row says so.
    """
    for photo in Photo.objects.passed().iterator(chunk_size=1000):
        p_dress = photo.p_dress or 0.0
        rejected = photo.lane == "reject"
        said = ("not_dress", "", 1 - p_dress) if rejected else ("style", photo.first_sku, photo.p_first)
        verdict, style, probability = said
        scored_at = photo.classified_at.isoformat() if photo.classified_at else ""
        values = (photo.pk, False, photo.lane, verdict, style, round(probability, 6), p_dress)
        source = (photo.model_version, scored_at, photo.owner, photo.rights, photo.sha256)
        yield dict(zip(FIELDS, (*values, *source, photo.taken_at.isoformat()), strict=True))


def _looks(run_id: str, kept: lanes.Kept) -> dict[str, LaneAudit]:
    """What people have settled behind each lane that has a threshold, those closed since included."""
    tested = lanes.as_tested(kept)
    if tested is None:
        return {}
    found = audit(Photo.objects.outcomes(run_id, tested), tested)
    return {name: found[name] for name in lanes.open_ones(tested)}


def _verdict(name: str, kept: lanes.Kept, looks: dict[str, LaneAudit], usable: tuple[str, ...]) -> str:
    if name in kept["closed"]:
        return "closed"
    return looks[name].verdict if name in usable else "off"
