"""All that decides a training, in one frozen object."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from classifier.refusal import Refusal


class LossDiverged(ArithmeticError):
    """The loss kept on becoming NaN or infinite; the last good checkpoint is still there."""


class WrongRecipe(Refusal, ValueError):
    """Two settings of a recipe do not go together, or one is out of its range."""


class TrainingStopped(Exception):
    """Somebody asked the training to stop; its last step is kept, and the same call goes on from there."""

    def __init__(self, step: int, steps: int) -> None:
        super().__init__(
            f"stopped after step {step} of {steps}, which is kept; the same command goes on from it"
        )


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """All that decides a run, beside its snapshot and its parent."""

    seed: int = 0
    trunk: str = "resnet-tiny"
    dim: int = 128
    size_px: int = 80
    weights: str = ""  # published weights for the trunk: a file, or package:NAME
    head: str = "cosine"  # or softmax, arcface, proxy-anchor
    sub_centres: int = 0  # directions per style, of the arcface head; 0: its own
    schedule: str = "scratch"  # see classifier.train.schedules
    steps: int = 3000
    sizes: str = ""  # "48:0.3,64:0.4": sizes in px for the first shares of the steps; then size_px
    styles_per_batch: int = 25
    photos_per_style: int = 4
    others_per_batch: int = 28  # not a dress, or not in stock: 22 % of 128
    accumulate: int = 1  # batches per step
    look_alikes: float = 0.0  # chance that a style of a batch is followed by one that looks like it
    compositing: float = 0.0  # share of a style's pictures that are studio shots pasted onto negatives
    soft_labels: bool = False  # learn from how people's votes were spread, where they disagreed
    lr: float = 4e-3
    head_lr: float = 1.0  # times lr
    warmup: float = 0.15  # share of the steps
    weight_decay: float = 0.02
    clip: float = 5.0  # longest gradient
    ema: float = 0.999  # 0 serves the last step's weights as they are
    scale: float = 0.0  # of the head's scores; 0: the head's own
    margin: float = -1.0  # by which the right style has to be ahead; -1: the head's own
    contrast: float = 0.0  # weight of the loss between the pictures of a batch
    contrast_end: float = 0.0  # its weight at the last step
    contrast_scale: float = 12.0  # of the similarities in it
    dress_weight: float = 0.5  # of the dress / not a dress loss
    norm_frozen: bool = False  # batch-norm statistics stay as the parent left them
    studio_only_styles: bool = True  # also learn active styles nobody has verified a photo of
    precision: str = "auto"  # bf16 where the machine is quick at it, or bf16, fp16 (GPUs only), fp32
    early_stop: int = 0  # looks at the calibration split without a gain before it ends; 0: never
    log_every: int = 20
    checkpoint_every: int = 200  # steps; a multiple of log_every

    def __post_init__(self) -> None:
        """Refuse what cannot work before anything is read.

        Raises:
            WrongRecipe: names the settings and what they may be.
        """
        wrong = [sentence for is_right, sentence in self._rules() if not is_right]
        if wrong:
            raise WrongRecipe("; ".join(wrong))

    def size_at(self, step: int) -> int:
        """The size of the pictures at one step: small ones first, which cost less and teach the coarse."""
        done = 0.0
        for size_px, share in self._sizes():
            done += share
            if step < round(done * self.steps):
                return size_px
        return self.size_px

    def _sizes(self) -> list[tuple[int, float]]:
        pairs = [part.partition(":") for part in self.sizes.split(",") if part]
        return [(int(size), float(share)) for size, _, share in pairs]

    def _sizes_fit(self) -> bool:
        try:
            sizes = self._sizes()
        except ValueError:
            return False
        shares = [share for _, share in sizes]
        return (
            all(16 <= size <= self.size_px for size, _ in sizes)
            and min(shares, default=1) > 0
            and sum(shares) <= 1
        )

    def _rules(self) -> tuple[tuple[bool, str], ...]:
        counts = (self.steps, self.styles_per_batch, self.photos_per_style, self.accumulate, self.log_every)
        return (
            (
                min(counts) >= 1,
                "steps, styles_per_batch, photos_per_style, accumulate and log_every start at 1",
            ),
            (self.lr > 0, "lr has to be above 0"),
            (0 <= self.ema < 1, "ema is in [0, 1); 0 switches it off"),
            (0 <= self.compositing <= 1, "compositing is a share, in [0, 1]"),
            (0 <= self.look_alikes <= 1, "look_alikes is a chance, in [0, 1]"),
            (self._sizes_fit(), 'sizes is like "48:0.3,64:0.4": no size above size_px, shares of 1 in all'),
            (self.checkpoint_every % self.log_every == 0, "checkpoint_every is a multiple of log_every"),
            (self.precision in ("auto", "bf16", "fp16", "fp32"), "precision is auto, bf16, fp16 or fp32"),
        )


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


def one_cycle(step: int, steps: int, config: TrainConfig) -> float:
    """Learning rate at one of `steps`: up in a line to config.lr, then down to 1 % of it along a cosine."""
    position = (step + 1) / steps
    if position < config.warmup:
        return config.lr * position / config.warmup
    fall = (position - config.warmup) / max(1 - config.warmup, 1e-9)
    return config.lr * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * fall)))
