"""What every model promises: one class of tests that grows with the registry."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from recsys.data import interactions
from recsys.kernels.choice import threads
from recsys.models import MODELS, Reason, make
from recsys.models.storing import load, save
from recsys.refusal import BadInteractions, BadParameter, NotFitted
from tests.unit.recsys.fitting import fitted, small_world, unfitted

DATA = small_world()
FITTED = {name: fitted(name) for name in MODELS}
EXPLAINING = [name for name in MODELS if FITTED[name].explains]
COUNTING = [name for name in MODELS if FITTED[name].implicit]
KNOWING_NOBODY = csr_array((1, DATA.n_items))
EVERYBODY = np.arange(DATA.n_users)

every_model = pytest.mark.parametrize("name", MODELS)


@every_model
class TestLists:
    def test_nothing_of_the_history_is_listed_again(self, name):
        lists = FITTED[name].recommend(EVERYBODY, N=DATA.n_items)

        assert not any(set(row) & set(DATA.csr[[user]].indices) for user, row in enumerate(lists.items))

    def test_what_was_liked_may_be_listed_when_asked_for(self, name):
        lists = FITTED[name].recommend([0], N=DATA.n_items, filter_already_liked_items=False)

        assert set(lists.items[0]) & set(DATA.csr[[0]].indices)

    def test_scores_fall_along_a_list_and_no_item_comes_twice(self, name):
        lists = FITTED[name].recommend(EVERYBODY, N=5)

        for row, scores in zip(lists.items, lists.scores, strict=True):
            assert len(set(row[row >= 0])) == np.count_nonzero(row >= 0)
            assert (np.diff(scores[row >= 0]) <= 0).all()

    def test_too_few_candidates_make_a_shorter_list_that_is_marked(self, name):
        lists = FITTED[name].recommend([0, 1], N=6, items=[2, 3])

        assert (lists.items[:, 2:] == -1).all()
        assert np.isnan(lists.scores[lists.items == -1]).all()
        assert set(lists.items.ravel()) <= {-1, 2, 3}
        assert (lists.counts <= 2).all()

    def test_retired_dresses_make_room_for_the_next_best(self, name):
        before = FITTED[name].recommend([0], N=4).items[0]

        after = FITTED[name].recommend([0], N=3, exclude=[int(before[0])]).items[0]

        assert list(after) == list(before[1:])

    def test_each_user_may_have_cells_of_their_own_excluded(self, name):
        before = FITTED[name].recommend([0, 1], N=4).items
        cells = csr_array(([1.0], ([1], [int(before[1, 0])])), shape=(2, DATA.n_items))

        after = FITTED[name].recommend([0, 1], N=3, exclude=cells).items

        assert list(after[0]) == list(before[0, :3])
        assert list(after[1]) == list(before[1, 1:])

    def test_an_empty_history_gets_what_is_popular_lately_and_is_told_so(self, name):
        model = FITTED[name]

        lists = model.recommend(None, KNOWING_NOBODY, N=3)

        if model.needs_history:
            assert lists.reasons == (Reason.POPULAR,)
            assert list(lists.items[0]) == list(np.argsort(-model.fallback, kind="stable")[:3])
        else:
            assert lists.reasons == (Reason.MODEL,)
        assert lists.counts[0] == 3

    def test_nobody_asked_for_is_an_empty_answer(self, name):
        assert FITTED[name].recommend([], N=3).items.shape == (0, 3)

    def test_answers_do_not_hang_on_who_else_is_asked_for(self, name):
        together = FITTED[name].recommend(EVERYBODY, N=5)
        alone = FITTED[name].recommend([7], N=5)

        assert list(together.items[7]) == list(alone.items[0])
        assert np.allclose(together.scores[7], alone.scores[0], rtol=1e-4, equal_nan=True)

    @pytest.mark.parametrize("n", [0, -1, 16])
    def test_a_list_longer_than_the_catalogue_or_empty_is_refused(self, name, n):
        with pytest.raises(BadParameter, match=rf"N={n}: between 1 and 15"):
            FITTED[name].recommend([0], N=n)

    @pytest.mark.parametrize("asked", [{"users": [40]}, {"users": [-1]}, {"users": [0], "items": [15]}])
    def test_rows_that_do_not_exist_are_refused(self, name, asked):
        with pytest.raises(BadParameter, match="between 0 and"):
            FITTED[name].recommend(**asked, N=3)

    def test_histories_of_another_width_are_refused(self, name):
        with pytest.raises(BadParameter, match="the model knows 15 items"):
            FITTED[name].recommend(None, csr_array((1, 14)), N=3)

    def test_users_and_histories_of_different_number_are_refused(self, name):
        with pytest.raises(BadParameter, match="2 users but 1 histories"):
            FITTED[name].recommend([0, 1], KNOWING_NOBODY, N=3)


@every_model
class TestFits:
    def test_a_model_is_not_asked_before_its_fit(self, name):
        with pytest.raises(NotFitted):
            unfitted(name).recommend([0])

    def test_data_without_a_single_pair_are_refused(self, name):
        with pytest.raises(BadInteractions, match="not a single interaction"):
            unfitted(name, n_items=3).fit(interactions([], [], users=range(3), items=range(3)))

    def test_an_interrupted_fit_leaves_a_model_that_says_so(self, name):
        model = fitted(name)
        asked = []

        def interrupt(done, of):
            asked.append(done)
            raise KeyboardInterrupt

        try:
            model.fit(DATA, progress=interrupt)
        except KeyboardInterrupt:
            with pytest.raises(NotFitted):
                model.recommend([0])
        assert model._fitted is not bool(asked)  # a model that reports no progress is done in one step

    def test_constant_values_are_fitted_without_a_number_that_is_none(self, name):
        same = DATA.as_ones()

        lists = fitted(name, same).recommend(EVERYBODY, N=3)

        assert np.isfinite(lists.scores[lists.items >= 0]).all()

    def test_the_same_data_and_seed_give_the_same_bits_on_one_and_two_threads(self, name):
        answers = []
        for count in (1, 2):
            with threads(count):
                answers.append(fitted(name).recommend(EVERYBODY, N=5))

        assert (answers[0].items == answers[1].items).all()
        assert answers[0].scores.tobytes() == answers[1].scores.tobytes()

    def test_scores_are_float32_unless_asked_otherwise(self, name):
        assert FITTED[name].recommend([0], N=3).scores.dtype == np.float32
        assert fitted(name, dtype="float64").recommend([0], N=3).scores.dtype == np.float64

    def test_a_saved_model_answers_the_same(self, name, tmp_path):
        save(FITTED[name], tmp_path / "model")

        again = load(tmp_path / "model", train=DATA)

        for asked in ({"users": EVERYBODY}, {"users": None, "user_items": DATA.csr[[3, 39]]}):
            first, second = FITTED[name].recommend(**asked, N=5), again.recommend(**asked, N=5)
            assert (first.items == second.items).all()
            assert first.scores.tobytes() == second.scores.tobytes()
            assert first.reasons == second.reasons

    def test_a_loaded_model_needs_no_training_data_for_histories(self, name, tmp_path):
        save(FITTED[name], tmp_path / "model")

        again = load(tmp_path / "model")

        histories = DATA.csr[[3]]
        assert (again.recommend(None, histories).items == FITTED[name].recommend(None, histories).items).all()


@every_model
class TestParameters:
    def test_parameters_come_back_as_they_were_set(self, name):
        params = FITTED[name].get_params()

        assert make(name, **params).get_params() == params

    def test_an_unknown_parameter_is_named_beside_those_there_are(self, name):
        with pytest.raises(BadParameter, match=r"no parameter 'taste'; it has .*dtype"):
            make(name).set_params(taste=3)

    def test_a_refused_value_changes_nothing(self, name):
        model = make(name)
        before = model.get_params()

        with pytest.raises(BadParameter, match="dtype"):
            model.set_params(dtype="float16")

        assert model.get_params() == before

    def test_changed_parameters_need_a_new_fit(self, name):
        model = fitted(name).set_params(dtype="float64")

        with pytest.raises(NotFitted):
            model.recommend([0])


@every_model
class TestLikeness:
    def test_similar_items_leave_the_item_itself_out(self, name):
        alike = FITTED[name].similar_items(4, N=6)

        assert 4 not in alike.items
        assert (np.diff(alike.scores[alike.items >= 0]) <= 0).all()

    def test_similar_users_leave_the_user_out(self, name):
        alike = FITTED[name].similar_users(N=6, user=4)

        assert 4 not in alike.items

    def test_a_new_user_has_similar_users_too(self, name):
        alike = FITTED[name].similar_users(N=3, history=DATA.csr[[6]])

        assert alike.counts[0] == 3


@pytest.mark.parametrize("name", COUNTING)
def test_negative_values_of_what_happened_are_refused_by_name(name):
    bad = interactions(["ann", "ben"], ["red", "blue"], [1.0, -2.0])

    with pytest.raises(BadInteractions, match="user 'ben' and item 'blue' have -2"):
        unfitted(name, n_items=2).fit(bad)


@pytest.mark.parametrize("name", EXPLAINING)
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_an_explanation_sums_to_the_score(name, data):
    model = FITTED[name]
    cells = data.draw(st.dictionaries(st.integers(0, 14), st.sampled_from([1, 2, 3, 4, 5]), min_size=1))
    columns = sorted(cells)
    history = csr_array(([float(cells[c]) for c in columns], columns, [0, len(columns)]), shape=(1, 15))
    item = data.draw(st.integers(0, 14))
    scores = np.asarray(model.score(model.fold_in(model.as_histories(history))))[0]

    if np.isnan(scores[item]):  # no answer, nothing to explain
        return
    why = model.explain(item, history=history)

    assert why.score == pytest.approx(scores[item], abs=1e-5)
    assert why.base + why.parts.sum() == pytest.approx(why.score, abs=1e-5)
    assert sorted(why.items) == columns
    assert (np.diff(np.abs(why.parts)) <= 1e-12).all()


@pytest.mark.parametrize("name", [name for name in MODELS if name not in EXPLAINING])
def test_a_model_that_cannot_explain_says_so(name):
    with pytest.raises(BadParameter, match="does not explain"):
        FITTED[name].explain(0, user=0)


# Even users like even dresses, odd users odd ones; each user has not seen exactly one of their own colour.
TASTES = [
    (user, item, 5 if user % 2 == item % 2 else 1)
    for user in range(24)
    for item in range(12)
    if item != (user % 12) and (user + item * 5) % 7
]
LEARNING = [name for name in MODELS if name not in ("random", "popular", "popular-rated", "svd", "svdf")]


@pytest.mark.parametrize("name", LEARNING)
def test_the_left_out_dress_of_a_checkerboard_comes_before_those_of_the_other_colour(name):
    users, items, values = (np.array(column) for column in zip(*TASTES, strict=True))
    if FITTED[name].implicit or not FITTED[name].predicts_ratings:
        users, items, values = (column[values == 5] for column in (users, items, values))
    board = interactions(users, items, values, users=range(24), items=range(12))
    model = fitted(name, board)

    ahead = []
    for user in range(24):
        scores = np.nan_to_num(model.score(model.known(np.array([user])))[0], nan=-np.inf)
        left_out = user % 12
        others = [item for item in range(12) if item % 2 != user % 2]
        ahead.append(np.mean([scores[left_out] > scores[item] for item in others]))

    assert np.mean(ahead) > 0.9
