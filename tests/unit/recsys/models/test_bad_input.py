"""What no model may take, whatever its kind: named, with the row or the parameter, and nothing changes."""

import numpy as np
import pytest
from scipy.sparse import coo_array, csr_array

from recsys.data import interactions
from recsys.kernels.choice import using
from recsys.kernels.rows import explicit, solve_rows
from recsys.models import MODELS, make
from recsys.refusal import BadInteractions, BadParameter, UnknownId
from tests.unit.recsys.fitting import fitted, small_world, unfitted

DATA = small_world()
FITTED = {name: fitted(name) for name in MODELS}
COUNTING = [name for name in MODELS if FITTED[name].implicit]

PREFERRING = ("visual", "vbpr")  # learn from what was taken against what was not: both must be there

every_model = pytest.mark.parametrize("name", MODELS)


def history(**cells):
    """One history: c3=5.0 is a 5 in column 3."""
    columns = [int(name[1:]) for name in cells]
    return csr_array((list(cells.values()), columns, [0, len(columns)]), shape=(1, DATA.n_items))


@every_model
class TestHistories:
    @pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e39, 1e16])
    def test_a_value_that_nobody_can_count_with_is_refused_by_its_place(self, name, value):
        histories = csr_array(np.vstack([history(c1=2.0).toarray(), history(c3=value).toarray()]))

        with pytest.raises(BadInteractions, match=r"history 1 and item 3 have .*: values are finite"):
            FITTED[name].recommend(None, histories, N=3)

    def test_an_item_that_comes_twice_is_refused(self, name):
        twice = csr_array(([2.0, 3.0], [4, 4], [0, 2]), shape=(1, DATA.n_items))

        with pytest.raises(BadParameter, match="has an item twice"):
            FITTED[name].recommend(None, twice, N=3)

    def test_cells_in_any_order_mean_the_same_and_stay_as_they_were_given(self, name):
        sorted_cells = DATA.csr[[3]].astype(np.float32)
        turned = csr_array(
            (sorted_cells.data[::-1].copy(), sorted_cells.indices[::-1].copy(), sorted_cells.indptr),
            shape=sorted_cells.shape,
        )
        before = turned.indices.tolist()

        lists = FITTED[name].recommend(None, turned, N=5)

        assert turned.indices.tolist() == before
        assert lists.items.tolist() == FITTED[name].recommend(None, sorted_cells, N=5).items.tolist()

    def test_other_sparse_forms_and_dense_rows_mean_the_same(self, name):
        cells = DATA.csr[[3, 5]]
        expected = FITTED[name].recommend(None, cells, N=5).items.tolist()

        for form in (coo_array(cells), cells.toarray(), cells.tocsc()):
            assert FITTED[name].recommend(None, form, N=5).items.tolist() == expected


