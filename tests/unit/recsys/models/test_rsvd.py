import numpy as np
import pytest

from recsys.data import interactions
from recsys.models import make

TIGHT = "k=3,lam=1.0,tolerance=1e-15,max_iterations=20000"


@pytest.fixture
def ratings():
    random = np.random.default_rng(8)
    user, item = np.nonzero(random.random((30, 20)) < 0.5)
    taste = random.standard_normal((30, 2)) @ random.standard_normal((2, 20))
    return interactions(user, item, np.round(3 + taste)[user, item], dtype="float64")


def test_every_solver_from_several_starts_reaches_one_optimum(ratings):
    costs = [
        make(f"rsvd-split:{TIGHT},solver={solver},seed={seed}", dtype="float64").fit(ratings).cost
        for solver in ("lbfgs", "als", "cg")
        for seed in (0, 1)
    ]

    assert max(costs) - min(costs) <= 1e-8 * min(costs)


@pytest.mark.parametrize("centring", ["none", "user", "item", "bias"])
def test_parts_of_a_score_sum_to_it_whatever_is_centred(ratings, centring):
    model = make("rsvd-split:k=3", centring=centring).fit(ratings)

    told = model.explain(4, user=7)

    assert told.base + told.parts.sum() == pytest.approx(told.score, abs=1e-5)


def test_a_known_user_folded_in_is_the_user_of_the_optimum(ratings):
    split = make(f"rsvd-split:{TIGHT}", dtype="float64").fit(ratings)
    users = split.fold_in(ratings.csr).factors
    stored = (ratings.user_rows, ratings.csr.indices)  # some ratings are 0
    errors = (users @ split.item_factors.T - ratings.csr.toarray())[stored]
    cost = 0.5 * (errors**2).sum() + 0.5 * ((users**2).sum() + (split.item_factors**2).sum())

    assert cost == pytest.approx(split.cost, rel=1e-8)
