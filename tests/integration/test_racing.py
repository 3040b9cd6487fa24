"""A thousand duplicate and racing votes from several processes are one vote each; tabs deal nothing twice."""

import json
import os
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from truther.config import ROOT

pytestmark = pytest.mark.slow
PROCESSES = 4


class Race:
    """Processes on databases of their own."""

    def __init__(self, folder: Path) -> None:
        name = f"truther_race_{uuid.uuid4().hex[:12]}"
        self.environment = os.environ | {"TRUTHER_DATA_DIR": str(folder), "TRUTHER_MONGODB_NAME": name}

    def start(self, step: str, number: int = 0) -> "subprocess.Popen[str]":
        """Start a process that takes part."""
        command = [sys.executable, "-m", "tests.racing", step, str(number)]
        return subprocess.Popen(command, env=self.environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)

    def step(self, step: str) -> dict[str, int]:
        """Run one step alone."""
        return self.finish(self.start(step))

    def run(self, step: str) -> Counter[str]:
        """Run one step in several processes at once and add up what they say."""
        racing = [self.start(step, number) for number in range(PROCESSES)]
        return sum((Counter(self.finish(process)) for process in racing), Counter[str]())

    def finish(self, process: "subprocess.Popen[str]") -> dict[str, int]:
        """Wait for a process and read what it found."""
        out, _ = process.communicate(timeout=240)
        assert process.returncode == 0
        result: dict[str, int] = json.loads(out)
        return result


@pytest.fixture
def race(tmp_path: Path) -> Iterator[Race]:
    """Photos, people, and nothing left behind."""
    race = Race(tmp_path)
    yield race
    race.step("clear")


def test_a_thousand_racing_votes_are_one_vote_each(race: Race) -> None:
    made = race.step("prepare")
    race.step("show")

    outcomes = race.run("vote")

    stored, wanted = race.step("check"), made["photos"] * made["people"]
    assert outcomes.total() == PROCESSES * wanted == 1000
    assert outcomes["kept"] + outcomes["late"] == wanted
    assert (stored["votes"], stored["pairs"], stored["repeats"]) == (wanted, wanted, 0)
    assert (stored["drifts"], stored["waiting"]) == (0, 0)
    assert stored["settled"] > 0


def test_tabs_of_one_person_answer_every_photo_once(race: Race) -> None:
    made = race.step("prepare")

    outcomes = race.run("play")

    stored = race.step("check")
    assert outcomes["kept"] == stored["votes"] == stored["pairs"] == made["photos"]
    assert (stored["drifts"], stored["waiting"]) == (0, 0)
