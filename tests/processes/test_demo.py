"""The README's commands one after the other: fill, vote, run a night, look."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.apart import manage, surroundings
from truther.config import ROOT

pytestmark = pytest.mark.slow
SIZE = ("--styles", "24", "--photos", "150", "--seed", "3")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    for database in ("default", "documents"):
        manage(surroundings(folder), "migrate", "--database", database, "-v0")
    manage(surroundings(folder), "demo", *SIZE)
    return folder


def answer(folder: Path, *words: str) -> dict:
    return json.loads(manage(surroundings(folder), *words, "--json"))


def copy(filled: Path, tmp_path: Path) -> Path:
    shutil.copytree(filled, tmp_path / "data", symlinks=True)
    return tmp_path / "data"


def test_people_play_a_night_runs_and_the_model_looks_again_at_what_is_left(filled, tmp_path):
    folder = copy(filled, tmp_path)
    photos = answer(folder, "demo", *SIZE)["photos"]  # fills nothing more
    before = answer(folder, "demo", "--look")

    played = answer(folder, "demo", "--votes", "150", "--seed", "1")
    stages = {name: stage["result"] for name, stage in answer(folder, "nightly")["stages"].items()}
    after = answer(folder, "demo", "--look")

    assert 120 <= photos <= 180
    assert played["votes"] == played["kept"] == 150
    assert played["right"] > 0.9
    assert stages["freeze"]["golden"] == played["settled"] > 20
    assert stages["freeze"]["carried"] == stages["classify"]["again"]
    assert 0 <= photos - played["settled"] - stages["freeze"]["carried"] <= 3  # repeats of other photos
    assert 3 * after["chance_top3"] < after["top3"]
    assert after["dresses"] < before["dresses"]


def test_the_same_seed_casts_the_same_votes(filled, tmp_path):
    first, second = copy(filled, tmp_path / "first"), copy(filled, tmp_path / "second")

    reports = [answer(folder, "demo", "--votes", "60", "--seed", "5") for folder in (first, second)]

    timeless = [report | {"seconds": 0} for report in reports]
    assert timeless[0] == timeless[1]


def test_another_demo_is_refused_where_one_lies(filled):
    command = [sys.executable, "manage.py", "demo", "--styles", "25", "--photos", "150", "--seed", "3"]

    done = subprocess.run(
        command, cwd=ROOT, env=surroundings(filled), capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert "A demo made with --styles 24 --photos 150 --seed 3 lies in" in done.stderr
    assert "another TRUTHER_DATA_DIR" in done.stderr
