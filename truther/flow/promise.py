"""Let the model that serves try for lanes past the people, on verified photos that taught nothing."""

from dataclasses import dataclass
from datetime import datetime

from classifier.calibrate.renew import lanes_on_holdout
from classifier.predict import DeepDress
from classifier.snapshot import read_snapshot
from truther.config import config
from truther.models import ModelRun, Photo, Snapshot
from truther.models.standing import need_at_first
from truther.rules.lanes import LANES, as_tested, confidence_of, fewest_for, is_due, keep, open_ones
from truther.shelf import champion_id, run_folder, snapshot_folder


@dataclass(frozen=True, slots=True)
class Promised:
    """What came of a try."""

    tested_on: int  # held-out photos; 0: nothing was tried
    opened: tuple[str, ...]  # lanes that a threshold was found for
    needed: int  # held-out photos that a try needs where there are too few; 0: there are enough


def promise(*, now: datetime) -> Promised:
    """Test lanes for the champion on the holdout of the newest snapshot, where a try is due; see rules.lanes.

    The holdout's owners taught no model and no calibration; the gate alone has asked about their photos. What
    the model passed by under an earlier promise goes back to people. Killed anywhere, the next call tries.
    """
    snapshot = Snapshot.objects.newest()
    if not config.lane_error or snapshot is None:
        return Promised(0, (), 0)
    run = ModelRun.objects.named(champion_id())
    held = len(read_snapshot(snapshot_folder(snapshot.id)).of("holdout"))
    if not is_due(run.lanes, error=config.lane_error, photos=held):
        fewest = fewest_for(run.lanes, error=config.lane_error)
        lacking = fewest if held < fewest and not open_ones(as_tested(run.lanes)) else 0
        return Promised(0, (), lacking)
    lanes = lanes_on_holdout(
        DeepDress.load(run_folder(run.id), device=config.device),
        snapshot_folder(snapshot.id),
        error=config.lane_error,
        confidence=confidence_of(run.lanes.get("tries", 0) + 1),
    )
    ModelRun.objects.note_lanes(run.id, keep(lanes, source=snapshot.id, photos=held, before=run.lanes))
    Photo.objects.passed_by(run.id, LANES).reopen(need=need_at_first(now=now))
    return Promised(held, open_ones(lanes), 0)
