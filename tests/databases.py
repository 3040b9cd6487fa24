"""A pytest plugin that runs before Django reads its settings: each session gets a data folder and a database.

TRUTHER_TEST_DATABASE=mongodb puts the documents into a MongoDB-protocol server reached over a socket: the one
that TRUTHER_TEST_MONGODB_URI names (always in a throw-away database), or SecantusDB, started on a free port.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

import pymongo
import pytest


class Documents:
    """What the session started and has to stop."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="truther-test-"))
        self.server: subprocess.Popen[bytes] | None = None
        self.uri = ""

    def start(self) -> None:
        """Point the settings at this session's own folder and databases."""
        for name in [name for name in os.environ if name.startswith("TRUTHER_") and "TEST" not in name]:
            del os.environ[name]
        os.environ["TRUTHER_DATA_DIR"] = str(self.folder / "data")
        (self.folder / "data" / "static").mkdir(parents=True)  # WhiteNoise warns of a missing one
        os.environ["TRUTHER_SECRET_KEY"] = "only-for-tests-" + uuid.uuid4().hex
        if os.environ.get("TRUTHER_TEST_DATABASE", "sqlite") == "mongodb":
            self.uri = os.environ.get("TRUTHER_TEST_MONGODB_URI") or self._secantus()
            os.environ["TRUTHER_MONGODB_URI"] = self.uri
            os.environ["TRUTHER_MONGODB_NAME"] = f"truther_{uuid.uuid4().hex[:12]}"

    def _secantus(self) -> str:
        with contextlib.closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        program = Path(sys.executable).with_name("secantusd-py")
        log = (self.folder / "secantus.log").open("wb")
        command = [
            program,
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
            "--storage-path",
            self.folder / "secantus",
        ]
        self.server = subprocess.Popen([*map(str, command), "--cache-size", "256M"], stdout=log, stderr=log)
        uri = f"mongodb://127.0.0.1:{port}/?directConnection=true"
        client: pymongo.MongoClient[dict[str, object]] = pymongo.MongoClient(
            uri, serverSelectionTimeoutMS=500
        )
        for _ in range(60):
            with contextlib.suppress(pymongo.errors.PyMongoError):
                client.admin.command("ping")
                client.close()
                return uri
            time.sleep(0.25)
        raise RuntimeError(f"SecantusDB did not answer; see {log.name}")

    def stop(self) -> None:
        """Drop what was made here."""
        if self.server is not None:
            self.server.terminate()
            self.server.wait(timeout=20)
        shutil.rmtree(self.folder, ignore_errors=True)


documents = Documents()
documents.start()


def pytest_report_header() -> str:
    """Say which database the documents live in."""
    return f"documents: {documents.uri or 'SQLite'}"


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server when the session ends."""
    documents.stop()
