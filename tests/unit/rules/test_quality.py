"""Numbers about the answers' quality, against published tables and against what must always hold."""

import math
import random
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truther.rules import quality
from truther.rules.quality import Share

counts = st.integers(0, 500)


@pytest.mark.parametrize(
    ("right", "n", "low", "high"),
    [  # Newcombe, Statistics in Medicine 17 (1998), table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilsons_interval_is_the_published_one(right, n, low, high):
    assert quality.wilson(right, n) == pytest.approx((low, high), abs=5e-5)


@given(counts, counts)
def test_an_interval_holds_its_share_and_mirrors(right, wrong):
    n = right + wrong
    low, high = quality.wilson(right, n)

    assert 0 <= low <= (right / n if n else 0.5) <= high <= 1
    assert quality.wilson(wrong, n) == pytest.approx((1 - high, 1 - low))


@given(st.integers(1, 200), st.integers(1, 200))
def test_more_of_the_same_narrows_the_interval(right, wrong):
    few, many = quality.wilson(right, right + wrong), quality.wilson(10 * right, 10 * (right + wrong))

    assert many.high - many.low < few.high - few.low


def test_wilsons_interval_holds_the_truth_about_as_often_as_it_says():
    chance = random.Random(1)
    held = 0
    for _ in range(2000):
        right = sum(chance.random() < 0.95 for _ in range(40))
        low, high = quality.wilson(right, 40)
        held += low <= 0.95 <= high

    assert 0.93 <= held / 2000 <= 0.99


def test_nothing_measured_is_no_share():
    assert (Share(0, 0).value, Share(0, 0).interval) == (None, (0.0, 1.0))


@pytest.mark.parametrize(
    ("statistic", "freedom", "tail"),
    [(3.841, 1, 0.05), (5.991, 2, 0.05), (11.345, 3, 0.01), (9.488, 4, 0.05), (20.515, 5, 0.001)],
)
def test_the_tail_of_chi_square_is_the_tabled_one(statistic, freedom, tail):
    assert quality.chi_square_tail(statistic, freedom) == pytest.approx(tail, rel=2e-3)


@given(st.floats(0, 200), st.floats(0, 200), st.integers(1, 12))
def test_the_tail_falls_from_one(first, second, freedom):
    near, far = (quality.chi_square_tail(each, freedom) for each in sorted((first, second)))

    assert quality.chi_square_tail(0.0, freedom) == 1.0
    assert 0 <= far <= near + 1e-12 <= 1 + 1e-9


def test_even_counts_are_even_and_one_key_is_not():
    assert quality.evenness([40, 40, 40]) == quality.Odds(0.0, 1.0)
    assert quality.evenness([0, 0, 0]).p == 1.0
    assert quality.evenness([60, 0, 0]).p < 1e-20


def test_a_fair_shuffle_is_called_uneven_as_rarely_as_it_should():
    chance = random.Random(2)
    called = 0
    for _ in range(1000):
        drawn = [chance.randrange(3) for _ in range(90)]
        called += quality.evenness([drawn.count(place) for place in range(3)]).p < 0.05

    assert 0.03 <= called / 1000 <= 0.07


@given(st.lists(st.integers(0, 100), max_size=6))
def test_entropy_is_never_negative_and_knows_no_order(seen):
    assert quality.entropy(seen) >= 0
    assert quality.entropy(seen) == pytest.approx(quality.entropy(seen[::-1]))


def test_entropy_is_what_it_should_be_for_many_and_corrected_for_few():
    assert quality.entropy([]) == 0.0
    assert quality.entropy([50]) == 0.0
    assert quality.entropy([10**6] * 4) == pytest.approx(2.0, abs=1e-5)
    chance = random.Random(3)
    few = [quality.entropy(_drawn(chance, 30)) for _ in range(2000)]
    assert fmean(few) == pytest.approx(2.0, abs=0.01)  # uncorrected it would be .07 too low


def _drawn(chance: random.Random, n: int) -> list[int]:
    drawn = [chance.randrange(4) for _ in range(n)]
    return [drawn.count(kind) for kind in range(4)]


def test_guesses_are_sorted_by_their_claims():
    bins = quality.reliability([(0.05, False), (0.95, True), (0.95, False), (1.0, True)])

    assert [(each.low, each.high, each.share) for each in bins] == [
        (0.0, 0.1, Share(0, 1)),
        (0.9, 1.0, Share(2, 3)),
    ]
    assert bins[1].mean == pytest.approx(2.9 / 3)
    assert quality.calibration_error(bins) == pytest.approx((0.05 + abs(2.9 - 2)) / 4)
    assert quality.calibration_error([]) is None


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60))
def test_no_guess_is_lost_and_the_error_is_a_share(guesses):
    bins = quality.reliability(guesses)
    error = quality.calibration_error(bins)

    assert sum(each.share.n for each in bins) == len(guesses)
    assert sum(each.share.right for each in bins) == sum(right for _, right in guesses)
    assert error is not None
    assert 0 <= error <= 1
    assert all(each.low - 1e-12 <= each.mean <= each.high + 1e-12 for each in bins)


