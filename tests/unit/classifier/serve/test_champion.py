"""The champion is swapped while it serves, and only for one that can serve."""

import asyncio
from pathlib import Path

import numpy as np
import pytest

from classifier.predict import DeepDress
from classifier.serve.application import Application
from classifier.serve.config import ServeConfig, WrongServeSetting
from classifier.serve.precision import set_precision
from classifier.ship import ship
from tests.asgi import run
from tests.tiny import dress
from tests.unit.classifier.serve.asking import (
    index_of,
    picture_bytes,
    skus,
)


def test_a_new_index_is_noticed(app, post, folder, trained):
    assert skus(post(picture_bytes()).json())[0] == "S2"
    index = index_of(trained / "run", trained)
    index.retire("S2")

    index.save(folder / "index-run.safetensors")
    app.champion.look()

    assert "S2" not in skus(post(picture_bytes()).json())


def test_a_new_champion_serves_only_once_its_index_is_there(app, post, folder, trained):
    ship(trained / "run", folder / "night")
    (folder / "next").symlink_to(folder / "night")
    (folder / "next").replace(folder / "champion")
    app.champion.look()
    assert post(picture_bytes()).json()["model_version"] == "run"

    index_of(folder / "night", trained).save(folder / "index-night.safetensors")
    app.champion.look()

    assert post(picture_bytes()).json()["model_version"] == "night"


def test_a_damaged_champion_leaves_the_old_one_serving(app, post, folder):
    (folder / "broken").mkdir()
    (folder / "broken/facts.json").write_text("{}")
    (folder / "next").symlink_to(folder / "broken")

    (folder / "next").replace(folder / "champion")
    app.champion.look()

    assert post(picture_bytes()).json()["model_version"] == "run"


@pytest.mark.parametrize("damage", [b"", b"words" * 100], ids=["empty", "words"])
def test_a_damaged_index_leaves_the_old_one_serving(app, post, folder, damage):
    (folder / "beside").write_bytes(damage)

    (folder / "beside").replace(folder / "index-run.safetensors")
    app.champion.look()

    assert skus(post(picture_bytes()).json())[0] == "S2"


def test_the_champion_is_watched_while_the_server_lives(config, folder, trained):
    app, index = Application(config), index_of(trained / "run", trained)
    index.retire("S2")

    async def live() -> None:
        async with app.running():
            while app.champion.pair is None:
                await asyncio.sleep(0.01)
            index.save(folder / "index-run.safetensors")
            while len(app.champion.pair.index) == 5:
                await asyncio.sleep(0.01)

    run(asyncio.wait_for(live(), 30))

    assert app.champion.pair is not None
    assert "S2" not in app.champion.pair.index


def test_bfloat16_stays_near_or_is_left_alone(trained, monkeypatch):
    model, pictures = DeepDress.load(trained / "run", "cpu"), [dress(2, np.random.default_rng(4), 110)]
    exact = model.embed(pictures)

    assert set_precision(model, "bf16") == "bf16"
    assert (model.embed(pictures) * exact).sum() > 0.998

    monkeypatch.setattr("classifier.serve.precision.LEAST_COSINE", 1.1)
    assert set_precision(model, "bf16") == "fp32"
    assert np.array_equal(model.embed(pictures), exact)


def test_the_environment_decides_what_serves():
    config = ServeConfig.from_environment(
        {"CLASSIFIER_CHAMPION": "/a", "CLASSIFIER_INDEX": "/i-{run}", "CLASSIFIER_QUEUE": "3"}
    )

    assert config == ServeConfig(Path("/a"), "/i-{run}", queue=3)


@pytest.mark.parametrize(("name", "value"), [("QUEUE", "0"), ("BATCH", "many"), ("PRECISION", "fp8")])
def test_a_wrong_variable_is_named(name, value):
    with pytest.raises(WrongServeSetting, match=f"CLASSIFIER_{name} is '{value}'"):
        ServeConfig.from_environment({f"CLASSIFIER_{name}": value})
