"""People are ordered by what they surely can."""

import pytest

from truther.rules.ranking import surely, weighted_median


def test_many_good_answers_stand_above_a_lucky_one():
    assert surely(1, 1) < surely(90, 100) < surely(900, 1000) < 0.9


def test_known_intervals_are_met():
    assert surely(9, 10) == pytest.approx(0.5958, abs=1e-4)  # Wilson's 95 % interval of 9 in 10
    assert surely(0, 0) == surely(0, 10) == 0.0


def test_a_median_counts_each_value_as_often_as_it_weighs():
    assert weighted_median([(9.0, 1), (2.0, 3), (4.0, 2)]) == 2.0
    assert weighted_median([(9.0, 4), (2.0, 3)]) == 9.0
    assert weighted_median([(9.0, 0), (2.0, 1)]) == 2.0


def test_nothing_has_no_median():
    assert weighted_median([]) is None
    assert weighted_median([(3.0, 0)]) is None
