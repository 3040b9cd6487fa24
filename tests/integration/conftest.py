"""Fixtures of what needs a model: a clean shelf and a tiny champion on it."""

import shutil
from pathlib import Path

import pytest

from tests import apart, small_world
from truther.config import config


@pytest.fixture(scope="session")
def tiny_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of six styles, trained once per session."""
    return small_world.train_tiny(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="session")
def played_shop(tiny_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of its own with a played batch; to copy, not to change."""
    folder = tmp_path_factory.mktemp("night")
    apart.fill(folder, tiny_run)
    return folder


@pytest.fixture
def empty_shelf() -> None:
    """A data folder without pictures, snapshots, runs and champion, whatever tests before left."""
    for name in ("media", "snapshots", "runs", "models"):
        shutil.rmtree(config.data_dir / name, ignore_errors=True)


@pytest.fixture
def small_shop(db: None, empty_shelf: None, tiny_run: Path) -> None:
    """Six styles in stock and the tiny model as champion."""
    small_world.install(tiny_run)
    small_world.stock()
