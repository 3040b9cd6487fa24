"""A small file of ratings, and a way to ask the command line."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from recsys.cli import main

DAY = 86_400


@pytest.fixture
def ratings(tmp_path) -> Path:
    """40 users, 12 items, in two groups with opposite tastes; times in 100 days."""
    rng = np.random.default_rng(3)
    lines = ["user,item,value,time"]
    for user in range(40):
        for item in rng.permutation(12)[:8]:
            value = 5 - rng.integers(2) if (user % 2) == (item % 2) else 1 + rng.integers(2)
            lines.append(f"u{user},d{item},{value},{rng.integers(100 * DAY)}")
    path = tmp_path / "ratings.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def ask(capsys) -> Callable[..., Any]:
    """Run a command with --json; the document that it prints."""

    def run(*words: object) -> Any:
        assert main([*map(str, words), "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return run
