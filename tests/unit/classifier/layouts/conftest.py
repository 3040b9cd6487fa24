"""Tiny data sets, written by hand in the forms of the real ones."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

Put = Callable[..., Path]


@pytest.fixture
def put(tmp_path) -> Put:
    """Write a plain picture under the test's folder; every call another colour unless one is given."""
    made = []

    def write(
        name: str, colour: tuple[int, int, int] | None = None, size: tuple[int, int] = (20, 25)
    ) -> Path:
        made.append(name)
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        colour = colour or (len(made) * 7 % 256, len(made) * 13 % 256, len(made))
        Image.new("RGB", size, colour).save(path)
        return path

    return write
