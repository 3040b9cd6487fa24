"""`manage.py serve` over a folder of its own, as a test starts, watches and ends it."""

import http.client
import os
import re
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import pymongo

from tests.servers import free_port
from truther.config import ROOT, config
from truther.engine.messages import Store

STARTED = re.compile(r"(\w+) started \(process (\d+)\)")


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
