"""One night: what was settled by day trains a challenger, the gate rules, and the index is renewed."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from classifier.churn.settings import Settings
from classifier.churn.sight import Sight
from classifier.churn.voting import Settled, settle
from classifier.churn.world import Day, Post, draw_day, exam_sheet, posts_of
from classifier.evaluate import measure
from classifier.gate import Limits, Ruling, weigh
from classifier.gate.contest import answers_of
from classifier.predict import DeepDress
from classifier.runs import write_whole
from classifier.snapshot import Snapshot, SnapshotPhoto, read_snapshot, write_snapshot
from classifier.train import TrainConfig, train

NIGHTS, RUNS, RECORD = "nights", "runs", "night.json"
DATE = "2026-01-01T00:00:00Z"  # a simulated night has no date of its own


@dataclass(frozen=True, slots=True)
class Marks:
    """How good one model is on the exam, whose truth is known; shares in [0, 1], None of no photos."""

    n: int  # photos of styles on offer
    top1: float | None
    top3: float | None
    cold_n: int  # of styles without a verified photo
    cold_top3: float | None
    warm_top3: float | None
    ece: float | None
    not_dress_recall: float | None
    dress_recall: float | None
    auroc: float | None = None  # P(dress), dresses against all else: what a threshold cannot move


@dataclass(frozen=True, slots=True)
class Night:
    """What is written down of a night; night 0 is the archive, from which nothing is trained."""

    number: int
    styles: int  # on offer
    arrivals: int
    photos: int  # posted by day
    votes: float  # per photo
    experts: float  # share of the photos that an expert was asked about
    labels_right: float  # share of the settled labels
    shown_top3: float | None  # share of the day's photos in stock whose style was among the three shown
    serving: str  # the run that serves from this night on
    challenger: str
    promoted: bool
    reasons: tuple[str, ...]  # the gate's, those against it first
    marks: Mapping[
        str, Marks
    ]  # "serving", "challenger", "start" (never trained), "studio" (nor verified photos)
    ruling: Mapping[str, Any] = field(default_factory=dict)
    cpu_s: float = 0.0

    @property
    def decision(self) -> str:
        """Promoted, or kept, or that there was no challenger."""
        return "promoted" if self.promoted else "kept" if self.challenger else ""


@dataclass(slots=True)
class Town:
    """Where the nights lie, the rules they go by, and the models that have been looked through already."""

    folder: Path
    settings: Settings
    start: Path  # the run before the first night
    limits: Limits | None = None
    device: str = "auto"
    sights: dict[str, Sight] = field(default_factory=dict)

    def run_folder(self, run: str) -> Path:
        """Where a run lies."""
        return self.folder / RUNS / run if run else self.start

    def sight(self, run: str) -> Sight:
        """A run and its memory of the pictures; "" is the one before the first night."""
        if run not in self.sights:
            self.sights[run] = Sight(DeepDress.load(self.run_folder(run), self.device), self.folder)
        return self.sights[run]

    def night_folder(self, number: int) -> Path:
        """A night's folder, which is whole or absent."""
        return self.folder / NIGHTS / f"{number:02d}"


def live(town: Town, day: Day, before: Night | None) -> None:
    """Live through a day and its night, and leave its folder whole or not at all."""
    began = _cpu_s()
    settings, serving = town.settings, before.serving if before else ""
    posts = posts_of(day, settings)
    draw_day(town.folder, day, posts, settings)
    earlier = read_snapshot(town.night_folder(before.number)).photos if before else ()
    settled, shown_top3 = vote(town.sight(serving), day, posts, earlier, settings)
    partial = town.night_folder(day.number).with_suffix(".partial")
    snapshot = freeze(partial, day, [*earlier, *(each.row for each in settled)])
    challenger, ruling = "", Ruling(False, ())
    if before:
        challenger = learn(town, day, snapshot, serving)
        ruling = rule(town, snapshot, serving, challenger)
        if ruling.promoted or not settings.gated:
            serving = challenger
    sight = town.sight(serving)
    sight.of(snapshot).index(sight.model).save(partial / "index.safetensors")
    night = Night(
        number=day.number,
        styles=len(day.active),
        arrivals=len(day.arrivals),
        photos=len(posts),
        votes=_mean([each.votes for each in settled]),
        experts=_mean([each.asked_expert for each in settled]),
        labels_right=_mean([each.right for each in settled]),
        shown_top3=shown_top3,
        serving=serving,
        challenger=challenger,
        promoted=bool(challenger) and serving == challenger,
        reasons=ruling.reasons,
        marks=examine(town, day, snapshot, serving, challenger),
        ruling=ruling.document() if challenger else {},
        cpu_s=round(_cpu_s() - began, 1),
    )
    write_whole(partial / RECORD, (json.dumps(asdict(night), indent=1) + "\n").encode())
    partial.rename(town.night_folder(day.number))
    town.sights = {run: seen for run, seen in town.sights.items() if run in ("", serving)}


