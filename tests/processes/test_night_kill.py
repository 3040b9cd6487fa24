"""kill -9 in every stage of a night: resumed, it ends as if nothing had happened."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.apart import manage, surroundings
from truther.config import ROOT
from truther.night.walk import NAMES

AT = "2026-03-14T12:01:00+00:00"
PATIENCE_SECONDS = 120.0


def night_of(folder: Path) -> dict:
    return json.loads(manage(surroundings(folder), "nightly", "--at", AT, "--json"))


def kill_in(stage: str, folder: Path) -> None:
    """Start a night and kill it the moment it says that it is in a stage."""
    command = [sys.executable, "manage.py", "nightly", "--at", AT]
    process = subprocess.Popen(
        command, cwd=ROOT, env=surroundings(folder), stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    deadline = time.monotonic() + PATIENCE_SECONDS
    assert process.stdout is not None
    for line in process.stdout:
        words = line.split()
        if words[1:3] == [stage, "started"]:
            break
        assert time.monotonic() < deadline, f"{stage} was not reached"
    os.killpg(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    process.stdout.close()


def summary(night: dict, folder: Path) -> dict:
    """What must not depend on kills: hashes, counts, verdict; and what lies on disk."""
    stages = night["stages"]
    assert [stages[name]["state"] for name in NAMES] == ["done"] * len(NAMES)
    frozen, snapshot, gate = (stages[name]["result"] for name in ("freeze", "snapshot", "promote"))
    return {
        "frozen": frozen,
        "audit": stages["audit"]["result"],
        "people": stages["people"]["result"],
        "snapshot": snapshot["sha256"],
        "verdict": (gate["promoted"], gate["challenger"]["top3"], gate["champion"]["top3"]),
        "weights": (folder / "runs" / gate["run_id"] / "weights.safetensors").read_bytes(),
        "leftovers": sorted(path.name for path in folder.rglob("*.partial")),
    }


@pytest.fixture(scope="module")
def undisturbed(played_shop: Path, tmp_path_factory: pytest.TempPathFactory) -> dict:
    folder = tmp_path_factory.mktemp("calm") / "data"
    shutil.copytree(played_shop, folder, symlinks=True)
    return summary(night_of(folder), folder)


@pytest.mark.parametrize("stage", NAMES)
def test_a_night_killed_in_a_stage_ends_as_an_undisturbed_one(stage, played_shop, undisturbed, tmp_path):
    folder = tmp_path / "data"
    shutil.copytree(played_shop, folder, symlinks=True)

    kill_in(stage, folder)
    resumed = summary(night_of(folder), folder)

    assert resumed == undisturbed
    assert undisturbed["frozen"]["golden"] == 48
