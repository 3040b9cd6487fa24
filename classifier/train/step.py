"""One step of a training: a batch, its loss, the gradient, the running mean."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from classifier.checkpoint import Learner
from classifier.data import TrainingSet
from classifier.model import DressNet, Head
from classifier.train.batches import STEPS_APART, draw_batch, pictures_of, targets_of
from classifier.train.distributed import ALONE, World
from classifier.train.losses import losses_of
from classifier.train.recipe import TrainConfig, WrongRecipe
from classifier.train.schedules import freeze, parts_of, rates_at
from classifier.train.watch import Watch

ROLLBACK_APART = 7_919  # seeds before and after a rollback never meet within a training
NEIGHBOURS = 4  # styles that count as looking like another one


@dataclass(frozen=True, slots=True)
class Training:
    """What stays the same from the first step to the last."""

    data: TrainingSet
    config: TrainConfig
    folder: Path
    notes: Mapping[str, str]  # of every checkpoint, so that no other training goes on from it
    world: World = ALONE
    watch: Watch | None = None
    is_asked_to_stop: Callable[[], bool] = lambda: False


def train_step(learner: Learner, training: Training) -> int:
    """Make one step of AdamW and the running mean, note its losses; returns how many pictures it took."""
    config, data, world = training.config, training.data, training.world
    assert isinstance(learner.net, DressNet)
    assert isinstance(learner.head, Head)
    device = next(learner.net.parameters()).device
    if config.look_alikes and learner.step % config.checkpoint_every == 0:
        learner.look_alikes = nearest_rows(learner.head)
    parameters = _set_rates(learner, config)
    learner.optimizer.zero_grad(set_to_none=True)
    dtype = autocast_dtype(config.precision, device)
    seed, images, turns = config.seed + ROLLBACK_APART * learner.rollbacks, 0, []
    for number in range(learner.step * config.accumulate, (learner.step + 1) * config.accumulate):
        batch = draw_batch(data, config, number, seed=seed, nearest=learner.look_alikes)
        pictures = pictures_of(batch, data, world.mine(len(batch)), learner.net.trunk.normalisation, device)
        targets = targets_of(batch, data, device, soft=config.soft_labels)
        with chance_of(seed * STEPS_APART + number + world.rank, device):
            with torch.autocast(device.type, dtype, enabled=dtype is not None):
                found = learner.net(pictures)
            embeddings, dress_logits = (world.gather(part, len(batch)) for part in found)
            losses = losses_of(learner.head, embeddings, dress_logits, targets, config, learner.step)
        _backward(learner, losses["loss"] / config.accumulate)
        turns.append({name: loss.detach() for name, loss in losses.items()})
        images += len(batch)
    world.average_gradients(parameters)
    _step(learner, parameters, config)
    learner.window.append({name: torch.stack([turn[name] for turn in turns]).mean() for name in turns[0]})
    return images


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


@torch.no_grad()
def nearest_rows(head: Head, count: int = NEIGHBOURS) -> Tensor:
    """The styles (S, count) whose rows of the head are nearest to each style's, nearest first."""
    weight = head.weight if head.weight.ndim == 2 else head.weight.mean(dim=1)
    rows = F.normalize(weight.float(), dim=1)
    count = min(count, len(rows) - 1)
    found = []
    for start in range(0, len(rows), 1024):  # a square of all styles would not fit in memory
        some = rows[start : start + 1024] @ rows.T
        some[torch.arange(len(some)), torch.arange(start, start + len(some))] = -torch.inf
        found.append(some.topk(count, dim=1).indices)
    return torch.cat(found).cpu()


def autocast_dtype(precision: str, device: torch.device) -> torch.dtype | None:
    """What to compute in beside float32; "auto" asks the machine.

    Raises:
        WrongRecipe: fp16 on a CPU, which is slow at it and has no gradient scaling.
    """
    if precision == "fp16":
        if device.type != "cuda":
            raise WrongRecipe("precision=fp16 needs a GPU; on a CPU take auto, bf16 or fp32")
        return torch.float16
    if precision == "auto":
        precision = "bf16" if device.type == "cuda" or torch.cpu._is_avx512_bf16_supported() else "fp32"
    return torch.bfloat16 if precision == "bf16" else None


@contextmanager
def chance_of(seed: int, device: torch.device) -> Iterator[None]:
    """Let dropout within depend on the seed alone, and leave the process's own chance as it was."""
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        torch.manual_seed(seed)
        yield


def _set_rates(learner: Learner, config: TrainConfig) -> list[nn.Parameter]:
    """Freeze and thaw the parts and give them their rates; returns the parameters that learn."""
    parts = parts_of(learner.net, learner.head)
    rates = rates_at(learner.step, len(parts) - 2, config)
    learner.net.train(not config.norm_frozen)
    freeze(parts, rates)
    for group in learner.optimizer.param_groups:
        group["lr"] = rates.parts[group["part"]]
    return [p for group in learner.optimizer.param_groups for p in group["params"] if p.requires_grad]


def _backward(learner: Learner, loss: Tensor) -> None:
    scaled = learner.scaler.scale(loss) if learner.scaler else loss
    scaled.backward()  # type: ignore[no-untyped-call]


def _step(learner: Learner, parameters: list[nn.Parameter], config: TrainConfig) -> None:
    if learner.scaler:
        learner.scaler.unscale_(learner.optimizer)
    nn.utils.clip_grad_norm_(parameters, config.clip)
    if learner.scaler:
        learner.scaler.step(learner.optimizer)  # passes over a step whose gradients overflowed
        learner.scaler.update()
    else:
        learner.optimizer.step()
    update_mean(learner, config.ema)
