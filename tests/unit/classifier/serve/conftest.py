"""An application over a champion that was trained in a second."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from classifier.serve.application import Application
from classifier.serve.config import ServeConfig
from tests.asgi import Answered, ask, run
from tests.unit.classifier.serve.asking import (
    Ask,
    index_of,
)


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
def make_app(config) -> Iterator[Callable[..., Application]]:
    """An application with its champion loaded."""
    made: list[Application] = []

    def make(**changes: Any) -> Application:
        made.append(Application(replace(config, **changes)))
        made[-1].champion.look()
        return made[-1]

    yield make
    for app in made:
        app.batcher.close()


@pytest.fixture
def app(make_app) -> Application:
    return make_app()


@pytest.fixture
def post(app) -> Ask:
    """Send one request to the application of this test."""

    def send(body: Any = b"", kind: str = "image/png", **options: Any) -> Answered:
        answered = run(ask(app, body, kind, **options))
        assert answered is not None
        return answered

    return send
