import numpy as np
import pytest

from recsys.data import interactions
from recsys.models import make
from recsys.models.storing import load, save
from recsys.refusal import BadParameter

RANDOM = np.random.default_rng(2)
USERS, ITEMS = np.nonzero(RANDOM.random((60, 12)) < 0.3)
TRAIN = interactions(USERS, ITEMS, users=range(60), items=range(12))


def test_weights_are_the_best_that_leave_each_item_out_of_its_own_score():
    weights = make("ease:lam=3,dtype=float64").fit(TRAIN).weights
    happened = TRAIN.csr.toarray().astype(float)

    # Where no weight is held at 0, the gradient of |X - X B|² + lam |B|² is 0.
    gradient = happened.T @ (happened @ weights - happened) + 3 * weights

    assert not weights.diagonal().any()
    assert np.allclose(gradient[~np.eye(12, dtype=bool)], 0, atol=1e-10)


def test_more_items_than_the_inverse_can_take_are_refused_with_what_to_use():
    wide = interactions([0], [0], users=[0], items=range(20_001))

    with pytest.raises(BadParameter, match="20001 items are more than the 20000") as refused:
        make("ease").fit(wide)

    assert "use ials or itemknn" in str(refused.value)


def test_pruned_weights_are_kept_sparse_and_come_back(tmp_path):
    whole, pruned = (make("ease:lam=3", prune=prune).fit(TRAIN) for prune in (0.0, 0.05))
    save(pruned, tmp_path / "m")
    again = load(tmp_path / "m")

    kept = np.abs(whole.weights) >= 0.05
    assert 0 < kept.sum() < 12 * 11
    assert np.array_equal(pruned.weights, np.where(kept, whole.weights, 0))
    assert np.array_equal(again.weights, pruned.weights)
    assert len(pruned.arrays()["data"]) == kept.sum()
