"""A pytest plugin that runs before Django reads its settings: each session gets a data folder and a database.

TRUTHER_TEST_DATABASE=mongodb puts the documents into a MongoDB-protocol server reached over a socket: the one
that TRUTHER_TEST_MONGODB_URI names (always in a throw-away database), or SecantusDB, started on a free port.
"""

import os
import shutil
import tempfile
import uuid
from pathlib import Path

import pytest

from tests.servers import Secantus


class Documents:
    """What the session started and has to stop."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="truther-test-"))
        self.server: Secantus | None = None
        self.uri = ""

    def start(self) -> None:
        """Point the settings at this session's own folder and databases."""
        for name in [name for name in os.environ if name.startswith("TRUTHER_") and "TEST" not in name]:
            del os.environ[name]
        os.environ["TRUTHER_DATA_DIR"] = str(self.folder / "data")
        (self.folder / "data" / "static").mkdir(parents=True)  # WhiteNoise warns of a missing one
        os.environ["TRUTHER_SECRET_KEY"] = "only-for-tests-" + 2 * uuid.uuid4().hex
        if os.environ.get("TRUTHER_TEST_DATABASE", "sqlite") == "mongodb":
            self.uri = os.environ.get("TRUTHER_TEST_MONGODB_URI") or self._secantus()
            os.environ["TRUTHER_MONGODB_URI"] = self.uri
            os.environ["TRUTHER_MONGODB_NAME"] = f"truther_{uuid.uuid4().hex[:12]}"

    def _secantus(self) -> str:
        self.server = Secantus(self.folder / "secantus")
        self.server.start("--cache-size", "256M")
        return self.server.uri

    def stop(self) -> None:
        """Drop what was made here."""
        if self.server is not None:
            self.server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


documents = Documents()
documents.start()


def pytest_report_header() -> str:
    """Say which database the documents live in."""
    return f"documents: {documents.uri or 'SQLite'}"


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server when the session ends."""
    documents.stop()
