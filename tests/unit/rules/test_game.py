"""Points, streaks, goals and bests."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truther.rules.game import (
    ENOUGH,
    FIND,
    RIGHT,
    WRONG,
    DayPlayed,
    bests_of,
    day_of,
    goal_of,
    longest_streak,
    median_seconds,
    midnight_before,
    monday_of,
    points_of,
    span_of,
    streak,
    whole_week,
)

FRIDAY = date(2026, 3, 13)


def days_before(day: date, *numbers: int) -> set[date]:
    """Return the days so many days before one."""
    return {day - timedelta(days=number) for number in numbers}


def test_days_in_a_row_make_a_streak() -> None:
    assert streak(days_before(FRIDAY, 0, 1, 2), FRIDAY) == 3


def test_today_may_still_come() -> None:
    assert streak(days_before(FRIDAY, 1, 2), FRIDAY) == 2


def test_a_weekend_never_ends_a_streak() -> None:
    monday = FRIDAY + timedelta(days=3)

    assert streak({FRIDAY, monday}, monday) == 2


def test_one_miss_a_week_is_free_and_two_are_not() -> None:
    assert streak(days_before(FRIDAY, 0, 2, 3), FRIDAY) == 3
    assert streak(days_before(FRIDAY, 0, 3, 4), FRIDAY) == 1


def test_nobody_has_a_streak_without_playing() -> None:
    assert streak(set(), FRIDAY) == 0


def test_a_goal_is_the_usual_day_rounded_up() -> None:
    assert goal_of([31, 12, 44], 7).target == 40
    assert goal_of([], 5).target == 20
    assert goal_of([], 5).share == 0.25
    assert goal_of([], 50).share == 1.0


def test_a_day_begins_at_midnight_of_the_place() -> None:
    moment = datetime(2026, 3, 13, 23, 30, tzinfo=UTC)

    assert day_of(moment, "Europe/Berlin") == date(2026, 3, 14)
    assert midnight_before(moment, "Europe/Berlin") == datetime(2026, 3, 13, 23, 0, tzinfo=UTC)


def test_nothing_measured_has_no_median() -> None:
    assert median_seconds([]) is None
    assert median_seconds([4.0, 1.0, 2.0]) == 2.0


def test_only_agreement_earns_points():
    assert points_of(compared=0, right=0, finds=0) == 0
    assert points_of(compared=10, right=9, finds=0) == 9 * 10 - 5
    assert points_of(compared=10, right=9, finds=1) == 9 * 10 - 5 + 15


def test_a_bad_day_ends_at_zero():
    assert points_of(compared=10, right=1, finds=0) == 0


@pytest.mark.parametrize("answers", [3, 4, 5, 6])
def test_guessing_is_worth_nothing(answers):
    """Three styles at best; with "none of these", "not a dress" and "can't tell" there are six answers."""
    chance = 1 / answers

    assert chance * RIGHT + (1 - chance) * WRONG <= 1e-9
    # A style guessed from the search, among a hundred or more, is no way either.
    assert 0.01 * (RIGHT + FIND) + 0.99 * WRONG < 0


def test_a_day_of_guessing_earns_next_to_nothing_and_an_honest_one_a_lot():
    chance = random.Random(1)

    def day(share_right: float) -> int:
        return points_of(compared=100, right=sum(chance.random() < share_right for _ in range(100)), finds=0)

    guessed = sum(day(1 / 5) for _ in range(200)) / 200  # three styles, none, not a dress
    honest = sum(day(0.9) for _ in range(200)) / 200
    assert guessed < 1
    assert honest > 800


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300))
def test_more_right_answers_never_earn_less(wrong, right, finds):
    finds = min(finds, right)
    before = points_of(compared=right + wrong, right=right, finds=finds)

    assert points_of(compared=right + wrong + 1, right=right + 1, finds=finds) >= before
    assert points_of(compared=right + wrong + 1, right=right, finds=finds) <= before


def test_a_day_of_the_clock_change_has_its_own_length():
    spring, autumn = (span_of(day, "Europe/Berlin") for day in (date(2026, 3, 29), date(2026, 10, 25)))

    assert spring[1].astimezone(UTC) - spring[0].astimezone(UTC) == timedelta(hours=23)
    assert autumn[1].astimezone(UTC) - autumn[0].astimezone(UTC) == timedelta(hours=25)


@given(st.sets(st.integers(0, 60)))
def test_the_longest_streak_is_the_best_one_of_all_days(numbers):
    days = days_before(FRIDAY, *numbers)

    assert longest_streak(days) == max(
        (streak({each for each in days if each <= day}, day) for day in days), default=0
    )


def test_the_week_without_a_miss_is_dated_by_its_friday():
    assert whole_week(days_before(FRIDAY, 0, 1, 2, 3, 4)) == FRIDAY
    assert whole_week(days_before(FRIDAY, 0, 1, 3, 4)) is None


def test_bests_are_found_wherever_they_lie():
    days = [
        DayPlayed(FRIDAY - timedelta(days=back), votes, compared=compared, right=right)
        for back, votes, compared, right in [
            (10, 30, 30, 30),
            (9, 30, 30, 24),
            (3, 50, 49, 49),
            (0, 10, 0, 0),
        ]
    ]
    bests = bests_of(days)

    assert (bests.day, bests.week) == (50, 60)
    assert bests.streak == 2
    assert bests.agreement == (24 + 49) / 79  # better than 54 of 60; 49 alone are too few


def test_too_few_answers_have_no_agreement():
    assert bests_of([DayPlayed(FRIDAY, 60, compared=ENOUGH - 1, right=ENOUGH - 1)]).agreement is None
    assert bests_of([]).day == 0


def test_a_week_begins_on_monday():
    assert monday_of(FRIDAY) == date(2026, 3, 9)
    assert monday_of(date(2026, 3, 15)) == date(2026, 3, 9)
