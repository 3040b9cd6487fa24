"""Shares, intervals and the test for evenness."""

import pytest

from truther.simulate.arithmetic import Share, evenness


def test_wilsons_interval_of_95_of_100_is_the_published_one():
    assert Share(95, 100).interval == pytest.approx((0.8882, 0.9785), abs=5e-5)


def test_the_interval_never_leaves_0_and_1_and_still_says_something_when_all_are_right():
    low, high = Share(20, 20).interval

    assert (round(low, 3), high) == (0.839, 1.0)
    assert Share(0, 20).interval == pytest.approx((0.0, 1 - low))


def test_nothing_counted_says_nothing():
    assert Share(0, 0).value is None
    assert Share(0, 0).interval == (0.0, 1.0)


def test_a_value_is_inside_or_outside_the_interval():
    assert Share(95, 100).holds(0.9)
    assert not Share(95, 100).holds(0.88)


def test_counts_that_are_alike_are_no_surprise():
    assert evenness([50, 50, 50]).p == 1.0


def test_the_chi_square_of_three_counts_and_its_tail():
    found = evenness([60, 40, 50])

    assert found.chi_square == pytest.approx(4.0)
    assert found.p == pytest.approx(0.1353, abs=1e-4)


def test_two_places_are_not_tested():
    with pytest.raises(ValueError, match="Three places"):
        evenness([10, 20])
