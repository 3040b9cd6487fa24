import numpy as np
import pytest

from recsys.bench.cold import SPECS, hidden_items, judged, run
from recsys.data import interactions
from recsys.refusal import BadInteractions
from recsys.synthetic import rentals

TOWN = rentals(5, users=400, items=80, weeks=20, dimensions=8)


def test_knowing_all_tastes_beats_pictures_and_pictures_beat_chance_in_a_drawn_town():
    rows = {row["model"]: row for row in run((10,))}

    assert set(rows) == {"truth", *SPECS}
    assert rows["truth"]["auc"] > rows["visual"]["auc"] > rows["random"]["auc"]
    assert rows["popular"]["auc"] == 0.5  # nobody had a cold dress: all are alike to it
    assert all(row["auc low"] <= row["auc"] <= row["auc high"] for row in rows.values())


def test_given_data_are_judged_on_items_that_training_does_not_hold():
    case = hidden_items(TOWN.interactions, TOWN.features, seed=1)

    assert case.cold.sum() == 16
    assert not case.cold[case.train.csr.indices].any()
    assert (case.taken.any(axis=0) <= case.cold).all()
    assert [row["model"] for row in run((1, 2), data=TOWN.interactions, features=TOWN.features)] == [*SPECS]


def test_items_without_a_picture_are_never_held_out():
    features = TOWN.features.copy()
    features[:40] = np.nan

    case = hidden_items(TOWN.interactions, features, seed=1)

    assert case.cold.sum() == 8
    assert not case.cold[:40].any()


def test_a_perfect_ranking_has_both_measures_at_one():
    case = hidden_items(TOWN.interactions, TOWN.features, seed=1)

    assert np.allclose(judged(case.taken.astype(float), case), 1)


def test_data_in_which_nobody_has_a_cold_item_are_refused():
    data = interactions(["a", "b"], ["x", "y"])

    with pytest.raises(BadInteractions, match="nothing to judge by"):
        hidden_items(data, np.ones((2, 1)), seed=0)
    with pytest.raises(BadInteractions, match="need features"):
        run((0,), data=data)
