"""`manage.py serve` for real: everything comes up, what is killed comes back, and it all ends together."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.serving import status_of
from truther.config import ROOT
from truther.engine.messages import Store

pytestmark = pytest.mark.slow


def alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


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


@pytest.mark.parametrize("variable", ["TRUTHER_PORT", "TRUTHER_MODEL_PORT"])
def test_a_port_in_use_is_refused_before_anything_starts(serve, variable):
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
