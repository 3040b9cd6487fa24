"""A thousand duplicate and racing votes from several processes are one vote each."""

import json
import os
import subprocess
import sys
import uuid
from collections import Counter
from pathlib import Path

import pytest

from truther.config import ROOT

PROCESSES = 4


def start(step: str, number: int, environment: dict[str, str]) -> "subprocess.Popen[str]":
    """Start a process that takes part."""
    command = [sys.executable, "-m", "tests.racing", step, str(number)]
    return subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def result_of(process: "subprocess.Popen[str]") -> dict[str, int]:
    """Wait for a process and read what it found."""
    out, _ = process.communicate(timeout=240)
    assert process.returncode == 0
    result: dict[str, int] = json.loads(out)
    return result


@pytest.mark.slow
def test_a_thousand_racing_votes_are_one_vote_each(tmp_path: Path) -> None:
    environment = os.environ | {
        "TRUTHER_DATA_DIR": str(tmp_path),
        "TRUTHER_MONGODB_NAME": f"truther_race_{uuid.uuid4().hex[:12]}",
    }
    made = result_of(start("prepare", 0, environment))
    racing = [start("vote", number, environment) for number in range(PROCESSES)]

    outcomes = sum((Counter(result_of(process)) for process in racing), Counter[str]())

    stored = result_of(start("check", 0, environment))
    result_of(start("clear", 0, environment))
    wanted = made["photos"] * made["people"]
    assert outcomes.total() == PROCESSES * wanted == 1000
    assert outcomes["kept"] + outcomes["late"] == wanted
    assert (stored["votes"], stored["pairs"], stored["repeats"]) == (wanted, wanted, 0)
    assert (stored["drifts"], stored["waiting"]) == (0, 0)
    assert stored["settled"] > 0