def test_a_model_that_knows_how_sure_it_is_has_a_small_error():
    chance = random.Random(4)
    claims = [chance.random() for _ in range(20_000)]

    honest = quality.reliability((claim, chance.random() < claim) for claim in claims)
    boastful = quality.reliability((claim, chance.random() < claim / 2) for claim in claims)

    assert quality.calibration_error(honest) == pytest.approx(0.0, abs=0.02)
    assert quality.calibration_error(boastful) == pytest.approx(0.25, abs=0.02)


@pytest.mark.parametrize(("freedom", "point"), [(3, 3.182), (5, 2.571), (10, 2.228), (30, 2.042)])
def test_the_points_of_students_t_are_the_tabled_ones(freedom, point):
    assert quality.t_95(freedom) == pytest.approx(point, abs=0.005)


def test_a_difference_and_its_interval():
    first, second = [1.0, 2.0, 3.0, 4.0, 5.0], [3.0, 4.0, 5.0, 6.0, 7.0]

    found = quality.difference(first, second)

    assert found is not None
    assert found.value == 2.0
    assert found.interval == pytest.approx((2 - 2.306, 2 + 2.306), abs=1e-3)  # 8 degrees, error 1
    assert quality.difference(first[:4], second) is None
    assert quality.difference([2.0] * 5, [3.0] * 5) == quality.Difference(1.0, quality.Interval(1.0, 1.0))


@given(
    st.lists(st.floats(0, 100), min_size=5, max_size=20), st.lists(st.floats(0, 100), min_size=5, max_size=20)
)
def test_a_difference_turned_round_is_its_mirror(first, second):
    there, back = quality.difference(first, second), quality.difference(second, first)

    assert there is not None
    assert back is not None
    assert there.value == pytest.approx(-back.value, abs=1e-9)
    assert there.interval.low == pytest.approx(-back.interval.high, abs=1e-6)
    assert there.interval.low <= there.value <= there.interval.high


def test_votes_claim_what_the_posterior_says():
    assert quality.claimed(2, 0) == pytest.approx(0.9**2 / (0.9**2 + 4 * 0.025**2))
    assert quality.claimed(1, 1) == pytest.approx(quality.claimed(3, 3), abs=0.05)


@given(st.integers(1, 8), st.integers(0, 4))
def test_votes_claim_more_with_one_more_for_and_less_with_one_more_against(agreed, against):
    assert quality.claimed(agreed + 1, against) > quality.claimed(agreed, against)
    assert quality.claimed(agreed, against + 1) < quality.claimed(agreed, against)


def test_haste_is_measured_beside_the_persons_own_median():
    slow = quality.haste([10.0, 10.0, 10.0, 10.0, 3.9])

    assert slow == quality.Haste(median=10.0, hasty=0.2, instant=0.0, n=5)
    assert quality.haste([]) is None
    assert quality.haste([0.5] * 3) == quality.Haste(median=0.5, hasty=0.0, instant=1.0, n=3)


def test_ordinary_times_are_hasty_as_rarely_as_is_said():
    chance = random.Random(5)

    found = quality.haste([math.exp(chance.gauss(1.2, 0.5)) for _ in range(20_000)])

    assert found is not None
    assert found.hasty == pytest.approx(0.033, abs=0.006)
