"""The night through Celery: real workers, the broker on disk, kill -9 of all of them while a model trains."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.apart import manage, surroundings
from truther.config import ROOT
from truther.night.walk import NAMES

pytestmark = pytest.mark.slow
PATIENCE_SECONDS = 120.0


class Workers:
    """`manage.py serve` with nothing but its two workers, over a folder of its own."""

    def __init__(self, folder: Path) -> None:
        # Long enough in training to be seen there.
        self.folder, self.environment = folder, surroundings(folder) | {"TRUTHER_TRAIN_STEPS": "300"}
        self.log = folder / "workers.log"
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--only", "worker,train"],
            cwd=ROOT,
            env=self.environment,
            stdout=self.log.open("ab"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def send(self, task: str) -> None:
        """Queue a task as the clock does."""
        command = [sys.executable, "-m", "celery", "-A", "truther", "call", f"truther.tasks.{task}"]
        subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, check=True)

    def nights(self) -> list[dict]:
        """The nights as the database has them, read by a process of the installation itself."""
        script = (
            "import json; from truther.models import NightRun\n"
            "print(json.dumps(list(NightRun.objects.values('id', 'state', 'stages', 'error')), default=str))"
        )
        nights: list[dict] = json.loads(manage(self.environment, "shell", "--no-imports", "-c", script))
        return nights

    def wait_for(self, condition: Callable[[dict[str, str]], bool], *, what: str) -> dict:
        """Wait until the states of the only night's stages are as asked; returns the night."""
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            for night in self.nights():
                if condition({stage["name"]: stage["state"] for stage in night["stages"]}):
                    return night
            assert time.monotonic() < until, f"waited for {what}\n{self.log.read_text()[-4000:]}"
            time.sleep(0.2)

    def kill(self) -> None:
        """Kill the supervisor and everything it started, at once; no process can say goodbye."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        for pid in (self.process.pid, *map(int, children)):
            try:
                os.killpg(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait(timeout=10)


@pytest.fixture
def start(played_shop: Path, tmp_path: Path) -> Iterator[Callable[[], Workers]]:
    running: list[Workers] = []
    folder = tmp_path / "data"
    shutil.copytree(played_shop, folder, symlinks=True)

    def one() -> Workers:
        running.append(Workers(folder))
        return running[-1]

    yield one
    for workers in running:
        if workers.process.poll() is None:
            workers.kill()


def whole(states: dict[str, str]) -> bool:
    return list(states.values()) == ["done"] * len(NAMES)


def test_a_night_sent_twice_walks_the_queues_of_its_stages_once(start):
    workers = start()

    workers.send("nightly")
    workers.send("nightly")
    night = workers.wait_for(whole, what="the night to end")

    results = {stage["name"]: stage["result"] for stage in night["stages"]}
    assert (night["state"], night["error"]) == ("done", "")
    assert results["freeze"]["golden"] == 48
    assert [stage["attempts"] for stage in night["stages"]] == [1] * len(NAMES)
    assert len(workers.nights()) == 1


def test_workers_killed_with_9_while_a_model_trains_finish_the_night_when_they_are_back(start):
    workers = start()
    workers.send("nightly")
    workers.wait_for(lambda states: states["train"] == "running", what="the training")

    workers.kill()
    killed = workers.nights()[0]
    workers = start()
    night = workers.wait_for(whole, what="the night to end after the restart")

    attempts = {stage["name"]: stage["attempts"] for stage in night["stages"]}
    assert [stage["name"] for stage in killed["stages"] if stage["state"] == "running"] == ["train"]
    assert attempts == {name: 2 if name == "train" else 1 for name in NAMES}
