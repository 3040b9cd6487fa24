"""Calibrate a run that was trained before; its weights stay, its probabilities and promises are new."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from classifier.calibrate.calibration import Calibration
from classifier.calibrate.fit import CalibrationPlan, NothingToCalibrate, fit_calibration, lanes_from
from classifier.calibrate.lanes import Lanes
from classifier.embedded import EmbeddedSnapshot, embed_snapshot
from classifier.evaluate import Metrics, measure
from classifier.predict import DeepDress
from classifier.runs import RunExists, RunFacts, read_facts, write_facts
from classifier.snapshot import SnapshotPhoto, read_snapshot
from classifier.truth import truth_of

KEPT_FILES = ("weights.safetensors", "metrics.jsonl")


@dataclass(frozen=True, slots=True)
class Renewal:
    """A run calibrated again, and both on the holdout of the snapshot that calibrated it."""

    facts: RunFacts
    before: Metrics
    after: Metrics


def calibrated(
    model: DeepDress,
    embedded: EmbeddedSnapshot,
    plan: CalibrationPlan | None = None,
    *,
    but: Callable[[SnapshotPhoto], bool] | None = None,
) -> Calibration:
    """The model's calibration, fitted again on the calibration split as far as its photos allow.

    Args:
        but: photos to leave out, because they chose the weights when a training was stopped early.
    """
    index, photos = embedded.index(model), embedded.snapshot.of("calibration")
    photos = [photo for photo in photos if not (but and but(photo))]
    evidence = model.evidence(embedded.photos(photos), index)
    return fit_calibration(model.serving.calibration, evidence, truth_of(photos, index.skus), photos, plan)


def lanes_on_holdout(model: DeepDress, snapshot: Path, *, error: float, confidence: float) -> Lanes:
    """Lanes for a model as it is, from the photos that the gate asks about: the owners' who taught nothing.

    The styles are made of the training split alone, as before the gate. What serves knows more photos, the
    held-out ones themselves among them: of those it would be sure for no reason.

    Raises:
        SnapshotError, BrokenImage: the snapshot cannot be read.
        ValueError: error or confidence is out of range.
    """
    embedded = embed_snapshot(model, read_snapshot(snapshot))
    index, photos = embedded.index(model), embedded.snapshot.of("holdout")
    scores = model.score(embedded.photos(photos), index)
    return lanes_from(scores, truth_of(photos, index.skus), error=error, confidence=confidence)


def calibrate_run(
    run: Path, snapshot: Path, out: Path, plan: CalibrationPlan | None = None, *, device: str = "auto"
) -> Renewal:
    """Write the run folder `out`: the weights of `run`, calibrated on the snapshot; whole or not at all.

    Raises:
        RunError, SnapshotError, BrokenImage: the run or the snapshot cannot be read.
        RunExists: a run is never overwritten.
        NothingToCalibrate: no part of the calibration could be fitted on this snapshot.
    """
    from classifier.train.watch import is_watched  # a training ends with calibrated(): not at the top

    if out.exists():
        raise RunExists(f"{out} exists: a run is never overwritten, choose another name")
    model, frozen = DeepDress.load(run, device), read_snapshot(snapshot)
    if not frozen.of("calibration"):
        raise NothingToCalibrate(f"{snapshot} has no photo in its calibration split")
    embedded = embed_snapshot(model, frozen)
    before = measure(model, embedded, "holdout")
    facts = read_facts(run)
    same = facts.snapshot_sha256 == frozen.sha256 and facts.config.get("early_stop")
    calibration = calibrated(model, embedded, plan, but=is_watched if same else None)
    if calibration.same_probabilities(model.serving.calibration) and not calibration.sets:
        raise NothingToCalibrate(
            f"{snapshot} has too few photos to calibrate: {'; '.join(calibration.notes)}"
        )
    model.serving, model.version = replace(model.serving, calibration=calibration), out.name
    after = measure(model, embedded, "holdout")
    facts = replace(
        facts,
        id=out.name,
        parent=facts.id,
        calibration=calibration,
        calibrated_on=frozen.id,
        metrics=after.summary(),
    )
    _write(run, out, facts)
    return Renewal(facts, before, after)


def _write(run: Path, out: Path, facts: RunFacts) -> None:
    partial = out.with_name(f"{out.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        for name in KEPT_FILES:
            if (run / name).exists():
                _link(run / name, partial / name)
        write_facts(partial, facts)
        partial.rename(out)
    except OSError:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def _link(source: Path, target: Path) -> None:
    """A second name for the same bytes, where the file system can; run files are never changed in place."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
