from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.data import interactions
from recsys.refusal import BadInteractions, BadParameter

WORN: dict[str, Any] = {
    "user": ["ann", "ben", "ann"],
    "item": ["red", "red", "blue"],
    "value": [4, 5, 3],
    "time": [30, 10, 20],
}


def test_pairs_become_cells_of_sorted_users_and_items():
    data = interactions(**WORN)

    assert (list(data.users.names), list(data.items.names)) == (["ann", "ben"], ["blue", "red"])
    assert data.csr.toarray().tolist() == [[3, 4], [0, 5]]
    assert data.times.tolist() == [20, 30, 10]
    assert data.valued


def test_missing_is_not_zero_and_a_stored_zero_is_a_value():
    data = interactions(["ann", "ben"], ["red", "blue"], [0.0, 2.0])

    assert data.nnz == 2
    assert data.csr.data.tolist() == [0.0, 2.0]


def test_without_values_every_pair_only_happened():
    data = interactions(["ann"], ["red"])

    assert data.csr.data.tolist() == [1]
    assert not data.valued


@given(st.permutations(range(6)))
def test_the_order_of_rows_changes_neither_the_matrix_nor_the_hash(order):
    users, items, values, times = (
        [1, 1, 2, 3, 3, 3],
        [1, 2, 1, 3, 2, 1],
        [1, 2, 3, 4, 5, 1],
        [9, 8, 7, 6, 5, 4],
    )
    first = interactions(users, items, values, times)

    again = interactions(*([column[row] for row in order] for column in (users, items, values, times)))

    assert (again.csr.toarray() == first.csr.toarray()).all()
    assert again.times.tolist() == first.times.tolist()
    assert again.sha256 == first.sha256


@pytest.mark.parametrize(
    "changed", [{"value": [4, 5, 2]}, {"time": [31, 10, 20]}, {"item": ["red", "red", "green"]}]
)
def test_the_hash_follows_values_times_and_ids(changed):
    assert interactions(**{**WORN, **changed}).sha256 != interactions(**WORN).sha256


def test_rows_and_columns_tell_the_same_cells():
    data = interactions(**WORN)

    assert (data.csc.toarray() == data.csr.toarray()).all()
    assert data.user_rows.tolist() == [0, 0, 1]


def test_whole_numbers_stay_numbers_and_are_sorted_as_such():
    data = interactions([10, 9, 2], [1, 1, 1])

    assert data.users.names.tolist() == [2, 9, 10]
    assert data.users.rows(["9", 10]).tolist() == [1, 2]


def test_known_ids_may_have_nothing():
    data = interactions(["ann"], ["red"], users=["ann", "cem"], items=["blue", "red"])

    assert data.csr.toarray().tolist() == [[0, 1], [0, 0]]


def test_indices_take_32_bits():
    data = interactions(**WORN)

    assert {
        data.csr.indices.dtype,
        data.csr.indptr.dtype,
        data.keep(data.csr.data > 3).csr.indices.dtype,
    } == {np.dtype("int32")}


@pytest.mark.parametrize(("policy", "value"), [("last", 2.0), ("sum", 7.0), ("mean", 3.5), ("max", 5.0)])
def test_a_pair_that_comes_twice_is_merged_as_asked(policy, value):
    data = interactions(["ann", "ann"], ["red", "red"], [2, 5], [50, 40], duplicates=policy)

    assert data.csr.data.tolist() == [value]
    assert data.times.tolist() == [50]


def test_the_last_of_a_pair_without_times_is_the_later_row():
    assert interactions(["ann", "ann"], ["red", "red"], [2, 5], duplicates="last").csr.data.tolist() == [5]


def test_a_pair_that_comes_twice_is_refused_with_both_rows():
    with pytest.raises(BadInteractions, match=r"rows 0 and 2 .* user 'ann' and item 'red'.*duplicates="):
        interactions(["ann", "ben", "ann"], ["red", "red", "red"])


