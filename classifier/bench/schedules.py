"""`bench schedules`: how far training and holdout photos drift apart under each transfer schedule.

A trunk that was trained on other styles is the start; each schedule teaches it the styles of the task, whose
holdout photos are of the same styles but by other owners. "It tends to overfit" is the gap between the two.
"""

import argparse
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from classifier.bench.parts import Part, Parts
from classifier.bench.subset import (
    by_chance,
    not_of_styles,
    photos_of,
    require_styles,
    slug,
    split_again,
    write_part,
    write_trunk,
)
from classifier.runs import SHIPPED
from classifier.tables import Row, Table

if TYPE_CHECKING:
    from classifier.snapshot import Snapshot, Split
    from classifier.train import TrainConfig

HELP = "The gap between training and holdout photos under each transfer schedule."
SIDES: tuple["Split", ...] = ("train", "holdout")
OTHERS = 600  # photos of no style
FROM_NOTHING = "scratch (no start weights)"
FULL = "full fine-tuning"  # the schedule "scratch", from the start weights


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say which snapshot, and how long."""
    parser.add_argument("snapshot", type=Path, help="styles with studio shots and photos by several people")
    parser.add_argument(
        "--work", type=Path, required=True, help="folder for the trainings; a killed one goes on"
    )
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--styles", type=int, default=300, help="of the task")
    parser.add_argument("--start", type=Path, default=SHIPPED, help="the run whose trunk is the start")
    parser.add_argument("--size-px", type=int, default=64)
    parser.add_argument("--steps", type=int, default=150, help="of each schedule")
    parser.add_argument("--lr", type=float, default=2e-3)
    parser.add_argument("--only", default="", help="one arm of the table, to spread the work")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Train each arm with each seed and put the gaps side by side."""
    from classifier.snapshot import read_snapshot
    from classifier.train.schedules import SCHEDULES

    whole = read_snapshot(options.snapshot)
    task = task_of(whole, options)
    options.trunk, start = write_trunk(options.start, options.work)
    arms = [FROM_NOTHING, FULL, *(name for name in SCHEDULES if name != "scratch")]
    parts, found = Parts(options.work / "parts"), {}
    for arm in [arm for arm in arms if options.only in ("", arm)]:
        for seed in range(options.seeds):
            settings = {name: getattr(options, name) for name in ("size_px", "trunk", "lr", "steps")}
            settings |= {"data": task.sha256, "start": options.start.name, "seed": seed, "arm": arm}
            found[arm, seed] = parts.once(
                slug(arm), settings, partial(one_arm, options, task, start, arm, seed)
            )
    sides = [len(task.of(side, "style")) for side in SIDES]
    title = (
        f"{len(task.styles)} styles of {whole.id}, {sides[0]} training photos, {sides[1]} holdout photos by "
        f"other owners, the trunk of {options.start.name}, {options.seeds} seeds, 95 % interval over styles"
    )
    return {"snapshot": whole.id, "tables": [Table(title, gap_rows(found, options.seeds)).json()]}


def task_of(whole: "Snapshot", options: argparse.Namespace) -> "Snapshot":
    """Some styles, with photos on both sides of the split.

    Raises:
        TooFewStyles: there are fewer.
    """
    skus = by_chance(whole, "schedules")
    require_styles(whole, len(skus), options.styles)
    photos = split_again(photos_of(whole, skus[: options.styles]))
    learned = {photo.sku for photo in photos}
    styles = [style for style in whole.styles if style.sku in learned]
    folder = options.work / f"task-{options.styles}"
    return write_part(whole, folder, styles, [*photos, *not_of_styles(whole, most=OTHERS)])


