"""Train a run from a snapshot: the same arguments give the same weights, and a killed training goes on."""

import copy
import hashlib
import json
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from classifier.checkpoint import Learner, load_learner, save_learner
from classifier.data import NO_STYLE, BatchPlan, TrainingSet, load_training_set
from classifier.finish import finish_run
from classifier.model import CosineHead, DressNet
from classifier.parent import Parent, read_parent
from classifier.predict import choose_device
from classifier.runs import RunExists, RunFacts, read_facts
from classifier.snapshot import Snapshot, read_snapshot
from classifier.transforms import augment, frame_size

MAX_GRAD_NORM = 5.0
STEPS_APART = 10_000_019  # seeds of two runs never meet within their steps


class LossDiverged(ArithmeticError):
    """The loss became NaN or infinite; the last good checkpoint is still there."""


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """All that decides a run, beside its snapshot and its parent."""

    seed: int = 0
    trunk: str = "resnet-tiny"
    dim: int = 128
    size_px: int = 80
    steps: int = 3000
    styles_per_batch: int = 25
    photos_per_style: int = 4
    others_per_batch: int = 28  # not a dress, or not in stock: 22 % of 128
    lr: float = 4e-3
    warmup: float = 0.15  # share of the steps
    weight_decay: float = 0.02
    ema: float = 0.999
    scale: float = 16.0  # of the cosine head
    margin: float = 0.1
    dress_weight: float = 0.5  # of the dress / not a dress loss
    norm_frozen: bool = False  # batch-norm statistics stay as the parent left them
    studio_only_styles: bool = True  # also learn active styles nobody has verified a photo of
    precision: str = "auto"  # bf16 where the machine is quick at it, or "bf16", "fp32"
    log_every: int = 20
    checkpoint_every: int = 200  # steps; a multiple of log_every


@dataclass(frozen=True, slots=True)
class Progress:
    step: int
    steps: int
    loss: float
    images_per_second: float


OnProgress = Callable[[Progress], None]


def fine_tune_config(*, steps: int = 300, seed: int = 0) -> TrainConfig:
    """The recipe for a night: continue gently from the champion on what people have settled."""
    return TrainConfig(seed=seed, steps=steps, lr=1e-4, ema=0.99, norm_frozen=True, checkpoint_every=40)


def train(
    snapshot: Path,
    run: Path,
    config: TrainConfig,
    *,
    init: Path | None = None,
    on_progress: OnProgress | None = None,
    device: str = "auto",
) -> RunFacts:
    """Write the run folder `run` whole, or not at all; called again it goes on, or returns what is there.

    Work in progress lies in `<run>.partial` beside it.

    Args:
        init: the run to continue from; its trunk, dim and size_px win over the config's.

    Raises:
        SnapshotError, BrokenImage: the snapshot cannot be trained on.
        RunError: init is not a whole run. RunExists: `run` was trained with other arguments.
        LossDiverged: the loss became NaN; the last good checkpoint stays in the partial folder.
    """
    frozen = read_snapshot(snapshot)
    parent = read_parent(init) if init else None
    if parent:
        config = replace(config, trunk=parent.facts.trunk, dim=parent.facts.dim, size_px=parent.facts.size_px)
    if run.exists():
        return _require_same(run, frozen, config, parent)
    partial = run.with_name(f"{run.name}.partial")
    partial.mkdir(parents=True, exist_ok=True)
    data = load_training_set(frozen, size_px=config.size_px, studio_only_styles=config.studio_only_styles)
    torch.manual_seed(config.seed)
    learner = new_learner(config, frozen, data, parent, choose_device(device))
    notes = {"arguments": fingerprint(config, frozen, parent), "skus": json.dumps(data.skus)}
    if not load_learner(partial / "checkpoint.safetensors", learner, notes):
        (partial / "metrics.jsonl").unlink(missing_ok=True)
    fit(learner, data, config, partial, notes, on_progress)
    return finish_run(partial, run, learner, frozen, asdict(config), data.skus, parent)


def fingerprint(config: TrainConfig, snapshot: Snapshot, parent: Parent | None) -> str:
    """What a checkpoint must share with the training that wants to go on from it."""
    named = {
        "config": asdict(config),
        "snapshot": snapshot.sha256,
        "parent": parent.facts.id if parent else "",
    }
    return hashlib.sha256(json.dumps(named, sort_keys=True).encode()).hexdigest()


def new_learner(
    config: TrainConfig, snapshot: Snapshot, data: TrainingSet, parent: Parent | None, device: torch.device
) -> Learner:
    """A fresh network, or the parent's with a head row for each style of the snapshot."""
    net, head = DressNet(config.trunk, config.dim), CosineHead(len(data.skus), config.dim)
    if parent:
        net.load_state_dict(parent.model.net.state_dict())
        head.weight.data.copy_(parent.head_rows(snapshot, data.skus))
    net.to(device).to(memory_format=torch.channels_last)
    head.to(device)
    decayed = [p for p in (*net.parameters(), *head.parameters()) if p.ndim > 1]
    plain = [p for p in net.parameters() if p.ndim <= 1]
    groups = [
        {"params": decayed, "weight_decay": config.weight_decay},
        {"params": plain, "weight_decay": 0.0},
    ]
    return Learner(net, copy.deepcopy(net).eval(), head, torch.optim.AdamW(groups, lr=config.lr))


