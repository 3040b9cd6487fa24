"""The steps of a training, from batch to checkpoint."""

import json
import math
import time
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from classifier.checkpoint import Learner, save_learner
from classifier.data import NO_STYLE, BatchPlan, TrainingSet
from classifier.train.recipe import LossDiverged, OnProgress, Progress, TrainConfig, one_cycle
from classifier.transforms import augment, frame_size

MAX_GRAD_NORM = 5.0
STEPS_APART = 10_000_019  # seeds of two runs never meet within their steps


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
