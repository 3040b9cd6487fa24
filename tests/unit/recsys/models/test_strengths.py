import numpy as np
import pytest
from scipy.sparse import csr_array

from recsys.data import interactions
from recsys.models import Reason, make

RANDOM = np.random.default_rng(3)
USERS, ITEMS = np.nonzero(RANDOM.random((40, 12)) < 0.5)
VALUES = RANDOM.integers(1, 6, len(USERS))
EVERYTHING = {"users": range(40), "items": range(12)}
RATED = interactions(USERS, ITEMS, VALUES, **EVERYTHING)
LIKED = interactions(USERS[VALUES > 3], ITEMS[VALUES > 3], VALUES[VALUES > 3].astype(float) - 3, **EVERYTHING)
SPECS = ["ease:lam=5", "ease:lam=5,binary=False", "itemknn", "ials:k=3,solver=cholesky", "ials:k=3"]


@pytest.mark.parametrize("spec", SPECS)
def test_values_up_to_the_level_teach_nothing_and_add_nothing_to_a_score(spec):
    above = make(spec, above=3, dtype="float64").fit(RATED)
    alone = make(spec, dtype="float64").fit(LIKED)

    scores = above.score(above.fold_in(RATED.csr.astype(float)))

    assert np.allclose(scores, alone.score(alone.fold_in(LIKED.csr.astype(float))), equal_nan=True)


@pytest.mark.parametrize("spec", SPECS)
def test_what_was_disliked_is_not_recommended_either(spec):
    model = make(spec, above=3).fit(RATED)

    lists = model.recommend(None, RATED.csr, N=12)

    for user, columns in enumerate(lists.items):
        assert not set(columns) & set(RATED.csr[[user]].indices)


@pytest.mark.parametrize("spec", SPECS)
def test_who_liked_nothing_yet_gets_what_is_popular(spec):
    model = make(spec, above=3).fit(RATED)
    disliked = csr_array(np.array([[1.0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]))

    lists = model.recommend(None, disliked, N=3)

    popular = [column for column in np.argsort(-model.fallback, kind="stable") if column > 1]
    assert lists.reasons == (Reason.POPULAR,)
    assert lists.items[0].tolist() == popular[:3]


@pytest.mark.parametrize("spec", SPECS)
def test_an_explanation_says_that_a_disliked_item_added_nothing(spec):
    model = make(spec, above=3, dtype="float64").fit(RATED)
    history = RATED.csr[[4]]

    told = model.explain(
        int(np.argmax(np.isin(np.arange(12), history.indices, invert=True))), history=history
    )

    disliked = history.indices[history.data <= 3]
    assert len(disliked)
    assert sorted(told.items.tolist()) == sorted(history.indices.tolist())
    assert not told.parts[np.isin(told.items, disliked)].any()
    assert told.base + told.parts.sum() == pytest.approx(told.score, abs=1e-9)