def read_night(folder: Path) -> Night:
    """What live() wrote."""
    record = json.loads((folder / RECORD).read_bytes())
    marks = {name: Marks(**values) for name, values in record.pop("marks").items()}
    return Night(marks=marks, reasons=tuple(record.pop("reasons")), **record)


def vote(
    sight: Sight, day: Day, posts: Sequence[Post], earlier: Sequence[SnapshotPhoto], settings: Settings
) -> tuple[list[Settled], float | None]:
    """Show the day's photos to people with the three styles the model finds likeliest.

    New styles are served from their studio shots since this morning, retired ones no longer.

    Returns:
        What was settled, and the share of the photos in stock whose style was among the three.
    """
    catalogue = Snapshot(sight.folder, "", "", "", day.catalogue, tuple(earlier))
    sight.look(post.image for post in posts)
    seen = sight.of(catalogue)
    rows = np.array([seen.place[post.image] for post in posts], dtype=np.int64)
    found = sight.model.rank(sight.described[rows], seen.index(sight.model))
    offered = [tuple(candidate.sku for candidate in each.candidates) for each in found]
    chance = np.random.default_rng([settings.seed, 4, day.number])
    settled = [settle(post, skus, settings, chance) for post, skus in zip(posts, offered, strict=True)]
    listed = [post.sku in skus for post, skus in zip(posts, offered, strict=True) if post.label == "style"]
    return settled, _mean(listed) if listed else None


def freeze(folder: Path, day: Day, rows: Sequence[SnapshotPhoto]) -> Snapshot:
    """Write the night's snapshot; its pictures are those of the whole simulation."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "images").is_symlink():
        (folder / "images").symlink_to(Path("../../images"))
    return write_snapshot(folder, id=folder.stem, created_at=DATE, styles=day.catalogue, photos=rows)


def learn(town: Town, day: Day, snapshot: Snapshot, serving: str) -> str:
    """Train the night's challenger from the champion on all that is settled; returns its name."""
    settings, run = town.settings, f"night-{day.number:02d}"
    recipe = night_recipe(settings, day.number)
    train(snapshot.folder, town.run_folder(run), recipe, init=town.run_folder(serving), device=town.device)
    return run


def night_recipe(settings: Settings, number: int) -> TrainConfig:
    """A gentle continuation, with small batches: a night here is short."""
    return TrainConfig(
        seed=settings.seed * 1000 + number,
        steps=settings.steps,
        lr=settings.lr,
        styles_per_batch=16,
        photos_per_style=3,
        others_per_batch=16,
        soft_labels=True,
        ema=0.95,
        norm_frozen=True,
        log_every=20,
        checkpoint_every=20,
    )


def rule(town: Town, snapshot: Snapshot, serving: str, challenger: str) -> Ruling:
    """Let both runs answer the settled holdout, with its wrong labels, and the gate decide."""
    owners = {photo.photo: photo.owner for photo in snapshot.photos}
    sights = town.sight(serving), town.sight(challenger)
    before, after = (measure(sight.model, sight.of(snapshot), "holdout") for sight in sights)
    return weigh(answers_of(before, owners), answers_of(after, owners), town.limits)


def examine(town: Town, day: Day, snapshot: Snapshot, serving: str, challenger: str) -> dict[str, Marks]:
    """What the models are worth tomorrow: on photos nobody voted on, with the truth known."""
    taught = tuple(photo for photo in snapshot.photos if photo.split == "train")
    asked = {"serving": (serving, taught), "start": ("", taught), "studio": ("", ())}
    if challenger:
        asked["challenger"] = (challenger, taught)
    found: dict[tuple[str, bool], Marks] = {}
    for run, photos in asked.values():
        if (run, bool(photos)) not in found:
            sheet = exam_sheet(town.folder, day, photos, town.settings)
            found[run, bool(photos)] = marks_of(town.sight(run), sheet)
    return {name: found[run, bool(photos)] for name, (run, photos) in asked.items()}


def marks_of(sight: Sight, exam: Snapshot) -> Marks:
    """A model's marks in an exam, its holdout split."""
    metrics = measure(sight.model, sight.of(exam), "holdout")
    return Marks(**{name: getattr(metrics, name) for name in Marks.__slots__})


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else 0.0


def _cpu_s() -> float:
    return sum(os.times()[:4])
