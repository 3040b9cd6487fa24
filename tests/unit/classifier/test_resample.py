import numpy as np
import pytest

from classifier.gate.difference import paired_difference
from classifier.resample import groups_of


def test_unknown_owners_are_one_each():
    assert groups_of(["ann", "", "ben", "", "ann"]).tolist() == [0, 1, 2, 3, 0]


def test_the_interval_is_as_wide_as_the_formula_says():
    chance = np.random.default_rng(3)
    differences = chance.choice([-1.0, 0.0, 1.0], size=2000, p=[0.03, 0.92, 0.05])

    found = paired_difference(differences, [""] * 2000)

    error = differences.std() / np.sqrt(2000)
    assert found.mean == differences.mean()
    assert found.spread == pytest.approx(error, rel=0.06)
    assert found.high - found.low == pytest.approx(2 * 1.96 * error, rel=0.08)
    assert (found.n, found.owners) == (2000, 2000)


def test_photos_that_hang_together_widen_it():
    chance = np.random.default_rng(4)
    differences = np.repeat(chance.choice([-1.0, 0.0, 1.0], size=300, p=[0.03, 0.92, 0.05]), 4)
    owners = [f"owner{number // 4}" for number in range(1200)]

    together, apart = paired_difference(differences, owners), paired_difference(differences, [""] * 1200)

    assert together.spread / apart.spread == pytest.approx(2.0, rel=0.1)


def test_the_same_seed_gives_the_same_interval_however_much_is_held_at_once(monkeypatch):
    differences = np.random.default_rng(5).choice([-1.0, 0.0, 1.0], size=50)

    at_once = paired_difference(differences, [""] * 50, seed=1)
    monkeypatch.setattr("classifier.resample.TOGETHER", 200)

    assert paired_difference(differences, [""] * 50, seed=1) == at_once
