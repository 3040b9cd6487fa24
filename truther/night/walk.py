"""Walk a night's stages in order, under its lease: each is done once, a killed night goes on where it was."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from django.utils import timezone

from truther.models import NightRun
from truther.models.fields import milliseconds
from truther.models.runs import NightState
from truther.night.lease import Clock, Lease, LeaseLost, NightBusy, is_free

NAMES = (
    "rederive",
    "freeze",
    "audit",
    "people",
    "snapshot",
    "train",
    "promote",
    "suspects",
    "lanes",
    "classify",
    "recommend",
    "top_up",
)
MAX_FAILURES = 3  # errors of one stage before its night is given up
MAX_ATTEMPTS = 6  # starts of one stage, kills included: a stage that kills its process must end some time

OnProgress = Callable[[str, str], None]  # stage, what it is at

logger = logging.getLogger(__name__)


class StageFailed(RuntimeError):
    """A stage raised an error; it is written down, and will be tried again."""


class NightFailed(RuntimeError):
    """A stage failed too often; the night was given up."""


class NightOutOfOrder(RuntimeError):
    """A night of a later moment has been begun: the past cannot be cut again."""


def begin_night(*, at: datetime, now: datetime) -> str:
    """Open the night of a day, and return its id; a day has one night, the first moment asked for stays.

    Raises:
        NightOutOfOrder: see there.
    """
    at = milliseconds(at)
    night_id = at.date().isoformat()
    later = NightRun.objects.after(at).exclude(pk=night_id).first()
    if later is not None:
        raise NightOutOfOrder(f"Night {later.id} has been begun: a night of {at} can no longer be cut.")
    stages = [_waiting(name) for name in NAMES]
    return NightRun.objects.begin(night_id, at=at, stages=stages, now=milliseconds(now)).id


def run_night(
    at: datetime, *, on_progress: OnProgress | None = None, clock: Clock = timezone.now
) -> NightRun:
    """Run the night of a moment to its end, after whatever earlier nights left unfinished.

    A night that was killed goes on from its first unfinished stage, one that is done is read, one that was
    given up is tried anew.

    Raises:
        NightBusy: another process is running it. NightOutOfOrder: see there.
        StageFailed: a stage raised an error, which is its cause.
    """
    night_id = begin_night(at=at, now=clock())
    unfinished = NightRun.objects.unfinished().filter(at__lte=milliseconds(at))
    earlier = [night.id for night in unfinished if night.id != night_id]
    for each in (*earlier, night_id):
        _walk(each, on_progress or _silent, clock)
    return NightRun.objects.get(pk=night_id)


def run_stage(night_id: str, stage: str, *, clock: Clock = timezone.now) -> str:
    """Do one stage if it is its turn and nobody else is at it; returns the stage after it, or "".

    Raises:
        StageFailed: it raised an error, which is the cause.
    """
    try:
        with Lease(night_id, clock=clock) as lease:
            _complete(lease)
            if _next_stage(lease.night()) != stage:
                return ""
            _perform(lease, stage, _silent)
            return _next_stage(lease.night())
    except NightBusy:
        return ""


def resumable(*, now: datetime) -> tuple[str, str] | None:
    """The earliest unfinished night whose owner is gone, with its next stage; later nights wait for it."""
    night = NightRun.objects.unfinished().first()
    return (night.id, _next_stage(night)) if night and is_free(night, now=now) else None


def _walk(night_id: str, on_progress: OnProgress, clock: Clock) -> None:
    with Lease(night_id, clock=clock) as lease:
        if lease.night().state == NightState.FAILED:
            _try_anew(lease)
        _complete(lease)
        while stage := _next_stage(lease.night()):
            _perform(lease, stage, on_progress)


def _perform(lease: Lease, stage: str, on_progress: OnProgress) -> None:
    from truther.night import stages  # loads torch: only where a stage is run

    night = lease.night()
    attempts = _entry(night, stage)["attempts"] + 1
    if attempts > MAX_ATTEMPTS:
        _give_up(lease, stage, f"Stage {stage} was begun {MAX_ATTEMPTS} times and never came to its end.")
    _note(lease, stage, state="running", attempts=attempts, started_at=_text(lease.clock()))
    on_progress(stage, "started")
    with _Recording(lease, stage):
        step = stages.Step(
            night_id=night.id,
            at=night.at,
            now=lease.clock(),
            results={entry["name"]: entry["result"] for entry in night.stages},
            report=lambda text: on_progress(stage, text),
            still_ours=lambda: bool(lease.night()),
        )
        result = stages.STAGES[stage](step)
    last = all(entry["state"] == "done" for entry in night.stages if entry["name"] != stage)
    done = {"state": NightState.DONE, "finished_at": milliseconds(lease.clock())} if last else {}
    _note(lease, stage, done, state="done", result=result, finished_at=_text(lease.clock()))
    on_progress(stage, "done")


class _Recording:
    """Write down the error a stage raises, before it goes on rising as the cause of StageFailed."""

    def __init__(self, lease: Lease, stage: str) -> None:
        self.lease, self.stage = lease, stage

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None or isinstance(error, LeaseLost):
            return
        entry = _entry(self.lease.night(), self.stage)
        if not isinstance(error, Exception):  # Ctrl-C or a stop of the worker: not the stage's fault
            _note(self.lease, self.stage, state="waiting", attempts=entry["attempts"] - 1)
            return
        failures = entry["failures"] + 1
        text = f"{type(error).__name__}: {error}"
        logger.error("night %s: stage %s failed", self.lease.night_id, self.stage, exc_info=error)
        _note(self.lease, self.stage, {"error": text}, state="failed", failures=failures, error=text)
        if failures >= MAX_FAILURES:
            _give_up(
                self.lease, self.stage, f"Stage {self.stage} failed {failures} times; last: {text}", error
            )
        raise StageFailed(f"Stage {self.stage} of night {self.lease.night_id} failed: {text}") from error


def _give_up(lease: Lease, stage: str, reason: str, cause: BaseException | None = None) -> None:
    failed = {"state": NightState.FAILED, "error": reason, "finished_at": milliseconds(lease.clock())}
    _note(lease, stage, failed, state="failed")
    raise NightFailed(f"Night {lease.night_id} was given up. {reason}") from cause


def _try_anew(lease: Lease) -> None:
    stages = [
        entry if entry["state"] == "done" else entry | {"state": "waiting", "attempts": 0, "failures": 0}
        for entry in lease.night().stages
    ]
    lease.write(state=NightState.RUNNING, stages=stages, error="", finished_at=None)


def _complete(lease: Lease) -> None:
    """Give a night that was begun by an older Truther the stages that have been added since."""
    night = lease.night()
    there = {entry["name"]: entry for entry in night.stages}
    if night.state == NightState.RUNNING and tuple(there) != NAMES:
        lease.write(stages=[there.get(name) or _waiting(name) for name in NAMES])


def _note(lease: Lease, stage: str, night: dict[str, Any] | None = None, **changes: Any) -> None:
    """Change one stage's entry, and what is given of the night itself, in one write."""
    entries = [entry | changes if entry["name"] == stage else entry for entry in lease.night().stages]
    lease.write(stages=entries, **(night or {}))


def _next_stage(night: NightRun) -> str:
    """The first stage that is not done; "" when the night is over."""
    waiting: Sequence[str] = [entry["name"] for entry in night.stages if entry["state"] != "done"]
    return waiting[0] if waiting and night.state == NightState.RUNNING else ""


def _entry(night: NightRun, stage: str) -> dict[str, Any]:
    found: dict[str, Any] = next(entry for entry in night.stages if entry["name"] == stage)
    return found


def _waiting(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "state": "waiting",
        "started_at": None,
        "finished_at": None,
        "result": None,
        "attempts": 0,
        "failures": 0,
        "error": "",
    }


def _text(moment: datetime) -> str:
    return milliseconds(moment).isoformat()


def _silent(stage: str, text: str) -> None:
    logger.info("stage %s: %s", stage, text)
