"""`bench ablations`: what compositing, soft labels and the running mean each are worth, in one recipe.

The part of the snapshot it works on has warm styles, with photos to learn from, and cold ones, whose studio
shots are all there is. People's votes are played: three on each photo, some of them for a look-alike, and
the majority is the label, as in the app; so some labels are wrong, and the votes know which might be.
"""

import argparse
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from classifier.bench.intervals import paired_difference
from classifier.bench.parts import Part, Parts
from classifier.bench.subset import (
    by_chance,
    not_of_styles,
    photos_of,
    require_styles,
    share_of,
    slug,
    split_again,
    write_part,
    write_trunk,
)
from classifier.runs import SHIPPED
from classifier.tables import Row, Table

if TYPE_CHECKING:
    from classifier.snapshot import Snapshot, SnapshotPhoto
    from classifier.train import TrainConfig

HELP = "What compositing, soft labels and the running mean each are worth."
OTHERS = 600  # photos of no style
VOTERS, RIGHT = 3, 0.8  # votes on a photo, and the chance of each to be right
ALL = "all three"
ARMS: dict[str, dict[str, Any]] = {
    ALL: {},
    "without compositing": {"compositing": 0.0},
    "without soft labels": {"soft_labels": False},
    "without running mean": {"ema": 0.0},
}
GROUPS = ("cold", "warm", "unseen")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say which snapshot, and how long."""
    parser.add_argument("snapshot", type=Path, help="styles with studio shots and photos by several people")
    parser.add_argument(
        "--work", type=Path, required=True, help="folder for the trainings; a killed one goes on"
    )
    parser.add_argument("--unseen", type=Path, help="a snapshot of styles that nothing was learned of")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--styles", type=int, default=300, help="warm ones, and as many cold ones")
    parser.add_argument("--start", type=Path, default=SHIPPED, help="the run whose trunk is the start")
    parser.add_argument("--size-px", type=int, default=64)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--lr", type=float, default=2e-3)
    parser.add_argument("--only", default="", help="one arm of the table, to spread the work")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Train each arm with each seed and put the differences side by side."""
    from classifier.snapshot import read_snapshot

    whole = read_snapshot(options.snapshot)
    task = task_of(whole, options.work / f"task-{options.styles}", options.styles)
    options.trunk, options.weights = write_trunk(options.start, options.work)
    parts, found = Parts(options.work / "parts"), {}
    for arm in [arm for arm in ARMS if options.only in ("", arm)]:
        for seed in range(options.seeds):
            settings = {
                name: getattr(options, name) for name in ("size_px", "trunk", "steps", "lr", "unseen")
            }
            settings |= {"data": task.sha256, "start": options.start.name, "seed": seed, **ARMS[arm]}
            found[arm, seed] = parts.once(slug(arm), settings, partial(one_arm, options, task, arm, seed))
    votes = voted(task)
    wrong = sum(photo.sku != photo.kind for photo in votes)
    title = (
        f"{len(task.styles)} styles of {whole.id}, half of them cold; {len(votes)} photos to learn from, "
        f"{wrong} with a wrong label; the trunk of {options.start.name}, {options.seeds} seeds, 95 % "
        "interval over styles and seeds"
    )
    return {"snapshot": whole.id, "tables": [Table(title, effect_rows(found, options.seeds)).json()]}


def voted(task: "Snapshot") -> list["SnapshotPhoto"]:
    """The photos whose votes were played."""
    return [photo for photo in task.of("train", "style") if photo.answers]


def task_of(whole: "Snapshot", folder: Path, styles: int) -> "Snapshot":
    """Warm and cold styles in equal number, with votes on what there is to learn from.

    The true style of a photo that votes were played for is its `kind`.

    Raises:
        TooFewStyles: there are too few for both.
    """
    skus = by_chance(whole, "ablations")
    require_styles(whole, len(skus), 2 * styles)
    warm, cold = skus[:styles], skus[styles : 2 * styles]
    chosen = [style for style in whole.styles if style.sku in {*warm, *cold}]
    if (folder / "snapshot.json").is_file():
        return write_part(whole, folder, chosen, ())
    look_alikes = nearest_by_colour(whole, warm)  # a cold one would no longer be cold
    photos = [play_votes(photo, look_alikes[photo.sku]) for photo in split_again(photos_of(whole, warm))]
    learned = {photo.owner for photo in photos if photo.split == "train"}
    photos += [
        replace(photo, split="holdout") for photo in photos_of(whole, cold) if photo.owner not in learned
    ]
    return write_part(whole, folder, chosen, [*photos, *not_of_styles(whole, most=OTHERS)])


