"""Freeze a training set out of the golden records, and train a challenger on it."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import cast

import torch

from classifier.calibrate.fit import CalibrationPlan
from classifier.runs import read_facts
from classifier.snapshot import Label, SnapshotPhoto, SnapshotStyle, read_snapshot, split_of, write_snapshot
from classifier.train import Progress, fine_tune_config, train
from truther.config import config
from truther.models import Audit, Batch, Golden, ModelRun, Photo, Snapshot, Style
from truther.models.fields import milliseconds
from truther.rules import lanes
from truther.shelf import champion_id, picture_file, registry, run_folder, snapshot_folder

CHUNK = 500
COLOUR = ("colour", "color")  # what a catalogue may call the attribute


@dataclass(frozen=True, slots=True)
class Taken:
    """What a snapshot holds."""

    snapshot_id: str
    sha256: str
    photos: int
    styles: int


def take_snapshot(snapshot_id: str, *, at: datetime) -> Taken:
    """Put all golden records of frozen batches, as they were at one moment, into a folder of their own.

    The folder shows up whole or not at all; taken a second time, it is the same one. Records whose picture is
    gone are left out.
    """
    folder = snapshot_folder(snapshot_id)
    if not folder.exists():
        beside = folder.with_name(f"{folder.name}.partial")
        shutil.rmtree(beside, ignore_errors=True)
        (beside / "images").mkdir(parents=True)
        styles, photos = list(_styles(beside)), list(_photos(beside, at))
        created_at = milliseconds(at).isoformat()
        write_snapshot(beside, id=snapshot_id, created_at=created_at, styles=styles, photos=photos)
        beside.rename(folder)
    snapshot = read_snapshot(folder)
    taken = Taken(snapshot.id, snapshot.sha256, len(snapshot.photos), len(snapshot.styles))
    batch = Batch.objects.frozen().filter(frozen_at__lte=milliseconds(at)).last()
    Snapshot.objects.register(
        snapshot_id,
        batch_id=batch.id if batch else "",
        sha256=taken.sha256,
        photos=taken.photos,
        styles=taken.styles,
        created_at=milliseconds(at),
    )
    return taken


def train_candidate(
    snapshot_id: str, *, now: datetime, on_progress: Callable[[Progress], None] | None = None
) -> str:
    """Train on from the champion with one snapshot, and register the challenger; the run is named after it.

    Killed half-way, the next call goes on from the last checkpoint; a run that is whole is not trained again.
    """
    run = run_folder(snapshot_id)
    if not run.exists():
        torch.set_num_threads(config.train_threads)
        recipe = replace(fine_tune_config(steps=config.train_steps), soft_labels=True)
        init = run_folder(champion_id())
        train(
            snapshot_folder(snapshot_id),
            run,
            recipe,
            init=init,
            plan=_plan(),
            on_progress=on_progress,
            device=config.device,
        )
    facts = read_facts(run)
    ModelRun.objects.register(
        facts.id,
        parent=facts.parent,
        snapshot_id=snapshot_id,
        metrics=dict(facts.metrics),
        lanes=lanes.keep(facts.calibration.lanes, source=snapshot_id),
        trained_at=milliseconds(now),
    )
    if ModelRun.objects.awaits_judgement(facts.id):
        registry().enter(facts.id)
    return facts.id


def _plan() -> CalibrationPlan:
    """What the challenger's calibration is fitted for: lanes only where the house allows errors."""
    return CalibrationPlan(lane_error=config.lane_error or None, lane_confidence=lanes.confidence_of(1))


def _styles(folder: Path) -> Iterator[SnapshotStyle]:
    for style in Style.objects.order_by("pk").iterator():
        images = [_link(folder, picture) for picture in style.images if picture_file(picture).exists()]
        # A style nobody has photographed yet cannot be found by looks: it sits this night out.
        active = style.retired_on is None and bool(images)
        yield SnapshotStyle(style.id, active, tuple(images), _colour(style))


def _photos(folder: Path, at: datetime) -> Iterator[SnapshotPhoto]:
    frozen = list(Batch.objects.frozen().values_list("pk", flat=True))
    records = Golden.objects.of_batches(frozen, at=milliseconds(at)).iterator()
    while chunk := list(islice(records, CHUNK)):
        photos = Photo.objects.in_bulk([golden.id for golden in chunk])
        audited = Audit.objects.held([golden.id for golden in chunk], at=milliseconds(at))
        for golden in chunk:
            if golden.id in photos and picture_file(golden.sha256).exists():
                yield SnapshotPhoto(
                    photo=golden.id,
                    image=_link(folder, golden.sha256),
                    owner=golden.owner,
                    split=split_of(golden.owner, golden.id),
                    label=cast(Label, golden.verdict),
                    sku=golden.style,
                    answers=photos[golden.id].tally,
                    tags=("audit",) if golden.id in audited else (),
                )


def _colour(style: Style) -> str:
    """The catalogue's word for a style's colour, or ""."""
    named = {name.casefold(): str(value) for name, value in style.attributes.items()}
    return next((named[name].casefold() for name in COLOUR if name in named), "")


def _link(folder: Path, picture: str) -> str:
    """Give the snapshot a picture of its own name: a hard link, or a copy across file systems."""
    source = picture_file(picture)
    name = f"images/{source.name}"
    if not (folder / name).exists():
        try:
            os.link(source, folder / name)
        except OSError:
            shutil.copyfile(source, folder / name)
    return name
