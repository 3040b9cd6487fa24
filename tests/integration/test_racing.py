"""Racing POSTs and batches from several processes are one vote each; tabs deal nothing twice."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable

import pytest

from tests.racing import PEOPLE, PHOTOS, is_taken_back
from tests.serving import Serve, status_of
from truther.config import ROOT

pytestmark = pytest.mark.slow
PROCESSES = 4


class Race:
    """Processes on databases of their own."""

    def __init__(self, house: Serve) -> None:
        self.environment = house.environment

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
def race(serve: Callable[..., Serve]) -> Race:
    """Photos and people before a web of two processes."""
    house = serve("--only", "setup,web", "--no-demo", TRUTHER_WEB_WORKERS="2")
    house.wait_for(lambda: status_of(house.port, "/readyz") == 200, seconds=90, what="the web")
    return Race(house)


def test_a_thousand_racing_votes_are_one_vote_each(race: Race) -> None:
    made = race.step("prepare")
    race.step("show")

    statuses = race.run("post")

    stored, wanted = race.step("check"), made["photos"] * made["people"]
    assert statuses["302"] + statuses["409"] == statuses.total() == PROCESSES * wanted == 1000
    assert wanted < statuses["302"] < 1000
    assert (stored["votes"], stored["pairs"], stored["repeats"]) == (wanted, wanted, 0)
    assert (stored["drifts"], stored["waiting"]) == (0, 0)
    assert stored["settled"] > 0


def test_racing_outboxes_end_as_one_outbox_in_order(race: Race) -> None:
    made = race.step("prepare")
    race.step("show")

    outcomes = race.run("outbox")

    stored, wanted = race.step("check"), made["photos"] * made["people"]
    taken_back = sum(is_taken_back(photo_id, person) for photo_id in PHOTOS for person in PEOPLE)
    assert outcomes.pop("sent") == outcomes.total() > 1000
    assert set(outcomes) == {"kept", "late", "already", "undone", "answered"}
    assert (stored["pairs"], stored["repeats"]) == (wanted - taken_back, 0)
    assert (stored["votes"], stored["undos"]) == (wanted, taken_back)
    assert (stored["drifts"], stored["waiting"]) == (0, taken_back)
    assert stored["settled"] > 0


def test_tabs_of_one_person_answer_every_photo_once(race: Race) -> None:
    made = race.step("prepare")

    outcomes = race.run("play")

    stored = race.step("check")
    assert outcomes["kept"] == stored["votes"] == stored["pairs"] == made["photos"]
    assert (stored["drifts"], stored["waiting"]) == (0, 0)
