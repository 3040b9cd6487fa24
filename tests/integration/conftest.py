"""Fixtures of what needs a model, and of people who are dealt photos and vote on them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import small_world
from tests.conftest import NOON
from tests.dealing import mix
from tests.factories import make_batch, make_photo, make_style
from tests.model_process import ModelProcess, answering
from tests.passing import give_lanes
from tests.posting import serve
from tests.renting import clear_rack, stock, town
from truther.config import config
from truther.flow import lanes, promise, recommend, retrain
from truther.flow.classify import passing
from truther.flow.identify import wire


@pytest.fixture
def empty_shelf() -> None:
    """A data folder without pictures, snapshots, runs and champion, whatever tests before left."""
    for name in ("media", "snapshots", "runs", "models"):
        shutil.rmtree(config.data_dir / name, ignore_errors=True)


@pytest.fixture
def empty_rack() -> None:
    """No recommender serves or lies on the rack, whatever tests before left."""
    clear_rack()


@pytest.fixture
def town_served(db: None, empty_rack: None) -> None:
    """A town of two tastes, and the recommender of 2026-03-14, which serves."""
    stock()
    town(NOON)
    recommend.recommend("2026-03-14", at=NOON, clock=lambda: NOON)


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


@pytest.fixture
def shop() -> None:
    """Three styles and an open batch."""
    make_batch()
    for sku in ("red-wrap", "blue-column", "green-swing"):
        make_style(sku)


@pytest.fixture
def photos(shop: None) -> list[str]:
    """Six open photos that lie before ann."""
    names = [make_photo(f"p{number}").pk for number in range(6)]
    for name in names:
        serve(name)
    return names


@pytest.fixture
def bare_walk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three styles, an open batch, and nothing mixed into the walk."""
    for sku in ("red-wrap", "blue-column", "green-swing"):
        make_style(sku)
    make_batch()
    mix(monkeypatch)


@pytest.fixture
def allow(monkeypatch):
    """Allow lanes a share of errors, everywhere, and train for ten steps; none before the first call."""

    def change(error: float) -> None:
        allowed = config.model_copy(update={"lane_error": error, "train_steps": 10})
        for room in (passing, lanes, promise, retrain):
            monkeypatch.setattr(room, "config", allowed)

    return change


@pytest.fixture
def lanes_on(small_shop, allow):
    """Five errors in a hundred are allowed, and the champion may accept everything that it sees."""
    allow(0.05)
    give_lanes()