def fit(
    learner: Learner,
    data: TrainingSet,
    config: TrainConfig,
    folder: Path,
    notes: dict[str, str],
    on_progress: OnProgress | None = None,
) -> None:
    """Make the steps that are left, with a line in metrics.jsonl and a checkpoint now and then."""
    plan = BatchPlan(config.styles_per_batch, config.photos_per_style, config.others_per_batch, config.seed)
    device = next(learner.net.parameters()).device
    bf16 = uses_bf16(config.precision, device)
    keep_lines(folder / "metrics.jsonl", learner.step)
    losses: list[dict[str, Tensor]] = []
    images, started = 0, time.monotonic()
    while learner.step < config.steps:
        rows = plan.rows(data, learner.step)
        chance = torch.Generator().manual_seed(config.seed * STEPS_APART + learner.step)
        batch = augment(data.frames[rows].to(device), frame_size(config.size_px), chance)
        styles, dress = (torch.from_numpy(a[rows]).to(device) for a in (data.styles, data.dress))
        losses.append(train_step(learner, batch, styles, dress, config, bf16=bf16))
        learner.step += 1
        images += len(rows)
        if learner.step % config.log_every == 0 or learner.step == config.steps:
            line = log_line(folder / "metrics.jsonl", learner.step, losses, config)
            losses = []
            if learner.step % config.checkpoint_every == 0 or learner.step == config.steps:
                save_learner(folder / "checkpoint.safetensors", learner, notes)
            if on_progress:
                speed = images / (time.monotonic() - started)
                on_progress(Progress(learner.step, config.steps, line["loss"], speed))


def train_step(
    learner: Learner, images: Tensor, styles: Tensor, dress: Tensor, config: TrainConfig, *, bf16: bool
) -> dict[str, Tensor]:
    """Make one step of AdamW and the running mean; returns the losses, still on the device.

    Args:
        images: (B, 3, H, W); styles: (B,) int64 rows of the head or NO_STYLE; dress: (B,) bool.
    """
    learner.net.train(mode=not config.norm_frozen)
    with torch.autocast(images.device.type, torch.bfloat16, enabled=bf16):
        embeddings, dress_logits = learner.net(images.contiguous(memory_format=torch.channels_last))
    known = styles != NO_STYLE
    cosines = learner.head(embeddings[known])
    targets = styles[known]
    margins = F.one_hot(targets, cosines.shape[1]) * config.margin
    style_loss = F.cross_entropy((cosines - margins) * config.scale, targets)
    dress_loss = F.binary_cross_entropy_with_logits(dress_logits, dress.float())
    loss = style_loss + config.dress_weight * dress_loss
    for group in learner.optimizer.param_groups:
        group["lr"] = one_cycle(learner.step, config)
    learner.optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_([*learner.net.parameters(), *learner.head.parameters()], MAX_GRAD_NORM)
    learner.optimizer.step()
    update_mean(learner, config.ema)
    hits = (cosines.argmax(dim=1) == targets).float().mean()
    return {"loss": loss.detach(), "style": style_loss.detach(), "dress": dress_loss.detach(), "top1": hits}


def one_cycle(step: int, config: TrainConfig) -> float:
    """Learning rate: up in a line to config.lr, then down to 1 % of it along a cosine."""
    position = (step + 1) / config.steps
    if position < config.warmup:
        return config.lr * position / config.warmup
    fall = (position - config.warmup) / max(1 - config.warmup, 1e-9)
    return config.lr * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * fall)))


@torch.no_grad()
def update_mean(learner: Learner, decay: float) -> None:
    """Move the running mean towards the network, faster early on, when there is little to remember."""
    decay = min(decay, (1 + learner.step) / (10 + learner.step))
    means, values = learner.ema.state_dict(), learner.net.state_dict()
    for name, mean in means.items():
        if mean.is_floating_point():
            mean.lerp_(values[name], 1 - decay)
        else:
            mean.copy_(values[name])


def uses_bf16(precision: str, device: torch.device) -> bool:
    """Whether to compute in bfloat16; "auto" asks the machine."""
    if precision == "auto":
        return device.type == "cuda" or torch.cpu._is_avx512_bf16_supported()
    return precision == "bf16"


def log_line(path: Path, step: int, losses: list[dict[str, Tensor]], config: TrainConfig) -> dict[str, float]:
    """Append the means since the last line.

    Raises:
        LossDiverged: one of them is not a number; nothing is written then.
    """
    means = {name: torch.stack([loss[name] for loss in losses]).mean().item() for name in losses[0]}
    if not math.isfinite(means["loss"]):
        raise LossDiverged(
            f"the loss is {means['loss']} at step {step}; the last good checkpoint is in {path.parent}"
        )
    line = {"step": step} | {name: round(mean, 6) for name, mean in means.items()}
    with path.open("a") as file:
        file.write(json.dumps(line | {"lr": one_cycle(step - 1, config)}) + "\n")
    return means


def keep_lines(path: Path, step: int) -> None:
    """Drop the lines a killed training wrote after its last checkpoint."""
    if path.exists():
        lines = path.read_text().splitlines(keepends=True)
        path.write_text(
            "".join(line for line in lines if line.endswith("\n") and json.loads(line)["step"] <= step)
        )


def _require_same(run: Path, snapshot: Snapshot, config: TrainConfig, parent: Parent | None) -> RunFacts:
    facts = read_facts(run)
    same = facts.snapshot_sha256 == snapshot.sha256 and facts.parent == (parent.facts.id if parent else "")
    if not same or dict(facts.config) != asdict(config):
        raise RunExists(f"{run} was trained with other arguments")
    (run / "checkpoint.safetensors").unlink(missing_ok=True)  # killed right after the rename
    return facts
