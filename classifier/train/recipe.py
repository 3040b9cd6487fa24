"""All that decides a training, in one frozen object."""

import math
from collections.abc import Callable
from dataclasses import dataclass


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


def one_cycle(step: int, config: TrainConfig) -> float:
    """Learning rate: up in a line to config.lr, then down to 1 % of it along a cosine."""
    position = (step + 1) / config.steps
    if position < config.warmup:
        return config.lr * position / config.warmup
    fall = (position - config.warmup) / max(1 - config.warmup, 1e-9)
    return config.lr * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * fall)))