def test_an_unknown_policy_lists_those_there_are():
    with pytest.raises(BadParameter, match="refuse, last, sum, mean, max"):
        interactions(["ann"], ["red"], duplicates="first")


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"value": [4, float("nan"), 3]}, "row 1 has nan as value"),
        ({"value": [4, 5, float("inf")]}, "row 2 has inf as value"),
        ({"value": [4, 1e39, 3]}, "row 1 has 1e[+]39 as value: too large for float32"),
        ({"value": [4, "much", 3]}, "row 1 has 'much' as value"),
        ({"value": [4, 5]}, "3 users but 2 values"),
        ({"item": ["red", "red"]}, "3 users but 2 items"),
        ({"time": [1, 2]}, "3 users but 2 times"),
        ({"user": ["ann", None, "ben"]}, "row 1 has no user"),
        ({"user": ["ann", "", "ben"]}, "row 1 has no user"),
        ({"item": ["red", "red", float("nan")]}, "row 2 has no item"),
        ({"user": [1.5, 2.0, 3.0]}, "row 0 has 1.5 as user"),
        ({"time": [1, None, 3]}, "row 1 has no time"),
        ({"time": ["2026-01-01", "soon", "2026-01-03"]}, "row 1 has 'soon' as time"),
        ({"time": np.array(["2026-01-01", "NaT", "2026-01-03"], "datetime64[s]")}, "row 1 has no time"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_row(changed, sentence):
    with pytest.raises(BadInteractions, match=sentence):
        interactions(**{**WORN, **changed})


def test_ids_outside_those_that_are_known_are_refused():
    with pytest.raises(BadInteractions, match=r"row 1 has item 'blue', .*not among the 1 known items"):
        interactions(["ann", "ann"], ["red", "blue"], items=["red"])


def test_times_may_come_in_any_form_and_unsorted():
    forms = [
        [86_400, 0],
        ["1970-01-02T00:00:00Z", "1970-01-01"],
        [datetime.fromisoformat("1970-01-02"), datetime(1970, 1, 1, tzinfo=UTC)],
    ]
    forms.append(np.array(["1970-01-02", "1970-01-01"], "datetime64[D]"))

    assert {
        tuple(interactions(["ann", "ben"], ["red", "red"], time=form).times.tolist()) for form in forms
    } == {(86_400, 0)}


def test_some_pairs_may_be_kept_with_their_times():
    data = interactions(**WORN).at_least(4)

    assert data.csr.toarray().tolist() == [[0, 4], [0, 5]]
    assert data.times.tolist() == [30, 10]


def test_some_users_may_be_taken_with_their_times():
    data = interactions(**WORN).take_users(np.array([1]))

    assert list(data.users.names) == ["ben"]
    assert data.csr.toarray().tolist() == [[0, 5]]
    assert data.times.tolist() == [10]


def test_numbers_and_the_text_they_resemble_have_different_hashes():
    assert interactions([1], [7]).sha256 != interactions(["1"], [7]).sha256


def test_a_sum_that_float32_does_not_hold_is_refused_by_its_pair():
    with pytest.raises(BadInteractions, match="user 'ben' and item 'red' add up to more than float32 holds"):
        interactions(["ann", "ben", "ben"], ["red"] * 3, [1, 3e38, 3e38], duplicates="sum")


def test_an_unknown_dtype_is_refused():
    with pytest.raises(BadParameter, match="dtype='int8': float32 or float64"):
        interactions(**WORN, dtype="int8")


def test_text_that_is_a_number_is_a_value_and_float64_holds_what_float32_cannot():
    assert interactions(["ann"], ["red"], ["3.5"]).csr.data.tolist() == [3.5]
    assert interactions(["ann"], ["red"], [1e39], dtype="float64").csr.data.tolist() == [1e39]


def test_moments_are_no_values():
    with pytest.raises(BadInteractions, match=r"datetime64\[s\] as value: values are numbers"):
        interactions(["ann"], ["red"], np.array(["2026-01-01"], "datetime64[s]"))


def test_no_rows_at_all_are_interactions_of_nobody():
    data = interactions([], [], [], [])

    assert (data.n_users, data.n_items, data.nnz, data.times.tolist()) == (0, 0, 0, [])