def play_votes(photo: "SnapshotPhoto", look_alike: str) -> "SnapshotPhoto":
    """Let people vote on a photo of the training split; the majority is its label from then on."""
    if photo.split != "train":
        return photo
    votes = Counter(
        photo.sku if share_of(f"{photo.photo}:{voter}", "vote") < RIGHT else look_alike
        for voter in range(VOTERS)
    )
    [(sku, _)] = votes.most_common(1)
    return replace(photo, sku=sku, answers=dict(votes), kind=photo.sku)


def nearest_by_colour(whole: "Snapshot", skus: Sequence[str]) -> dict[str, str]:
    """For each style the one whose first studio shot has the nearest colours, place by place."""
    from classifier.transforms import read_frame

    images = {style.sku: style.images[0] for style in whole.styles}
    tiny = np.stack([read_frame(whole.path(images[sku]), (10, 8)).ravel() for sku in skus]).astype(np.float32)
    lengths = (tiny * tiny).sum(axis=1)
    apart = lengths[:, None] + lengths[None] - 2 * tiny @ tiny.T
    np.fill_diagonal(apart, np.inf)
    return {sku: skus[row] for sku, row in zip(skus, apart.argmin(axis=1).tolist(), strict=True)}


def one_arm(options: argparse.Namespace, task: "Snapshot", arm: str, seed: int) -> Part:
    """Train one arm with one seed and say of each photo whether its style was among the first three."""
    from classifier.evaluate import evaluate
    from classifier.train import train

    run = options.work / f"runs-{task.sha256[:6]}" / f"{slug(arm)}-{options.size_px}-{options.steps}-{seed}"
    train(task.folder, run, replace(recipe(options, seed), **ARMS[arm]), device=options.device)
    measured = evaluate(run, task.folder, device=options.device)
    skus = {photo.photo: photo.sku for photo in task.photos}
    answer: Part = {}
    for group in ("cold", "warm"):
        among = measured.per_photo.slices[group]
        names = [name for name, is_in in zip(measured.per_photo.photos, among, strict=True) if is_in]
        answer[group] = {"styles": [skus[name] for name in names], **hits_of(measured, among)}
    if options.unseen:
        other = evaluate(run, options.unseen, device=options.device)
        everything = np.ones(len(other.per_photo.photos), dtype=bool)
        answer["unseen"] = {"styles": list(other.per_photo.photos), **hits_of(other, everything)}
    return answer


def hits_of(measured: Any, among: Any) -> dict[str, list[bool]]:
    """Whether the first, and one of the first three, was right, for some of the photos."""
    return {name: getattr(measured.per_photo, name)[among].tolist() for name in ("top1", "top3")}


def recipe(options: argparse.Namespace, seed: int) -> "TrainConfig":
    """All three at once."""
    from classifier.train import TrainConfig

    every = max(1, options.steps // 20)
    return TrainConfig(
        seed=seed,
        trunk=options.trunk,
        size_px=options.size_px,
        steps=options.steps,
        weights=str(options.weights),
        lr=options.lr,
        compositing=0.34,
        soft_labels=True,
        ema=0.99,
        contrast=0.5,
        contrast_end=0.25,
        styles_per_batch=24,
        photos_per_style=3,
        others_per_batch=24,
        log_every=every,
        checkpoint_every=every * 4,
    )


def effect_rows(found: Mapping[tuple[str, int], Part], seeds: int) -> list[Row]:
    """A row per arm: the share of hits in each group, and what the missing part was worth there."""
    rows: list[Row] = []
    for arm in dict.fromkeys(arm for arm, _ in found):
        row: dict[str, Any] = {"arm": arm}
        for group in (group for group in GROUPS if group in found[arm, 0]):
            ours = [found[arm, seed][group]["top3"] for seed in range(seeds)]
            row[f"{group} R@3"] = float(np.mean(ours))
            if arm != ALL and (ALL, 0) in found:
                whole = [found[ALL, seed][group]["top3"] for seed in range(seeds)]
                effect = paired_difference(whole, ours, found[arm, 0][group]["styles"], seeds=True)
                row[f"{group} effect"] = f"{effect.mean:+.3f} [{effect.low:+.3f}, {effect.high:+.3f}]"
        rows.append(row)
    return rows
