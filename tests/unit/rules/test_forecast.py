"""The forecast of a batch: simple, and honest about what it cannot know."""

from datetime import date, timedelta

import pytest

from truther.rules.forecast import CannotTell, forecast

FRIDAY = date(2026, 3, 13)
WEEK = timedelta(days=7)


def working_days(count: int, settled: int) -> dict[date, int]:
    """So many weekdays before Friday, with as many photos settled on each."""
    days: dict[date, int] = {}
    day = FRIDAY
    while len(days) < count:
        day -= timedelta(days=1)
        if day.weekday() < 5:
            days[day] = settled
    return days


def test_a_steady_pace_ends_on_a_working_day():
    made = forecast(60, working_days(10, 20), today=FRIDAY)

    assert (made.pace, made.days) == (20, 10)
    assert made.done_on == made.earliest == made.latest == date(2026, 3, 18)  # Monday, Tuesday, Wednesday


def test_one_great_day_moves_the_range_but_not_the_forecast():
    settled = working_days(10, 20) | {FRIDAY - timedelta(days=1): 4000}

    assert forecast(60, settled, today=FRIDAY) == forecast(60, working_days(10, 20), today=FRIDAY)


def test_the_range_comes_from_slow_and_quick_days():
    paces = dict(zip(working_days(10, 0), (5, 5, 5, 5, 10, 10, 20, 20, 20, 20), strict=True))

    made = forecast(100, paces, today=FRIDAY)

    assert (made.earliest, made.done_on, made.latest) == (FRIDAY + WEEK, FRIDAY + 2 * WEEK, FRIDAY + 4 * WEEK)


def test_weekends_and_today_count_for_nothing():
    noise = {FRIDAY: 999, date(2026, 3, 7): 999, date(2026, 3, 8): 999}

    assert forecast(60, working_days(10, 20) | noise, today=FRIDAY).pace == 20


def test_only_the_last_ten_working_days_count():
    assert forecast(60, working_days(30, 999) | working_days(10, 20), today=FRIDAY).pace == 20


def test_a_working_day_without_play_counts_as_nothing_settled():
    settled = {day: 20 for number, day in enumerate(working_days(10, 20)) if number % 3}

    assert forecast(60, settled | {min(working_days(10, 0)): 20}, today=FRIDAY).earliest == date(2026, 3, 18)


@pytest.mark.parametrize("known", [0, 1, 2])
def test_too_few_days_allow_no_forecast(known):
    with pytest.raises(CannotTell, match="3 working days"):
        forecast(60, working_days(known, 20), today=FRIDAY)


def test_a_pace_of_nothing_allows_no_forecast():
    with pytest.raises(CannotTell, match="more than a year"):
        forecast(1, working_days(10, 0), today=FRIDAY)


def test_slow_days_that_lead_nowhere_leave_the_end_open():
    paces = dict(zip(working_days(10, 0), (0, 0, 0, 0, 20, 20, 20, 20, 20, 20), strict=True))

    made = forecast(60, paces, today=FRIDAY)

    assert made.done_on == date(2026, 3, 18)
    assert made.latest is None