def one_arm(options: argparse.Namespace, task: "Snapshot", start: Path, arm: str, seed: int) -> Part:
    """Train one arm with one seed: which photos its head got right on each side, and what serving finds."""
    from classifier.train import train

    schedule = "scratch" if arm in (FROM_NOTHING, FULL) else arm
    weights = "" if arm == FROM_NOTHING else str(start)
    run = options.work / f"runs-{task.sha256[:6]}" / f"{slug(arm)}-{options.size_px}-{options.steps}-{seed}"
    facts = train(task.folder, run, recipe(options, seed, schedule, weights), device=options.device)
    right: Part = {side: head_hits(run, task, side) for side in SIDES}
    return {**right, "served_top1": facts.metrics["top1"], "served_top3": facts.metrics["top3"]}


def head_hits(run: Path, task: "Snapshot", side: "Split") -> dict[str, list[Any]]:
    """For each photo of a split: its style, and whether the head of the run names it."""
    import torch
    from torch.nn import functional as F

    from classifier.train.parent import read_parent

    parent, photos = read_parent(run), task.of(side, "style")
    skus = list(parent.head)
    rows = F.normalize(torch.stack([parent.head[sku] for sku in skus]).float(), dim=1)
    found = parent.model.describe_files([task.path(photo.image) for photo in photos]).embeddings
    best = (torch.from_numpy(found) @ rows.T).argmax(dim=1).tolist()
    hits = [skus[row] == photo.sku for row, photo in zip(best, photos, strict=True)]
    return {"styles": [photo.sku for photo in photos], "hits": hits}


def recipe(options: argparse.Namespace, seed: int, schedule: str, weights: str) -> "TrainConfig":
    """The same for all arms but their schedule; without a running mean, which would not fit the head."""
    from classifier.train import TrainConfig

    every = max(1, options.steps // 10)
    return TrainConfig(
        seed=seed,
        trunk=options.trunk,
        size_px=options.size_px,
        steps=options.steps,
        schedule=schedule,
        weights=weights,
        lr=options.lr,
        ema=0.0,
        styles_per_batch=24,
        photos_per_style=3,
        others_per_batch=16,
        studio_only_styles=False,
        log_every=every,
        checkpoint_every=every * 5,
    )


def gap_rows(found: Mapping[tuple[str, int], Part], seeds: int) -> list[Row]:
    """A row per arm, means over the seeds; the interval of the gap is over styles."""
    rows: list[Row] = []
    for arm in dict.fromkeys(arm for arm, _ in found):
        of_arm = [found[arm, seed] for seed in range(seeds)]
        gap, low, high = gap_of(of_arm)
        rows.append(
            {
                "schedule": arm,
                "train R@1": mean(np.mean(part["train"]["hits"]) for part in of_arm),
                "holdout R@1": mean(np.mean(part["holdout"]["hits"]) for part in of_arm),
                "gap": gap,
                "low": low,
                "high": high,
                "served R@1": mean(part["served_top1"] for part in of_arm),
                "served R@3": mean(part["served_top3"] for part in of_arm),
            }
        )
    return rows


def gap_of(parts: Sequence[Part], *, draws: int = 2000) -> tuple[float, float, float]:
    """Training less holdout share of hits over all seeds, and a 95 % interval from drawing styles again."""
    skus = sorted({sku for part in parts for side in SIDES for sku in part[side]["styles"]})
    place = {sku: row for row, sku in enumerate(skus)}
    weights = np.random.default_rng(0).multinomial(len(skus), np.full(len(skus), 1 / len(skus)), draws)
    weights = np.concatenate([np.ones((1, len(skus)), dtype=weights.dtype), weights])
    shares = []
    for side in SIDES:
        rows = np.array([place[sku] for part in parts for sku in part[side]["styles"]])
        hits = np.array([hit for part in parts for hit in part[side]["hits"]], dtype=float)
        of_styles = np.bincount(rows, hits, len(skus)), np.bincount(rows, minlength=len(skus))
        shares.append((weights @ of_styles[0]) / (weights @ of_styles[1]))
    gaps = shares[0] - shares[1]
    low, high = np.quantile(gaps[1:], [0.025, 0.975])
    return float(gaps[0]), float(low), float(high)


def mean(values: Iterable[float]) -> float:
    """The mean as a plain number."""
    return float(np.mean(list(values)))
