"""Two processes of torchrun that share each batch end where one process does."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import nn

from classifier.checkpoint import read_tensors
from classifier.train import train
from classifier.train.distributed import SharedNorm, World
from tests.tiny import TRAINING

RECIPE = replace(
    TRAINING,
    steps=8,
    log_every=2,
    checkpoint_every=4,
    head="arcface",  # most of whose rows a batch of three styles leaves alone
    sub_centres=2,
    styles_per_batch=3,
    others_per_batch=4,  # 13 pictures: the processes' shares differ
    compositing=0.4,
    contrast=0.5,
    schedule="gradual-unfreeze",
)


def test_the_shares_of_a_batch_are_the_batch():
    for size in (1, 2, 3, 5):
        shares = [World(rank, size).mine(13) for rank in range(size)]

        assert [row for share in shares for row in range(13)[share]] == list(range(13))


def by_torchrun(snapshot: Path, run: Path) -> subprocess.CompletedProcess[str]:
    changed = {name: getattr(RECIPE, name) for name in RECIPE.__dataclass_fields__}
    settings = [part for name, value in changed.items() for part in ("--set", setting(name, value))]
    command = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2", "--standalone"]
    command += [
        "-m",
        "classifier",
        "train",
        "--snapshot",
        str(snapshot),
        "--out",
        str(run),
        "--json",
        *settings,
    ]
    kept = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
    return subprocess.run(
        command, capture_output=True, text=True, timeout=180, check=False, env=kept | {"OMP_NUM_THREADS": "1"}
    )


def setting(name: str, value: object) -> str:
    return f"{name}={value if isinstance(value, str) else json.dumps(value)}"


def test_two_processes_train_what_one_does(make_snapshot, tmp_path):
    snapshot = make_snapshot(styles=6)
    train(snapshot, tmp_path / "alone", RECIPE)

    done = by_torchrun(snapshot, tmp_path / "shared")

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["id"] == "shared"  # one of them answered
    alone, shared = (
        read_tensors(tmp_path / name / "weights.safetensors").tensors for name in ("alone", "shared")
    )
    assert alone.keys() == shared.keys()
    for name in alone:
        if name.startswith(("net.", "head")):
            torch.testing.assert_close(shared[name], alone[name], rtol=2e-3, atol=2e-4, msg=name)
    lines = [
        [json.loads(line) for line in (tmp_path / name / "metrics.jsonl").read_text().splitlines()]
        for name in ("alone", "shared")
    ]
    assert [line["step"] for line in lines[1]] == [2, 4, 6, 8]
    for one, two in zip(*lines, strict=True):
        assert two["loss"] == pytest.approx(one["loss"], rel=1e-3)
    assert not list(tmp_path.glob("*.partial"))


def test_a_shared_norm_counts_as_the_norm_it_replaces():
    norm = nn.BatchNorm2d(3)
    shared = SharedNorm(norm)
    images = torch.randn(4, 3, 5, 5)

    assert set(shared.state_dict()) == set(norm.state_dict())
    assert torch.equal(shared.eval()(images), norm.eval()(images))
