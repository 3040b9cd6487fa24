"""An installation apart from the one under test: its own folder, its own processes, on SQLite."""

import os
import subprocess
import sys
from pathlib import Path

from truther.config import ROOT


def surroundings(folder: Path) -> dict[str, str]:
    """The environment of processes that live in a folder; nights there train for moments only."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TRUTHER_")}
    own = {
        "TRUTHER_DATA_DIR": str(folder),
        "TRUTHER_SECRET_KEY": "only-for-tests-" + "k" * 32,
        "TRUTHER_TRAIN_STEPS": "40",
    }
    return kept | own


def manage(environment: dict[str, str], *words: str) -> str:
    """Run one management command to its end and return what it printed."""
    command = [sys.executable, "manage.py", *words]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def fill(folder: Path, run: Path) -> None:
    """Fill an empty folder with six styles, a champion and a batch of sixty photos that was played."""
    environment = surroundings(folder)
    for database in ("default", "documents"):
        manage(environment, "migrate", "--database", database, "-v0")
    script = (
        "from pathlib import Path; from tests import small_world; from tests.conftest import NOON\n"
        "from truther.flow import classify, freeze\n"
        f"small_world.install(Path({str(run)!r})); small_world.stock()\n"
        "ids = small_world.post(60); classify.classify_new(now=NOON); freeze.top_up(now=NOON)\n"
        "small_world.play(ids, at=NOON)\n"
    )
    manage(environment, "shell", "--no-imports", "-c", script)
