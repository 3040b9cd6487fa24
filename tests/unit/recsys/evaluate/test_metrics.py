"""Metrics against numbers worked out by hand, and what must hold for any list."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from recsys.evaluate.metrics import (
    auc,
    catalogue_coverage,
    list_metrics,
    mean_over_users,
    novelty,
    rating_errors,
    reciprocal_rank,
)
from recsys.refusal import BadParameter


def relevant_of(*users: set[int], n_items: int) -> csr_array:
    cells = np.zeros((len(users), n_items))
    for row, items in enumerate(users):
        cells[row, list(items)] = 1
    return csr_array(cells)


def test_a_list_is_counted_as_by_hand():
    relevant = relevant_of({1, 4, 7}, n_items=10)
    lists = np.array([[4, 0, 1, 9]])

    at = list_metrics(lists, relevant, np.array([8]), (1, 4))

    by_hand = {  # two of ten items are known, eight could be listed
        "tp": (1, 2), "fp": (0, 2), "fn": (2, 1), "tn": (5, 3), "n": (8, 8),
        "precision": (1, 1 / 2), "recall": (1 / 3, 2 / 3), "tpr": (1 / 3, 2 / 3), "fpr": (0, 2 / 5),
        "f": (1 / 2, 4 / 7), "hr": (1, 1), "arhr": (1, 1),
        "ndcg": (1, (1 + 1 / 2) / (1 + 1 / np.log2(3) + 1 / 2)),
    }  # fmt: skip
    assert set(at) == set(by_hand)
    for name, values in by_hand.items():
        assert at[name][:, 0] == pytest.approx(values, abs=1e-15), name


def test_the_first_hit_decides_arhr():
    at = list_metrics(np.array([[5, 6, 2, 3]]), relevant_of({2, 3}, n_items=8), np.array([8]), (2, 4))

    assert at["hr"][:, 0].tolist() == [0, 1]
    assert at["arhr"][:, 0] == pytest.approx([0, 1 / 3])


def test_short_and_empty_lists_count_what_they_have():
    lists = np.array([[3, -1, -1], [-1, -1, -1]])
    at = list_metrics(lists, relevant_of({3}, {0}, n_items=4), np.array([4, 4]), (3,))

    assert at["precision"][0, 0] == 1
    assert np.isnan(at["precision"][0, 1])
    assert at["recall"][0].tolist() == [1, 0]
    assert at["fp"][0].tolist() == [0, 0]


def test_a_user_with_nothing_relevant_has_precision_zero_and_no_recall():
    at = list_metrics(np.array([[0, 1]]), relevant_of(set(), n_items=4), np.array([4]), (2,))

    assert at["precision"][0, 0] == 0
    assert at["fpr"][0, 0] == 1 / 2
    for name in ("recall", "tpr", "f", "ndcg", "hr", "arhr"):
        assert np.isnan(at[name][0, 0]), name


def test_nothing_is_found_twice_across_neighbouring_rows():
    at = list_metrics(np.array([[0], [-1]]), relevant_of({3}, {0}, n_items=4), np.array([4, 4]), (1,))

    assert at["tp"][0].tolist() == [0, 0]


@pytest.mark.parametrize("ns", [(0,), (3,), ()])
def test_lengths_outside_the_list_are_refused(ns):
    with pytest.raises(BadParameter, match="between 1 and 2"):
        list_metrics(np.array([[0, 1]]), relevant_of({0}, n_items=4), np.array([4]), ns)


def test_a_mean_leaves_out_nan():
    values = np.array([[1.0, np.nan, 3.0], [np.nan, np.nan, np.nan]])

    assert mean_over_users(values)[0] == 2
    assert np.isnan(mean_over_users(values)[1])


def test_auc_counts_ties_half_and_puts_no_answer_last():
    scores = np.array([3.0, 2.0, 2.0, np.nan, 1.0])
    everything = np.ones(5, bool)

    # item 1: before 4 and 3, level with 2, behind 0 -> 2.5 of 4
    assert auc(scores, np.array([0, 1, 0, 0, 0], bool), everything) == 2.5 / 4
    assert auc(scores, np.array([0, 0, 0, 1, 0], bool), everything) == 0
    assert auc(scores, np.array([1, 0, 0, 0, 0], bool), np.array([0, 1, 1, 1, 1], bool)) == 1 / 8
    assert np.isnan(auc(scores, np.zeros(5, bool), everything))
    assert np.isnan(auc(scores, everything, everything))


def test_the_reciprocal_rank_breaks_ties_as_lists_do():
    scores = np.array([3.0, 2.0, 2.0, np.nan, 1.0])
    everything = np.ones(5, bool)

    assert reciprocal_rank(scores, np.array([0, 0, 1, 0, 1], bool), everything) == 1 / 3
    assert reciprocal_rank(scores, np.array([0, 0, 1, 0, 0], bool), np.array([0, 0, 1, 1, 1], bool)) == 1
    assert reciprocal_rank(scores, np.array([0, 0, 0, 1, 0], bool), everything) == 0
    assert np.isnan(reciprocal_rank(scores, np.zeros(5, bool), everything))


def test_rating_errors_are_pooled_over_cells_and_say_what_they_left_out():
    errors = rating_errors(
        np.array([4.0, np.nan, 1.0, 2.0]), np.array([3.0, 5.0, 3.0, 2.0]), np.array([0, 0, 1, 1]), 3
    )

    assert errors.overall() == pytest.approx(
        {"rmse": np.sqrt(5 / 3), "mse": 5 / 3, "mae": 1.0, "scored": 3, "hidden": 4, "coverage": 3 / 4}
    )
    assert errors.by_user()["rmse"][:2] == pytest.approx([1, np.sqrt(2)])
    assert np.isnan(errors.by_user()["rmse"][2])


def test_coverage_and_novelty_look_at_heads():
    lists = np.array([[0, 1], [0, -1]])

    assert catalogue_coverage(lists, 4, 1) == 1 / 4
    assert catalogue_coverage(lists, 4, 2) == 1 / 2
    # counts + 1 = 8, 4, 2, 2 of 16: shares 1/2 and 1/4
    assert novelty(lists, np.array([7, 3, 1, 1]), 2) == pytest.approx((1 + 2 + 1) / 3)
    assert np.isnan(novelty(np.array([[-1]]), np.ones(4), 1))


@given(st.data())
def test_every_share_lies_between_nought_and_one(data):
    n_items = data.draw(st.integers(2, 12))
    order = data.draw(st.permutations(range(n_items)))
    relevant = set(data.draw(st.sets(st.integers(0, n_items - 1))))
    n = data.draw(st.integers(1, n_items))

    at = list_metrics(
        np.array([order[:n]]), relevant_of(relevant, n_items=n_items), np.array([n_items]), (n,)
    )

    for name in ("precision", "recall", "fpr", "f", "ndcg", "hr", "arhr"):
        value = at[name][0, 0]
        assert np.isnan(value) or 0 <= value <= 1, name
    assert sum(at[name][0, 0] for name in ("tp", "fp", "fn", "tn")) == n_items


@given(st.integers(1, 10), st.integers(1, 10))
def test_a_perfect_list_has_ndcg_one(n, wanted):
    relevant = relevant_of(set(range(wanted)), n_items=12)

    at = list_metrics(np.arange(12)[None], relevant, np.array([12]), (n,))

    assert at["ndcg"][0, 0] == pytest.approx(1)


def test_a_ranking_by_chance_has_auc_one_half():
    rng = np.random.default_rng(7)
    relevant, everything = np.arange(200) < 10, np.ones(200, bool)

    drawn = [auc(rng.random(200), relevant, everything) for _ in range(400)]

    assert np.mean(drawn) == pytest.approx(0.5, abs=0.02)  # its standard error is .0046


@given(st.lists(st.integers(0, 5), min_size=2, max_size=20), st.data())
def test_auc_is_what_a_double_loop_counts(levels, data):
    flags = data.draw(st.lists(st.booleans(), min_size=len(levels), max_size=len(levels)))
    scores, relevant = np.array(levels, float), np.array(flags)

    pairs = [
        1.0 if good > other else 0.5 if good == other else 0.0
        for good in scores[relevant]
        for other in scores[~relevant]
    ]

    value = auc(scores, relevant, np.ones(len(levels), bool))
    assert np.isnan(value) if not pairs else value == pytest.approx(np.mean(pairs))
