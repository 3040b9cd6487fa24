"""The model process as `serve` starts it, and what it costs."""

import argparse
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classifier.bench.serving.scene import write_index
from classifier.refusal import Refusal, require_package

PATIENCE_SECONDS = 90.0


class NotServing(Refusal, RuntimeError):
    """The model process did not come up, or ended by itself."""


@dataclass(frozen=True, slots=True)
class ModelProcess:
    """One that answers on this machine."""

    port: int
    folder: Path
    process: "subprocess.Popen[bytes]"
    styles: int
    seed: int

    @property
    def index(self) -> Path:
        """The index of the first champion."""
        return self.folder / f"index-{(self.folder / 'champion').resolve().name}.safetensors"

    def health(self) -> dict[str, Any]:
        """What it says of itself; empty while it says nothing."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            answer: dict[str, Any] = json.loads(connection.getresponse().read())
            return answer if "model_version" in answer else {}
        except (OSError, http.client.HTTPException):
            return {}
        finally:
            connection.close()

    def wait_for(self, version: str) -> None:
        """Come back once this model answers.

        Raises:
            NotServing: it does not in time; the process's own words come along.
        """
        until = time.monotonic() + PATIENCE_SECONDS
        while self.health().get("model_version") != version:
            if self.process.poll() is not None or time.monotonic() > until:
                said = (self.folder / "log").read_text(errors="replace")[-2_000:]
                raise NotServing(f"the model process does not serve {version}; it said: {said or 'nothing'}")
            time.sleep(0.05)

    def offer(self, run: Path) -> None:
        """Put the index of another run where the process looks for it."""
        write_index(self.folder, run, self.styles, self.seed)

    def promote(self, run: Path) -> None:
        """Move the champion's link in one step."""
        beside = self.folder / "next"
        beside.symlink_to(run)
        beside.replace(self.folder / "champion")

    def cpu_seconds(self) -> float:
        """What it and its worker have used so far."""
        return sum(_cpu_seconds(pid) for pid in self._pids())

    def peak_mb(self) -> float:
        """The most memory the worker ever had."""
        return max(_peak_mb(pid) for pid in self._pids())

    def _pids(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [self.process.pid, *map(int, children.split())]


@contextmanager
def serving(folder: Path, *, threads: int, options: argparse.Namespace) -> Iterator[ModelProcess]:
    """Start it on a free port over a folder with `champion` and its index, and end it afterwards."""
    require_package("granian", install="granian")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = os.environ | {
        "CLASSIFIER_CHAMPION": str(folder / "champion"),
        "CLASSIFIER_INDEX": str(folder / "index-{run}.safetensors"),
        "CLASSIFIER_THREADS": str(threads),
        "CLASSIFIER_DECODERS": str(options.decoders),
        "CLASSIFIER_PRECISION": options.precision,
        "CLASSIFIER_DEVICE": options.device,
        "OPENBLAS_NUM_THREADS": "1",
    }
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--no-ws", "--http", "1"]
    command += ["--host", "127.0.0.1", "--port", str(port), "classifier.serve.app:app"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    served = ModelProcess(port, folder, process, options.styles, options.seed)
    try:
        served.wait_for((folder / "champion").resolve().name)
        yield served
    finally:
        process.terminate()
        process.wait()


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _peak_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024
