"""Fixtures of installations apart: whole processes over folders of their own, always on SQLite."""

from pathlib import Path

import pytest

from tests import apart


@pytest.fixture(scope="session")
def played_shop(tiny_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of its own with a played batch; to copy, not to change."""
    folder = tmp_path_factory.mktemp("night")
    apart.fill(folder, tiny_run)
    return folder
