"""The way from the first step to the last, with a log, checkpoints and a way back."""

import json
import math
import time
from collections.abc import Mapping
from pathlib import Path

import torch

from classifier.checkpoint import Learner, load_learner, read_tensors, save_learner, write_tensors
from classifier.runs import needs_room, write_whole
from classifier.train.recipe import LossDiverged, OnProgress, Progress, TrainingStopped
from classifier.train.step import Training, train_step
from classifier.train.watch import take_a_look

MOST_ROLLBACKS = 3
METRICS, CHECKPOINT, BEST = "metrics.jsonl", "checkpoint.safetensors", "best.safetensors"


def fit(learner: Learner, training: Training, on_progress: OnProgress | None = None) -> None:
    """Make the steps that are left, with a line in metrics.jsonl and a checkpoint now and then.

    Raises:
        TrainingStopped: somebody asked for it; the step under way was finished and kept.
        LossDiverged: the loss was not a number MOST_ROLLBACKS times, each time from the last good checkpoint.
    """
    config, world = training.config, training.world
    if not (training.folder / CHECKPOINT).exists():
        keep(learner, training)  # something to go back to, from the first step on
    images, started = 0, time.monotonic()
    while learner.step < config.steps and not learner.stopped:
        images += train_step(learner, training)
        learner.step += 1
        if learner.step % config.log_every == 0 or learner.step == config.steps:
            means = {
                name: torch.stack([loss[name] for loss in learner.window]).mean().item()
                for name in learner.window[0]
            }
            if not close_window(learner, training, means):
                roll_back(learner, training)
            elif on_progress and world.is_first:
                speed = images / (time.monotonic() - started)
                on_progress(Progress(learner.step, config.steps, means["loss"], speed))
        if world.any(training.is_asked_to_stop()):
            keep(learner, training)
            raise TrainingStopped(learner.step, config.steps)
    if training.watch:
        _take_the_best(learner, training)


def close_window(learner: Learner, training: Training, means: Mapping[str, float]) -> bool:
    """Write the means since the last line, and a checkpoint when it is time; False: go back to the last one.

    A checkpoint is only ever made of numbers.
    """
    config, world = training.config, training.world
    is_kept = learner.step % config.checkpoint_every == 0 or learner.step == config.steps
    good = math.isfinite(means["loss"]) and (not is_kept or learner.is_finite())
    if world.any(not good):
        return False
    learner.window = []
    line = {name: round(mean, 6) for name, mean in sorted(means.items())}  # as a checkpoint orders them
    write_line(training, {"step": learner.step, **line, "lr": _highest_rate(learner)})
    if is_kept and training.watch:
        write_line(training, {"step": learner.step, **take_a_look(training.watch, learner, config)})
        if not learner.since and world.is_first:
            tensors = {f"ema.{name}": value for name, value in learner.ema.state_dict().items()}
            tensors |= {f"head.{name}": value for name, value in learner.head.state_dict().items()}
            write_tensors(training.folder / BEST, tensors, training.notes)
    if is_kept:
        keep(learner, training)
    return True


def roll_back(learner: Learner, training: Training) -> None:
    """Go back to the last good checkpoint and on from there with other batches.

    Raises:
        LossDiverged: that was tried often enough.
    """
    path, step, rollbacks = training.folder / CHECKPOINT, learner.step, learner.rollbacks + 1
    training.world.wait()
    load_learner(path, learner, training.notes)
    if rollbacks > MOST_ROLLBACKS:
        raise LossDiverged(
            f"the loss was not a number by step {step}, {rollbacks} times after going back to step "
            f"{learner.step}, which is kept in {path.parent}; try a lower lr, or precision=fp32"
        )
    learner.rollbacks = rollbacks
    training.world.wait()  # nobody writes what another still reads
    keep(learner, training)
    if training.world.is_first:
        keep_lines(training.folder / METRICS, learner.step)


def keep(learner: Learner, training: Training) -> None:
    """Write a checkpoint; a full disk leaves the one before it as it was."""
    if training.world.is_first:
        save_learner(training.folder / CHECKPOINT, learner, training.notes)


def write_line(training: Training, line: Mapping[str, float]) -> None:
    """Append one line to metrics.jsonl."""
    if training.world.is_first:
        path = training.folder / METRICS
        with needs_room(path), path.open("a") as file:
            file.write(json.dumps(line) + "\n")


def keep_lines(path: Path, step: int) -> None:
    """Drop the lines a killed training wrote after its last checkpoint."""
    if path.exists():
        lines = path.read_text().splitlines(keepends=True)
        whole = [line for line in lines if line.endswith("\n") and json.loads(line)["step"] <= step]
        write_whole(path, "".join(whole).encode())


def _highest_rate(learner: Learner) -> float:
    return max(float(group["lr"]) for group in learner.optimizer.param_groups)


def _take_the_best(learner: Learner, training: Training) -> None:
    """Serve the weights of the best look at the calibration split, not of the last."""
    training.world.wait()
    best = read_tensors(training.folder / BEST)
    learner.ema.load_state_dict(best.section("ema"))
    learner.head.load_state_dict(best.section("head"))
