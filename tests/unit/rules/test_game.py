"""Streaks, goals and medians."""

from datetime import UTC, date, datetime, timedelta

from truther.rules.game import day_of, goal_of, median_seconds, midnight_before, streak

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
