"""Solving again for whoever asks changes no later answer."""

import numpy as np
import pytest
from scipy.sparse import vstack

from recsys.data import interactions
from recsys.models import make
from recsys.refusal import BadParameter
from tests.unit.recsys.fitting import fitted, small_world

DATA = small_world()
ASKED = DATA.csr[[3, 8]]
refitting = pytest.mark.parametrize("name", ["als", "rsvd"])


def of(name):
    return fitted(name, refit=True)


@refitting
def test_an_answer_does_not_hang_on_earlier_questions(name):
    model = of(name)
    before = model.recommend(None, ASKED, N=5)
    arrays = {key: value.copy() for key, value in model.arrays().items()}

    model.recommend(None, DATA.csr[[10, 11, 12]], N=5)
    after = model.recommend(None, ASKED, N=5)

    assert before.scores.tobytes() == after.scores.tobytes()
    assert (before.items == after.items).all()
    assert all((model.arrays()[key] == value).all() for key, value in arrays.items())


@refitting
def test_the_answer_is_that_of_a_fit_on_both(name):
    both = vstack([DATA.csr, ASKED]).tocoo()
    rows, columns = both.coords
    whole = interactions(rows, columns, both.data, users=range(both.shape[0]), items=DATA.items)
    stacked = fitted(name, whole)

    state = of(name).fold_in(ASKED.astype(np.float32))

    np.testing.assert_array_equal(state.model.item_factors, stacked.item_factors)
    if name == "rsvd":
        np.testing.assert_array_equal(state.factors, stacked.fold_in(ASKED.astype(np.float32)).factors)
        assert state.model.cost == stacked.cost > of(name).cost
    else:
        np.testing.assert_array_equal(state.factors, stacked.user_factors[-2:])


@refitting
def test_fitted_users_are_not_counted_twice(name):
    again, plain = of(name), fitted(name)

    assert again.recommend([3, 8], N=5).scores.tobytes() == plain.recommend([3, 8], N=5).scores.tobytes()


@refitting
def test_similar_users_are_compared_within_one_solution(name):
    again, plain = of(name), fitted(name)

    assert list(again.similar_users(N=4, user=3).items[0]) == list(plain.similar_users(N=4, user=3).items[0])


def test_an_explanation_is_that_of_the_new_solution():
    told = of("rsvd").explain(4, history=DATA.csr[[3]])

    assert told.base + told.parts.sum() == pytest.approx(told.score, abs=1e-5)
    assert told.score != fitted("rsvd").explain(4, history=DATA.csr[[3]]).score


def test_als_does_not_explain_what_its_last_round_left_behind():
    with pytest.raises(BadParameter, match="set refit=False"):
        of("als").explain(4, history=DATA.csr[[3]])


def test_a_start_of_another_width_is_refused():
    with pytest.raises(BadParameter, match="factors have 2 columns, k is 3"):
        make("als:k=3").start_from(np.ones((15, 2)))
