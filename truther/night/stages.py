"""What each stage of a night does: a call into a room, or a few, and a result that JSON can hold."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from kombu.exceptions import OperationalError

from classifier.train import Progress
from truther.celery import app
from truther.flow import (
    audit,
    classify,
    examine,
    freeze,
    lanes,
    promise,
    promote,
    recommend,
    retrain,
    roll_up,
    settle,
    suspect,
    weigh,
)

Result = dict[str, Any]
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Step:
    """What a stage is told."""

    night_id: str
    at: datetime  # the cut: what came later belongs to the next night
    now: datetime
    results: Mapping[str, Any]  # of the stages before, by name
    report: Callable[[str], None]
    still_ours: Callable[[], object]  # raises LeaseLost when another process took over


def rederive(step: Step) -> Result:
    """Derive every tally and golden record again from the votes, and mend what has drifted."""
    report = settle.rederive(now=step.now)
    return _plain_dict(asdict(report))


def freeze_batch(step: Step) -> Result:
    """Freeze the open batch and open the next one."""
    try:
        return _plain_dict(asdict(freeze.freeze_batch(at=step.at)))
    except freeze.NothingToFreeze as reason:
        return {"skipped": str(reason)}


def audit_settled(step: Step) -> Result:
    """Close the audits that were answered, and draw new ones from what was settled since the last night."""
    return asdict(audit.audit(step.night_id, at=step.at, now=step.now))


def count_people(step: Step) -> Result:
    """Estimate how often everybody is right, then count their last days again."""
    estimated = weigh.estimate(now=step.now)
    step.still_ours()
    return {"estimated": asdict(estimated), "rolled_up": asdict(roll_up.roll_up(now=step.now))}


def take_snapshot(step: Step) -> Result:
    """Freeze the training set, when the night brought anything new."""
    frozen = step.results["freeze"]
    if not frozen.get("golden"):
        return {"skipped": frozen.get("skipped") or "Nothing was settled since the last night."}
    return asdict(retrain.take_snapshot(step.night_id, at=step.at))


def train(step: Step) -> Result:
    """Train the challenger on from the champion."""
    snapshot = step.results["snapshot"]
    if "skipped" in snapshot:
        return {"skipped": snapshot["skipped"]}

    def show(progress: Progress) -> None:
        step.still_ours()
        step.report(f"step {progress.step} of {progress.steps}, loss {progress.loss:.3f}")

    return {"run_id": retrain.train_candidate(snapshot["snapshot_id"], now=step.now, on_progress=show)}


def judge_and_promote(step: Step) -> Result:
    """Judge the challenger; when it is better, build its index and let it serve."""
    run_id = step.results["train"].get("run_id")
    if run_id is None:
        return {"skipped": step.results["train"]["skipped"], "promoted": False}
    verdict = examine.judge(run_id, now=step.now)
    if verdict.promoted:
        classify.refresh_index(now=step.now, run_id=run_id)
        step.still_ours()
        promote.promote(run_id, now=step.now, why=" ".join(verdict.reasons[:2]))
    return _plain_dict(asdict(verdict))


def doubt_labels(step: Step) -> Result:
    """Bring verified photos before an expert whose labels the champion finds unlikely."""
    snapshot = step.results["snapshot"]
    if "skipped" in snapshot:
        return {"skipped": snapshot["skipped"]}
    return asdict(suspect.suspect(snapshot["snapshot_id"], night_id=step.night_id, at=step.at))


def mind_lanes(step: Step) -> Result:
    """Close lanes that looks behind them broke, and let the champion try for lanes where it has none."""
    looked = lanes.look_back(step.night_id, now=step.now)
    step.still_ours()
    return _plain_dict(asdict(looked) | asdict(promise.promise(now=step.now)))


def classify_again(step: Step) -> Result:
    """Let the champion look at what is undecided or new."""
    styles = classify.refresh_index(now=step.now)
    again = classify.classify_again(now=step.now)
    new = classify.classify_new(now=step.now)
    return {"styles": styles, "again": again, "new": new, "passed": lanes.count_passed()}


def recommend_styles(step: Step) -> Result:
    """Fit recommenders on what was rented and posted, let the best one serve, and list for everybody."""
    try:
        found = recommend.recommend(
            step.night_id,
            at=step.at,
            clock=timezone.now,
            ask_for_help=_ask_for_help,
            still_ours=step.still_ours,
        )
    except recommend.NothingToLearn as reason:
        return {"skipped": str(reason)}
    return _plain_dict(asdict(found))


def top_up(step: Step) -> Result:
    """Fill the next batch with what the classification opened."""
    return {"joined": freeze.top_up(now=step.now)}


STAGES: Mapping[str, Callable[[Step], Result]] = {
    "rederive": rederive,
    "freeze": freeze_batch,
    "audit": audit_settled,
    "people": count_people,
    "snapshot": take_snapshot,
    "train": train,
    "promote": judge_and_promote,
    "suspects": doubt_labels,
    "lanes": mind_lanes,
    "classify": classify_again,
    "recommend": recommend_styles,
    "top_up": top_up,
}


def _ask_for_help(blocks: Sequence[str]) -> None:
    """Let other workers make lists as well; while no broker answers, this one makes them all."""
    try:
        for block_id in blocks:
            app.send_task("truther.tasks.make_lists", (block_id,))
    except OperationalError:
        logger.info("nobody can be asked for help with %s blocks of lists", len(blocks))


def _plain_dict(fields: Result) -> Result:
    return {name: _plain(value) for name, value in fields.items()}


def _plain(value: Any) -> Any:
    """The same with times as ISO text and tuples as lists, as JSON has it."""
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, datetime) else value
