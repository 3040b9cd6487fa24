"""Database servers of a test's own, as processes on free ports: SecantusDB and PostgreSQL."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pymongo


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(answers: Callable[[], bool], *, seconds: float, what: str) -> None:
    """Ask again until it answers.

    Raises:
        RuntimeError: it did not in time.
    """
    until = time.monotonic() + seconds
    while not answers():
        if time.monotonic() > until:
            raise RuntimeError(f"{what} did not answer within {seconds} s")
        time.sleep(0.2)


class Secantus:
    """A server that speaks MongoDB's protocol; killed and started again, it has what it confirmed."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.uri = f"mongodb://127.0.0.1:{self.port}/?directConnection=true"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *options: str) -> None:
        """Start it, and wait until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        program = Path(sys.executable).with_name("secantusd-py")
        here = ("--host", "127.0.0.1", "--port", str(self.port), "--storage-path", str(self.folder / "data"))
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen([str(program), *here, *options], stdout=log, stderr=log)
        wait_until(self._answers, seconds=20, what=f"SecantusDB, see {self.folder / 'log'},")

    def stop(self) -> None:
        """End it in good order."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=20)

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(timeout=20)

    def _answers(self) -> bool:
        client = pymongo.MongoClient[dict[str, object]](self.uri, serverSelectionTimeoutMS=500)
        with client, contextlib.suppress(pymongo.errors.PyMongoError):
            client.admin.command("ping")
            return True
        return False


class Postgres:
    """A PostgreSQL cluster in a folder of its own; since it refuses root, root lets another user run it."""

    def __init__(self) -> None:
        # Not under pytest's folders, which nobody but their owner may enter.
        self.folder, self.port = Path(tempfile.mkdtemp(prefix="truther-postgres-")), free_port()
        self.url = f"postgres://truther@127.0.0.1:{self.port}/postgres"
        self.programs = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        self.user = "postgres" if os.getuid() == 0 else None
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Make the cluster, start it, and wait until it answers."""
        if self.user:
            shutil.chown(self.folder, self.user)
        data = str(self.folder / "data")
        made = self._run("initdb", "-D", data, "-U", "truther", "-A", "trust", "--no-sync").wait(timeout=60)
        assert made == 0, (self.folder / "log").read_text()
        network = ("-h", "127.0.0.1", "-p", str(self.port), "-k", data)
        self.process = self._run("postgres", "-D", data, *network, "-F")
        wait_until(self._answers, seconds=30, what=f"PostgreSQL, see {self.folder / 'log'},")

    def stop(self) -> None:
        """End it, and leave nothing behind."""
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)  # its fast shutdown: clients are sent away
            self.process.wait(timeout=20)
        shutil.rmtree(self.folder)

    def _run(self, program: str, *options: str) -> "subprocess.Popen[bytes]":
        command = [str(self.programs / program), *options]
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, user=self.user, group=self.user, cwd="/")

    def _answers(self) -> bool:
        with contextlib.suppress(psycopg.OperationalError), psycopg.connect(self.url, connect_timeout=2):
            return True
        return False