@every_model
class TestQuestions:
    @pytest.mark.parametrize("what", [{"items": [1.5]}, {"exclude": ["red"]}, {"users": ["ann"]}])
    def test_names_and_fractions_are_no_rows(self, name, what):
        with pytest.raises(BadParameter, match="are whole numbers between 0 and"):
            FITTED[name].recommend(**{"users": [0], **what}, N=3)

    def test_a_mask_is_not_taken_for_columns_0_and_1(self, name):
        mask = np.arange(DATA.n_items) > 5

        with pytest.raises(BadParameter, match="flatnonzero"):
            FITTED[name].recommend([0], N=3, items=mask)

    @pytest.mark.parametrize("shape", [(1, 15), (3, 15), (2, 14)])
    def test_cells_to_exclude_are_as_many_as_users(self, name, shape):
        with pytest.raises(BadParameter, match="exclude has shape"):
            FITTED[name].recommend([0, 1], N=3, exclude=csr_array(shape))

    def test_a_list_of_no_available_dress_is_empty_and_marked(self, name):
        lists = FITTED[name].recommend([0], N=3, items=[])

        assert lists.items.tolist() == [[-1, -1, -1]]
        assert np.isnan(lists.scores).all()

    @pytest.mark.parametrize("n", [0, -3, 2.5])
    def test_likeness_lists_have_a_length_too(self, name, n):
        for ask in (
            lambda: FITTED[name].similar_items(0, N=n),
            lambda: FITTED[name].similar_users(N=n, user=0),
        ):
            with pytest.raises(BadParameter, match=f"N={n}"):
                ask()

    @pytest.mark.parametrize("row", [-1, 40])
    def test_users_out_of_range_are_alike_to_nobody(self, name, row):
        with pytest.raises(BadParameter, match=f"users are rows between 0 and 39, not {row}"):
            FITTED[name].similar_users(user=row)

    @pytest.mark.parametrize("column", [-1, 15])
    def test_items_out_of_range_have_neither_likeness_nor_prediction(self, name, column):
        with pytest.raises(BadParameter, match=f"items are columns between 0 and 14, not {column}"):
            FITTED[name].similar_items(column)
        with pytest.raises(BadParameter, match=f"items are columns between 0 and 14, not {column}"):
            FITTED[name].predict([0], [column])

    def test_one_item_is_predicted_for_each_user(self, name):
        with pytest.raises(BadParameter, match="2 users but 3 items"):
            FITTED[name].predict([0, 1], [1, 2, 3])

        assert FITTED[name].predict([], []).shape == (0,)

    def test_predictions_one_by_one_are_those_of_all_together(self, name):
        users, items = np.arange(12), np.arange(12)

        together = FITTED[name].predict(users, items)

        alone = [FITTED[name].predict([same], [same])[0] for same in range(12)]
        assert np.allclose(together, alone, rtol=1e-4, atol=1e-5, equal_nan=True)

    def test_nobody_in_particular_is_asked_for(self, name):
        with pytest.raises(BadParameter, match="give users, or user_items"):
            FITTED[name].recommend(None)
        with pytest.raises(BadParameter, match="needs a user or a history"):
            FITTED[name].similar_users()

    def test_an_unknown_name_is_told_before_any_model_is_asked(self, name):
        with pytest.raises(UnknownId, match="user 'dan' is not among the 40 known"):
            FITTED[name].users.rows(["dan"])


@every_model
class TestData:
    @pytest.mark.parametrize("value", [1e39, 1e16, np.nan])
    def test_values_that_the_models_dtype_cannot_hold_are_refused_by_their_pair(self, name, value):
        data = interactions(["ann", "ben"], ["red", "blue"], [1.0, 2.0], dtype="float64")
        data.csr.data[1] = value

        with pytest.raises(BadInteractions, match="user 'ben' and item 'blue' have"):
            unfitted(name, n_items=2).fit(data)

    def test_refused_data_leave_a_fitted_model_as_it_was(self, name):
        model = fitted(name)
        before = model.recommend([0], N=3).items.tolist()

        with pytest.raises(BadInteractions):
            model.fit(interactions([], [], users=range(3), items=range(15)))

        assert model.recommend([0], N=3).items.tolist() == before

    def test_unsorted_times_change_nothing(self, name):
        rows, columns = DATA.user_rows, DATA.csr.indices
        assert DATA.times is not None
        turned = np.random.default_rng(0).permutation(DATA.nnz)
        shuffled = interactions(
            rows[turned],
            columns[turned],
            DATA.csr.data[turned],
            DATA.times[turned],
            users=range(DATA.n_users),
            items=range(DATA.n_items),
        )

        answers = [fitted(name, data).recommend(np.arange(40), N=5) for data in (DATA, shuffled)]

        assert answers[0].scores.tobytes() == answers[1].scores.tobytes()

    def test_one_single_pair_is_enough_to_fit(self, name):
        data = interactions([0], [0], [3.0], users=range(3), items=range(4))
        model = unfitted(name, n_items=4)
        if name == "svd":
            model.set_params(k=2)

        lists = model.fit(data).recommend([0, 1], N=2)

        assert np.isfinite(lists.scores[lists.items >= 0]).all()

    @pytest.mark.parametrize("value", [1e14, 1e15])
    def test_huge_values_are_ranked_or_refused_with_what_to_do(self, name, value):
        try:
            lists = fitted(name, constant(value)).recommend(np.arange(40), N=3)
        except BadParameter as refusal:  # such a ridge beside such squares is nothing in float32
            lists = None
            told = str(refusal)

        assert np.isfinite(lists.scores[lists.items >= 0]).all() if lists else 'dtype="float64"' in told

    @pytest.mark.parametrize("value", [3.0, 1e6])
    def test_ratings_that_are_all_equal_leave_no_number_that_is_none(self, name, value):
        lists = fitted(name, constant(value), dtype="float64").recommend(np.arange(40), N=3)

        assert np.isfinite(lists.scores[lists.items >= 0]).all()

    def test_ratings_that_are_all_zero_are_values_or_teach_nothing(self, name):
        if name in PREFERRING:
            with pytest.raises(BadInteractions, match="nothing can be learnt"):
                fitted(name, constant(0.0))
        else:
            lists = fitted(name, constant(0.0)).recommend(np.arange(40), N=3)
            assert np.isfinite(lists.scores[lists.items >= 0]).all()


