"""The table of promises, on a shop whose photos can be exchanged."""

from argparse import Namespace
from typing import Any

import numpy as np
import pytest

from classifier.bench.promises import lanes_rows, parted, quarters, sets_rows
from classifier.calibrate import Calibration
from tests.unit.classifier.calibrate.worlds import shop

OPTIONS = Namespace(miss=0.1, lane_error=[0.05])


def test_coverage_over_partings_is_as_promised_where_each_group_has_its_quantile():
    evidence, truth, photos = shop(4000)

    found = [parted(Calibration(), evidence, truth, photos, OPTIONS, seed) for seed in range(6)]

    listed: list[Any] = sets_rows([sets for sets, _ in found])
    rows = {(row["quantile"], row["group"]): row for row in listed}
    groups = ["all", "cold", "not_dress", "unlisted", "warm"]
    assert sorted(group for quantile, group in rows if quantile == "by group") == groups
    for group in groups:
        assert rows["by group", group]["covered"] == pytest.approx(0.9, abs=0.03)
    pooled = [rows["pooled", group]["covered"] for group in groups[1:]]
    assert max(pooled) - min(pooled) > 0.1
    lanes: list[Any] = lanes_rows([lanes for _, lanes in found])
    [accept, reject] = lanes
    assert (accept["lane"], reject["lane"]) == ("accept", "reject")
    assert accept["open in"] == "6 of 6"
    assert accept["error"] < 0.05


def test_owners_are_never_parted():
    owners = [f"owner {n % 40}" for n in range(400)]

    parts = quarters(owners, seed=3)

    assert np.array_equal(np.sum(parts, axis=0), np.ones(400))
    for part in parts:
        assert {part[[n for n in range(400) if owners[n] == owner]].mean() for owner in owners} <= {0.0, 1.0}


def test_a_group_without_photos_has_no_number():
    row: dict[str, Any] = {"quantile": "pooled", "group": "cold", "n": 0, "covered": None, "size": None}

    [found] = sets_rows([[row], [row]])

    assert (found["covered"], found["spread"], found["mean size"]) == (None, None, None)
