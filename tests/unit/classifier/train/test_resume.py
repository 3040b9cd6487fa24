"""A training that is stopped, killed or runs out of disk goes on as if nothing had happened."""

import json
import os
import resource
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from classifier.checkpoint import read_tensors
from classifier.runs import NoRoom
from classifier.snapshot import read_snapshot
from classifier.train import TrainConfig, TrainingStopped, train
from classifier.train.distributed import ALONE
from classifier.train.loop import fit
from classifier.train.run import prepare
from tests.tiny import TRAINING

SHORT = replace(TRAINING, steps=12, log_every=2, checkpoint_every=4)
EVERYTHING = {
    "compositing": 0.4,
    "look_alikes": 0.5,
    "soft_labels": True,
    "contrast": 0.5,
    "accumulate": 2,
    "sizes": "16:0.2,24:0.3",
    "styles_per_batch": 3,
}
RECIPES = [
    {"schedule": "scratch", "head": "softmax"},
    {"schedule": "linear-probe", "head": "arcface", "sub_centres": 2},
    {"schedule": "frozen", "head": "proxy-anchor"},
    {"schedule": "lp-ft"},
    {"schedule": "gradual-unfreeze", "head": "arcface"},
    {"schedule": "discriminative-lr", "trunk": "alexnet-mini"},  # which has dropout
    {"precision": "bf16", "ema": 0.0, **EVERYTHING},
    {"early_stop": 2},
]


def make_steps(snapshot: Path, run: Path, config: TrainConfig, *, until: int = 0) -> None:
    """Make the steps that are left, or those up to one."""
    learner, training = prepare(read_snapshot(snapshot), run, config, None, torch.device("cpu"), ALONE)
    training = replace(training, is_asked_to_stop=lambda: learner.step == until)
    fit(learner, training)


def kept(run: Path) -> tuple[dict[str, torch.Tensor], dict, bytes]:
    partial = run.with_name(f"{run.name}.partial")
    bundle = read_tensors(partial / "checkpoint.safetensors")
    return bundle.tensors, json.loads(bundle.notes["progress"]), (partial / "metrics.jsonl").read_bytes()


def assert_same_training(one: Path, other: Path) -> None:
    (ours, our_progress, our_lines), (theirs, their_progress, their_lines) = kept(one), kept(other)
    assert our_progress == their_progress
    assert our_lines == their_lines
    assert ours.keys() == theirs.keys()
    assert [name for name in ours if not torch.equal(ours[name], theirs[name])] == []


@pytest.mark.parametrize("changes", RECIPES, ids=lambda changes: "-".join(map(str, changes.values()))[:40])
def test_half_the_steps_and_then_the_rest_are_all_the_steps_bit_for_bit(make_snapshot, tmp_path, changes):
    config = replace(SHORT, **changes)
    snapshot = make_snapshot(splits=("train", "train", "calibration", "calibration", "calibration"))
    make_steps(snapshot, tmp_path / "whole", config)

    for stop in (5, 8):  # amid a line of the log, and right after a checkpoint
        with pytest.raises(TrainingStopped, match=f"step {stop} of 12"):
            make_steps(snapshot, tmp_path / "halved", config, until=stop)
    make_steps(snapshot, tmp_path / "halved", config)

    assert_same_training(tmp_path / "whole", tmp_path / "halved")


DRIVER = """
import os, signal, sys
import torch
from classifier.cli import main
from classifier.train import loop

torch.set_num_threads(1)
real, number, step = loop.train_step, int(sys.argv[1]), int(sys.argv[2])

def and_then(learner, training):
    if learner.step == step:
        os.kill(os.getpid(), number)
    return real(learner, training)

loop.train_step = and_then
sys.exit(main(sys.argv[3:]))
"""


def command_of(snapshot: Path, run: Path) -> list[str]:
    changed = {name: getattr(TRAINING, name) for name in TrainConfig.__dataclass_fields__}
    changed = {name: value for name, value in changed.items() if value != getattr(TrainConfig(), name)}
    settings = [part for name, value in changed.items() for part in ("--set", f"{name}={value}")]
    return ["train", "--snapshot", str(snapshot), "--out", str(run), "--json", *settings]


@pytest.mark.parametrize(("number", "code", "left"), [(signal.SIGINT, 130, 14), (signal.SIGKILL, -9, 10)])
def test_a_process_that_was_ended_goes_on_by_the_same_command(make_snapshot, tmp_path, number, code, left):
    snapshot, run = make_snapshot(), tmp_path / "run"
    train(snapshot, tmp_path / "undisturbed", TRAINING)

    ended = subprocess.run(
        [sys.executable, "-c", DRIVER, str(int(number)), "13", *command_of(snapshot, run)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=os.environ | {"PYTHONPATH": str(Path.cwd())},
    )

    assert ended.returncode == code
    assert ended.stdout == ""
    assert ("the same command goes on" in ended.stderr) == (number == signal.SIGINT)
    assert kept(run)[1]["step"] == left
    train(snapshot, run, TRAINING)
    names = ("metrics.jsonl", "weights.safetensors")
    assert (run / names[0]).read_bytes() == (tmp_path / "undisturbed" / names[0]).read_bytes()
    ours, theirs = (read_tensors(path / names[1]).tensors for path in (run, tmp_path / "undisturbed"))
    assert [name for name in ours if not torch.equal(ours[name], theirs[name])] == []


@contextmanager
def files_no_larger_than(size_bytes: int):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)


def test_on_a_full_disk_the_last_checkpoint_stays_and_with_room_again_it_goes_on(make_snapshot, tmp_path):
    snapshot = make_snapshot()
    make_steps(snapshot, tmp_path / "whole", SHORT)
    with pytest.raises(TrainingStopped):
        make_steps(snapshot, tmp_path / "run", SHORT, until=5)
    partial = tmp_path / "run.partial"
    names = sorted(path.name for path in partial.iterdir())

    with files_no_larger_than(20_000), pytest.raises(NoRoom, match="make room"):
        make_steps(snapshot, tmp_path / "run", SHORT)

    assert kept(tmp_path / "run")[1]["step"] == 5
    assert sorted(path.name for path in partial.iterdir()) == names
    make_steps(snapshot, tmp_path / "run", SHORT)
    assert_same_training(tmp_path / "whole", tmp_path / "run")