@every_model
class TestParameters:
    def test_a_value_of_another_kind_is_refused_by_its_name(self, name):
        for field, wrong in wrong_values(make(name)):
            with pytest.raises(BadParameter, match=f"{field}="):
                make(name, **{field: wrong})

    def test_words_for_numbers_are_refused_in_a_spec_too(self, name):
        for field, value in make(name).get_params().items():
            if isinstance(value, (int, float)):
                with pytest.raises(BadParameter, match=f"{field}='much'"):
                    make(f"{name}:{field}=much")


def constant(value):
    """The small world where everybody rates the same."""
    rows, columns = DATA.user_rows, DATA.csr.indices
    values = np.full(DATA.nnz, value)
    return interactions(rows, columns, values, DATA.times, users=range(40), items=range(15))


def wrong_values(model):
    """Each numeric parameter with values that are no numbers of its kind."""
    for field, value in model.get_params().items():
        if isinstance(value, bool):
            yield from ((field, wrong) for wrong in (1, "yes", None))
        elif isinstance(value, int):
            yield from ((field, wrong) for wrong in (2.5, "many", True, None))
        elif isinstance(value, float):
            yield from ((field, wrong) for wrong in (float("nan"), float("inf"), "much", True))


@pytest.mark.parametrize("name", COUNTING)
def test_a_negative_value_in_a_history_is_refused_where_values_are_counted(name):
    with pytest.raises(BadInteractions, match=r"history 0 and item 3 have -1: .* takes no negative values"):
        FITTED[name].recommend(None, history(c3=-1.0), N=3)


@pytest.mark.parametrize("name", [name for name in MODELS if FITTED[name].explains])
def test_a_score_is_explained_to_one_user_that_there_is(name):
    with pytest.raises(BadParameter, match="users are rows between 0 and 39, not -1"):
        FITTED[name].explain(0, user=-1)
    with pytest.raises(BadParameter, match="2 histories: one at a time"):
        FITTED[name].explain(0, history=DATA.csr[[0, 1]])
    with pytest.raises(BadParameter, match="needs a user or a history"):
        FITTED[name].explain(0)


@pytest.mark.parametrize("name", [name for name in MODELS if FITTED[name].explains])
def test_where_there_is_no_score_there_is_nothing_to_explain(name):
    model, stranger = FITTED[name], csr_array((1, DATA.n_items))
    scores = np.asarray(model.score(model.fold_in(stranger)))[0]

    for item in range(DATA.n_items):
        if np.isnan(scores[item]):
            with pytest.raises(BadParameter, match=f"{name} has no score for item {item} to explain"):
                model.explain(item, history=stranger)
        else:
            told = model.explain(item, history=stranger)
            assert told.base == pytest.approx(told.score, abs=1e-5)


@pytest.mark.parametrize("engine", ["numba", "numpy"])
def test_values_too_large_for_the_ridge_and_float32_are_refused_with_what_to_do(engine):
    cells = explicit(csr_array(np.array([[0, 1], [1, 0]], np.float32)))
    factors = np.array([[1, 1], [0, 0]], np.float32)

    with using(engine), pytest.raises(BadParameter, match=r'row 1 cannot be solved in float32: .*"float64"'):
        solve_rows(cells, factors, 1e-30)  # 1 + 1e-30 is 1
