"""`manage.py serve` for real: everything comes up, what is killed comes back, and it all ends together."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pymongo
import pytest

from truther.config import ROOT, config
from truther.engine.messages import Store

pytestmark = pytest.mark.slow
STARTED = re.compile(r"(\w+) started \(process (\d+)\)")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def status_of(port: int, path: str) -> int:
    """The status of one answer; 0 while nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


class Serve:
    """One `manage.py serve` over a folder of its own."""

    def __init__(self, folder: Path, *options: str, **environment: str) -> None:
        self.data, self.log = folder / "data", folder / "serve.log"
        self.port, self.model_port = free_port(), free_port()
        self.environment = os.environ | {
            "TRUTHER_DATA_DIR": str(self.data),
            "TRUTHER_PORT": str(self.port),
            "TRUTHER_MODEL_PORT": str(self.model_port),
            "TRUTHER_WEB_WORKERS": "1",
            "TRUTHER_MONGODB_NAME": f"truther_serve_{uuid.uuid4().hex[:12]}",
            **environment,
        }
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", *options],
            cwd=ROOT,
            env=self.environment,
            stdout=self.log.open("wb"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def output(self) -> str:
        return self.log.read_text()

    def wait_for(self, condition: Callable[[], bool], *, seconds: float, what: str) -> None:
        until = time.monotonic() + seconds
        while not condition():
            assert self.process.poll() is None, self.output()
            assert time.monotonic() < until, f"waited {seconds} s for {what}\n{self.output()}"
            time.sleep(0.2)

    def processes(self) -> dict[str, int]:
        """The latest process of each part."""
        return {name: int(pid) for name, pid in STARTED.findall(self.output())}

    def is_up(self) -> bool:
        return (
            status_of(self.port, "/healthz") == 200
            and status_of(self.model_port, "/healthz") in (200, 503)
            and Store(self.data / "broker").consumers() == 2
            and (self.data / "clock.json").exists()
        )

    def stop(self) -> None:
        """End it whatever happened, with all it started."""
        for pid in (*self.processes().values(), self.process.pid):
            try:
                os.killpg(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait(timeout=10)
        if config.mongodb_uri:
            with pymongo.MongoClient[dict[str, object]](config.mongodb_uri) as client:
                client.drop_database(self.environment["TRUTHER_MONGODB_NAME"])


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Serve]]:
    running: list[Serve] = []

    def start(*options: str, **environment: str) -> Serve:
        running.append(Serve(tmp_path, *options, **environment))
        return running[-1]

    yield start
    for one in running:
        one.stop()


def test_every_part_killed_with_9_comes_back_and_sigterm_ends_all(serve):
    house = serve("--no-demo")
    house.wait_for(house.is_up, seconds=90, what="everything to come up")
    first = house.processes()
    assert set(first) == {"web", "model", "worker", "train", "clock"}
    assert re.search(r"Admin: admin   password: \S{16} ", house.output())

    for pid in first.values():
        os.kill(pid, signal.SIGKILL)
    house.wait_for(
        lambda: all(pid != first[name] for name, pid in house.processes().items()),
        seconds=30,
        what="restarts",
    )
    house.wait_for(house.is_up, seconds=90, what="everything to come back")
    second = house.processes()
    house.process.send_signal(signal.SIGTERM)
    status = house.process.wait(timeout=40)

    assert status == 0
    assert not any(alive(pid) for pid in (*first.values(), *second.values()))
    assert status_of(house.port, "/healthz") == status_of(house.model_port, "/healthz") == 0


def test_parts_end_when_the_supervisor_is_killed_with_9(serve):
    house = serve("--only", "setup,clock,train", "--no-demo")
    house.wait_for(lambda: len(house.processes()) == 2, seconds=60, what="the parts")
    house.wait_for(lambda: Store(house.data / "broker").consumers() == 1, seconds=60, what="the worker")
    parts = house.processes()

    house.process.kill()
    house.process.wait(timeout=10)

    until = time.monotonic() + 20
    while any(alive(pid) for pid in parts.values()) and time.monotonic() < until:
        time.sleep(0.1)
    assert not any(alive(pid) for pid in parts.values())


@pytest.mark.parametrize(
    ("variable", "attribute"), [("TRUTHER_PORT", "port"), ("TRUTHER_MODEL_PORT", "model_port")]
)
def test_a_port_in_use_is_refused_before_anything_starts(serve, variable, attribute):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])

        house = serve("--no-demo", **{variable: port})
        status = house.process.wait(timeout=30)

    assert status == 1
    assert f"Port {port} on 127.0.0.1 is in use" in house.output()
    assert variable in house.output()
    assert not (house.data / "documents.sqlite3").exists()


def test_an_unknown_part_is_refused_by_name(serve):
    house = serve("--only", "web,wrokers")

    assert house.process.wait(timeout=30) == 1
    assert "There is no part wrokers: choose from setup, web, model, worker, train, clock." in house.output()


def test_production_is_never_given_a_demo(serve):
    secrets = {"TRUTHER_PROFILE": "production", "TRUTHER_ALLOWED_HOSTS": "truther.example.com"}
    house = serve("--only", "setup", **secrets)
    assert house.process.wait(timeout=60) == 0
    assert "demo" not in house.output()
    assert "password" not in house.output()

    command = [sys.executable, "manage.py", "demo"]
    refused = subprocess.run(
        command, cwd=ROOT, env=house.environment, capture_output=True, text=True, check=False
    )

    assert refused.returncode == 1
    assert "The demo is for the demo profile" in refused.stderr


def test_an_empty_house_is_filled_once_and_the_rest_follows_in_the_background(serve):
    house = serve("--styles", "12", "--photos", "260", "--seed", "3")
    house.wait_for(house.is_up, seconds=150, what="the demo and everything else")
    plan = house.data / "demo" / "plan.json"
    assert json.loads(plan.read_text())["slices_done"] >= 1

    house.wait_for(lambda: json.loads(plan.read_text())["slices_done"] == 2, seconds=90, what="the rest")

    house.wait_for(lambda: not alive(house.processes()["demo"]), seconds=30, what="the filling to end")
    assert "demo ended" not in house.output()
    truths = (house.data / "demo" / "truth.jsonl").read_text().splitlines()
    examined = subprocess.run(
        [sys.executable, "manage.py", "doctor", "--json"],
        cwd=ROOT,
        env=house.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    findings = {finding["name"]: finding for finding in json.loads(examined.stdout)["findings"]}
    assert len(truths) >= 240
    assert examined.returncode == 0
    assert findings["index"]["detail"].startswith("knows all")
    assert findings["model process"]["health"] == "ok"
    assert findings["workers"]["detail"] == "2 running"
