"""Lists that two workers and the night make together, one of them killed: the same as one process makes."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.apart import manage, surroundings
from tests.processes.test_broker import wait_for
from truther.config import ROOT

pytestmark = pytest.mark.slow
BLOCKS = 20
LISTS = (
    "import json; from truther.models import RecommendationList as List\n"
    "lists = lambda: sorted([row.customer, row.source, row.items] for row in List.objects.all())\n"
)
FITTED = LISTS + (
    "from django.core.management import call_command\n"
    "for alias in ('default', 'documents'): call_command('migrate', database=alias, verbosity=0)\n"
    "from tests.conftest import NOON; from tests.renting import stock, town\n"
    "from truther.flow.recommend import fitting, gathering, listing\n"
    "stock(); town(NOON); fitting.SPECS, fitting.BLOCK_ROWS = (), 4\n"
    "fitting.fit('n1', gathering.gather(NOON), champion='ials:k=4')\n"
    "for start, _ in listing.cuts('n1'): listing.make('n1', start)\n"
    "print(json.dumps(lists())); List.objects.all().delete()\n"
)
NIGHT = LISTS + (
    "from django.utils import timezone; from tests import list_workers; from truther import tasks\n"
    "from truther.flow import recommend\n"
    "recommend.recommend('n1', at=timezone.now(), clock=timezone.now,\n"
    "    ask_for_help=lambda blocks: [tasks.make_lists.delay(block) for block in blocks])\n"
    "print(json.dumps(lists()))\n"
)


class Shift:
    """Processes over one folder, each with a name of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self, name: str, *words: str) -> "subprocess.Popen[bytes]":
        """Start a process of the installation, in a group of its own."""
        process = subprocess.Popen(
            [sys.executable, *words],
            cwd=ROOT,
            env=surroundings(self.folder) | {"LIST_WORKER": name},
            stdout=(self.folder / f"{name}.log").open("wb"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.running.append(process)
        return process

    def worker(self, name: str) -> "subprocess.Popen[bytes]":
        """Start a worker with one child."""
        celery = ("-m", "celery", "-A", "tests.list_workers", "worker", "-Q", "predict", "-c", "1")
        return self.start(name, *celery, "--hostname", f"{name}@localhost")

    def log(self, name: str) -> str:
        """What a process has said so far."""
        return (self.folder / f"{name}.log").read_text()

    def is_ready(self, name: str) -> bool:
        """Whether a worker has said that it takes work."""
        return " ready." in self.log(name)

    def begun(self, name: str) -> list[int]:
        """First rows of the blocks that a process began."""
        path = self.folder / "begun.txt"
        lines = path.read_text().splitlines() if path.exists() else []
        return [int(line.split()[1]) for line in lines if line.split()[0] == name]


@pytest.fixture
def shift(tmp_path: Path) -> Iterator[Shift]:
    one = Shift(tmp_path)
    yield one
    for process in one.running:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)


def test_workers_share_the_blocks_and_a_killed_one_costs_nothing_but_time(shift):
    victim, _ = shift.worker("victim"), shift.worker("survivor")
    alone = json.loads(manage(surroundings(shift.folder), "shell", "--no-imports", "-c", FITTED))
    for name in ("victim", "survivor"):
        wait_for(partial(shift.is_ready, name), seconds=60, what=f"worker {name}")

    night = shift.start("night", "manage.py", "shell", "--no-imports", "-c", NIGHT)
    wait_for(lambda: len(shift.begun("victim")) > 1, seconds=60, what="the victim's second block")
    os.killpg(victim.pid, signal.SIGKILL)
    lost = shift.begun("victim")[-1]

    assert night.wait(timeout=90) == 0, shift.log("night")[-2000:]
    together = json.loads(shift.log("night").splitlines()[-1])
    others = shift.begun("survivor") + shift.begun("night")
    assert len(alone) == 80
    assert together == alone
    assert shift.begun("survivor")
    assert lost in others
    assert {*others, *shift.begun("victim")} == set(range(0, 4 * BLOCKS, 4))
