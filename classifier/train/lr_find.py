"""Which learning rate to train with: one sweep from far too low to far too high, of which nothing is kept."""

import io
import math
import tempfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from classifier.predict import choose_device
from classifier.refusal import Refusal
from classifier.snapshot import read_snapshot
from classifier.train.distributed import ALONE
from classifier.train.parent import read_parent
from classifier.train.recipe import OnProgress, Progress, TrainConfig
from classifier.train.run import prepare
from classifier.train.step import train_step

LOWEST, HIGHEST = 1e-6, 1.0
MEMORY = 0.9  # share of the running mean that the loss so far keeps
TOO_MUCH = 4.0  # times the lowest loss, at which the sweep ends
FEWEST = 20  # steps


class TooShort(Refusal, ValueError):
    """A sweep has too few steps to show a slope."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """What the loss did as the learning rate grew."""

    rates: tuple[float, ...]  # one per step, rising evenly on a log scale
    losses: tuple[float, ...]
    smooth: tuple[float, ...]  # the losses' running mean, without its pull to zero at the start
    suggestion: float  # where the smooth loss falls most steeply

    def json(self) -> dict[str, Any]:
        """For a file or an answer."""
        return asdict(self)


def find_lr(
    snapshot: Path,
    config: TrainConfig,
    *,
    init: Path | None = None,
    steps: int = 100,
    on_progress: OnProgress | None = None,
    device: str = "auto",
) -> Sweep:
    """Train for a while with a rate that grows from step to step; nothing of it is kept.

    Raises:
        SnapshotError, BrokenImage, RunError, WrongRecipe: as training itself.
        TooShort: fewer than FEWEST steps.

    Source: Smith, Cyclical Learning Rates for Training Neural Networks, WACV 2017; the steepest fall is
    Howard and Gugger's rule.
    """
    if steps < FEWEST:
        raise TooShort(f"a sweep of {steps} steps shows no slope; take {FEWEST} or more")
    frozen, parent = read_snapshot(snapshot), read_parent(init) if init else None
    if parent:
        config = replace(config, trunk=parent.facts.trunk, dim=parent.facts.dim, size_px=parent.facts.size_px)
    growth = (HIGHEST / LOWEST) ** (1 / (steps - 1))
    rates, losses = [], []
    with tempfile.TemporaryDirectory() as folder:
        # one long step of the recipe's schedule: only the rate changes, and it is the sweep's
        flat = replace(config, steps=10**9, warmup=0.0, early_stop=0, sizes="")
        learner, training = prepare(
            frozen, Path(folder) / "sweep", flat, parent, choose_device(device), ALONE
        )
        for step in range(steps):
            rate = LOWEST * growth**step
            train_step(learner, replace(training, config=replace(flat, lr=rate)))
            learner.step += 1
            loss = learner.window[-1]["loss"].item()
            if not math.isfinite(loss):
                break
            rates.append(rate)
            losses.append(loss)
            if on_progress:
                on_progress(Progress(step + 1, steps, loss, 0.0))
            if loss > TOO_MUCH * min(losses):
                break
    smooth = smoothed(losses)
    return Sweep(tuple(rates), tuple(losses), tuple(smooth), steepest_fall(rates, smooth))


def smoothed(losses: list[float]) -> list[float]:
    """The running mean of the losses, corrected for having started at nothing."""
    mean, result = 0.0, []
    for number, loss in enumerate(losses, start=1):
        mean = MEMORY * mean + (1 - MEMORY) * loss
        result.append(mean / (1 - MEMORY**number))
    return result


def steepest_fall(rates: list[float], smooth: list[float]) -> float:
    """The rate at which the smooth loss falls most per decade, before it reaches its lowest.

    Where it never falls, the lowest rate: this recipe learns nothing at any rate.
    """
    lowest = smooth.index(min(smooth))
    falls = {
        rates[n]: (smooth[n + 1] - smooth[n - 1]) / math.log(rates[n + 1] / rates[n - 1])
        for n in range(1, min(lowest, len(smooth) - 2) + 1)
    }
    return min(falls, key=falls.__getitem__, default=rates[0])


def drawing_of(sweep: Sweep) -> bytes:
    """The curve as SVG."""
    import matplotlib as mpl

    mpl.use("Agg")
    mpl.rcParams["svg.hashsalt"] = "lr-find"  # the same sweep gives the same file
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.add_subplot()
    axes.plot(sweep.rates, sweep.losses, color="0.8", label="loss")
    axes.plot(sweep.rates, sweep.smooth, color="C0", label="running mean")
    axes.axvline(sweep.suggestion, color="C3", linestyle="--", label=f"steepest fall: {sweep.suggestion:.1e}")
    axes.set(xscale="log", xlabel="learning rate", ylabel="loss")
    axes.set_ylim(min(sweep.smooth) * 0.9, max(sweep.smooth[: len(sweep.smooth) // 2 + 1]) * 1.2)
    axes.legend()
    drawn = io.BytesIO()
    figure.savefig(drawn, format="svg", metadata={"Date": None})
    return drawn.getvalue()
