"""Intervals cover what they should, tests find what is there, and small ones are worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.evaluate.statistics import bootstrap_means, bootstrap_ratios, flip_p, holm, interval


def test_the_bootstrap_of_one_value_is_that_value():
    low, high = interval(bootstrap_means(np.full((9, 1), 0.25), draws=50))

    assert (low[0], high[0]) == (0.25, 0.25)


def test_an_interval_is_as_wide_as_theory_says():
    values = np.random.default_rng(0).normal(3, 2, (400, 1))

    low, high = interval(bootstrap_means(values, draws=2000))

    assert high[0] - low[0] == pytest.approx(2 * 1.96 * values.std() / 20, rel=0.1)
    assert low[0] < values.mean() < high[0]


def test_nan_is_left_out_column_by_column():
    values = np.array([[1.0, np.nan, np.nan], [1.0, 5.0, np.nan]])

    drawn = bootstrap_means(values, draws=200, seed=3)

    assert (drawn[:, 0] == 1).all()
    assert set(np.unique(drawn[~np.isnan(drawn[:, 1]), 1])) == {5.0}
    assert np.isnan(interval(drawn)[0][2])


def test_columns_are_drawn_with_the_same_users():
    values = np.random.default_rng(1).random((30, 1))

    drawn = bootstrap_means(np.hstack([values, values + 1]), draws=100)

    assert drawn[:, 1] - drawn[:, 0] == pytest.approx(np.ones(100))


def test_a_ratio_is_pooled_over_cells():
    drawn = bootstrap_ratios(np.array([[4.0], [0.0]]), np.array([[1.0], [3.0]]), draws=300, seed=0)

    assert set(np.unique(drawn.round(6))) == {0.0, 1.0, 4.0}


def test_blocks_of_draws_do_not_change_the_answer(monkeypatch):
    values = np.random.default_rng(2).random((10, 2))
    whole = bootstrap_means(values, draws=40, seed=5)

    monkeypatch.setattr("recsys.evaluate.statistics.CELLS_PER_BLOCK", 70)

    assert np.array_equal(bootstrap_means(values, draws=40, seed=5), whole)


def test_flipping_signs_finds_a_difference_and_no_difference():
    rng = np.random.default_rng(4)
    there, not_there = rng.normal(0.5, 1, 100), rng.normal(0, 1, 100)

    p = flip_p(np.column_stack([there, not_there - not_there.mean()]), flips=999)

    assert p[0] < 0.01
    assert p[1] == 1


def test_few_users_cannot_give_a_small_p():
    p = flip_p(np.ones((3, 1)), flips=9_999)  # 2 of 8 sign patterns reach the sum

    assert p[0] == pytest.approx(1 / 4, abs=0.02)


def test_nobody_gives_no_p():
    assert np.isnan(flip_p(np.full((4, 1), np.nan), flips=9)[0])


def test_holm_is_worked_out_by_hand():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.01, np.nan, 0.6])[[0, 2]] == pytest.approx([0.02, 0.6])
    assert np.isnan(holm([np.nan])[0])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_never_lowers_p_and_keeps_the_order(p):
    corrected = holm(p)

    assert (corrected >= np.array(p)).all()
    assert (corrected <= 1).all()
    assert (np.diff(corrected[np.argsort(p, kind="stable")]) >= 0).all()
