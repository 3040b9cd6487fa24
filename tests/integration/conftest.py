"""Fixtures of what needs a model: a clean shelf and a tiny champion on it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import small_world
from tests.model_process import ModelProcess, answering
from truther.config import config
from truther.flow.identify import wire


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


@pytest.fixture
def model_process(monkeypatch) -> Iterator[ModelProcess]:
    """A model process that answers what a test tells it to, and the API asking it."""
    with answering() as process:
        monkeypatch.setattr(wire, "config", config.model_copy(update={"model_url": process.url}))
        yield process
