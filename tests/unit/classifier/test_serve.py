"""The model process answers every request with JSON, whatever is sent to it."""

import io
import json
import threading
import wsgiref.util
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from classifier.embedded import embed_snapshot
from classifier.index import StyleIndex
from classifier.predict import DeepDress
from classifier.serve.app import MAX_BYTES, Application, ServeConfig
from classifier.ship import ship
from classifier.snapshot import read_snapshot
from tests.tiny import dress


def picture_bytes(form: str = "PNG", size: tuple[int, int] | None = None) -> bytes:
    content = io.BytesIO()
    image = dress(2, np.random.default_rng(4), 110)
    (image.resize(size) if size else image).save(content, form)
    return content.getvalue()


def index_of(run: Path, trained: Path) -> StyleIndex:
    model = DeepDress.load(run, "cpu")
    return embed_snapshot(model, read_snapshot(trained / "snapshot")).index(model)


def ask(
    app: Application, body: bytes = b"", /, *, path="/predict", method="POST", **environment
) -> tuple[int, Any]:
    """Send one request through WSGI; returns the status and the JSON document."""
    request = {"PATH_INFO": path, "REQUEST_METHOD": method, "wsgi.input": io.BytesIO(body)}
    request |= {"CONTENT_LENGTH": str(len(body))} | environment
    wsgiref.util.setup_testing_defaults(request)
    answered: list[str] = []

    def start(status: str, *_: object) -> Any:
        answered.append(status)

    content = b"".join(app(request, start))
    return int(answered[0].split()[0]), json.loads(content)


@pytest.fixture
def folder(trained, tmp_path) -> Path:
    """A champion link to a run, and its index beside."""
    index_of(trained / "run", trained).save(tmp_path / "index-run.safetensors")
    (tmp_path / "champion").symlink_to(trained / "run")
    return tmp_path


@pytest.fixture
def config(folder) -> ServeConfig:
    return ServeConfig(folder / "champion", str(folder / "index-{run}.safetensors"))


@pytest.fixture
def app(config) -> Application:
    return Application(config)


def test_a_picture_gets_three_candidates(app):
    status, answer = ask(app, picture_bytes())

    assert status == 200
    assert answer["model_version"] == "run"
    assert len(answer["candidates"]) == 3
    assert answer["candidates"][0]["sku"] == "S2"
    assert 0 < sum(candidate["probability"] for candidate in answer["candidates"]) <= answer["p_dress"]
    assert answer["milliseconds"] > 0


def test_health_names_the_model(app):
    assert ask(app, path="/healthz", method="GET") == (200, {"model_version": "run", "styles": 5})


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"plain text", 415),
        (picture_bytes()[:60], 422),
        (picture_bytes("TIFF"), 415),
        (picture_bytes(size=(5200, 5000)), 422),
    ],
    ids=["empty", "text", "cut off", "tiff", "too many pixels"],
)
def test_what_is_no_picture_is_refused_with_a_reason(app, body, status):
    answered, document = ask(app, body)

    assert answered == status
    assert document["error"]
    assert ask(app, picture_bytes())[0] == 200  # and the place in the queue is free again


def test_too_many_bytes_are_refused_unread(app):
    class Unread(io.BytesIO):
        def read(self, *args: object) -> bytes:
            raise AssertionError("the body must not be read")

    assert ask(app, CONTENT_LENGTH=str(MAX_BYTES + 1), **{"wsgi.input": Unread()})[0] == 413


def test_too_many_bytes_without_a_length_are_refused(app):
    assert ask(app, b"x" * (MAX_BYTES + 1), CONTENT_LENGTH="")[0] == 413


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [("/predict", "GET", 405), ("/healthz", "POST", 405), ("/elsewhere", "GET", 404)],
)
def test_other_paths_and_methods_are_refused(app, path, method, status):
    assert ask(app, path=path, method=method)[0] == status


def test_without_a_champion_there_is_no_answer_yet(tmp_path):
    app = Application(ServeConfig(tmp_path / "champion", str(tmp_path / "index-{run}.safetensors")))

    status, document = ask(app, picture_bytes())

    assert (status, document["error"]) == (503, "no model with a matching index yet")


def test_a_full_queue_sends_people_away(config):
    app, entered, release = Application(replace(config, queue=1)), threading.Event(), threading.Event()

    class Slow(io.BytesIO):
        def read(self, *args: object) -> bytes:
            entered.set()
            release.wait(10)
            return picture_bytes()

    answers: list[int] = []
    first = threading.Thread(target=lambda: answers.append(ask(app, **{"wsgi.input": Slow()})[0]))
    first.start()
    assert entered.wait(10)
    assert ask(app, picture_bytes())[0] == 429
    assert ask(app, path="/healthz", method="GET")[0] == 200
    release.set()
    first.join(10)

    assert answers == [200]
    assert ask(app, picture_bytes())[0] == 200


def test_a_new_index_is_noticed(app, folder, trained):
    assert ask(app, picture_bytes())[1]["candidates"][0]["sku"] == "S2"
    index = index_of(trained / "run", trained)
    index.retire("S2")

    index.save(folder / "index-run.safetensors")

    assert "S2" not in [candidate["sku"] for candidate in ask(app, picture_bytes())[1]["candidates"]]


def test_a_new_champion_serves_only_once_its_index_is_there(app, folder, trained):
    assert ask(app, picture_bytes())[1]["model_version"] == "run"
    ship(trained / "run", folder / "night")
    (folder / "next").symlink_to(folder / "night")
    (folder / "next").replace(folder / "champion")
    assert ask(app, picture_bytes())[1]["model_version"] == "run"

    index_of(folder / "night", trained).save(folder / "index-night.safetensors")

    assert ask(app, picture_bytes())[1]["model_version"] == "night"


def test_a_damaged_champion_leaves_the_old_one_serving(app, folder):
    assert ask(app, picture_bytes())[0] == 200
    (folder / "broken").mkdir()
    (folder / "broken/facts.json").write_text("{}")
    (folder / "next").symlink_to(folder / "broken")

    (folder / "next").replace(folder / "champion")

    assert ask(app, picture_bytes())[1]["model_version"] == "run"


def test_the_environment_decides_what_serves():
    config = ServeConfig.from_environment(
        {"CLASSIFIER_CHAMPION": "/a", "CLASSIFIER_INDEX": "/i-{run}", "CLASSIFIER_QUEUE": "3"}
    )

    assert config == ServeConfig(Path("/a"), "/i-{run}", threads=1, queue=3)
    assert Image.MAX_IMAGE_PIXELS  # the limit of last resort stays on
