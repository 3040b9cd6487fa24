"""The load test, on a small house: real server, real cookies, and an audit of what was stored."""

import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

from truther.config import ROOT

SMALL = ("--photos", "600", "--votes", "3000", "--people", "6", "--seconds", "2", "--processes", "1")


def loadtest(*options: str) -> "subprocess.CompletedProcess[str]":
    """Run the command."""
    command = [sys.executable, str(ROOT / "manage.py"), "loadtest", *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def votes_in(folder: Path) -> int:
    """Count the votes of a house."""
    base = sqlite3.connect(folder / "documents.sqlite3")
    [(count,)] = base.execute("SELECT count(*) FROM votes").fetchall()
    base.close()
    return int(count)


def test_people_play_on_a_house_that_is_built_once_and_kept(tmp_path: Path) -> None:
    race = loadtest(*SMALL, "--race", "--json", "--keep", str(tmp_path))
    assert race.returncode == 0, race.stderr
    built = votes_in(tmp_path / "600-3000")
    again = loadtest(*SMALL, "--keep", str(tmp_path))
    assert again.returncode == 0, again.stderr

    trials: list[dict[str, Any]] = json.loads(race.stdout)
    assert [trial["outbox"] for trial in trials] == [1, 5]
    assert all(trial["kept"] > 0 and trial["cards_a_refill"] > 0 for trial in trials)
    assert {(trial["lost"], trial["repeats"], trial["over_cap"]) for trial in trials} == {(0, 0, 0)}
    assert "built 600 photos" in race.stderr
    assert "built" not in again.stderr
    assert "refill p50/p95 ms" in again.stdout
    assert votes_in(tmp_path / "600-3000") > built > 2_900


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "600-3000"
    folder.mkdir()
    (folder / "documents.sqlite3").write_bytes(b"precious")

    refused = loadtest(*SMALL, "--keep", str(tmp_path))

    assert refused.returncode == 1
    assert "holds a database that no load test has built" in refused.stderr
    assert (folder / "documents.sqlite3").read_bytes() == b"precious"


def test_as_many_votes_as_photos_have_to_be_named() -> None:
    refused = loadtest("--photos", "10", "20", "--votes", "50")

    assert refused.returncode == 1
    assert "as many --votes as --photos" in refused.stderr
