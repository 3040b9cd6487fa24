"""When the open batch will be done if people go on as they did: with a range, or an honest "cannot tell"."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from math import ceil
from statistics import quantiles

SATURDAY = 5
WORKING_DAYS = 10  # two weeks: long enough to forget one odd day, short enough to follow a change
FEWEST_DAYS = 3
LONGEST_DAYS = 250  # a year of work: beyond it a date would pretend to know something


class CannotTell(Exception):
    """There is no honest forecast; the text is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """When the rest is settled at the usual, the quick and the slow pace of the last working days."""

    pace: float  # median of photos settled on a working day
    done_on: date
    earliest: date  # at the pace of the upper quartile
    latest: date | None  # at the pace of the lower quartile; None: beyond a year of work
    days: int  # working days it rests on


def forecast(left: int, settled: Mapping[date, int], *, today: date) -> Forecast:
    """Return when so many photos are settled; today itself is not over, so it counts for nothing.

    Args:
        left: open photos, at least 1.
        settled: photos settled a day, of every day since people began; a day that is absent had none.

    Raises:
        CannotTell: too few working days are known, or they settled too little.
    """
    usual = [settled.get(day, 0) for day in _working_days(min(settled, default=today), today)]
    if len(usual) < FEWEST_DAYS:
        raise CannotTell(
            f"Too early to say when it is done: a forecast needs {FEWEST_DAYS} working days of play."
        )
    slow, pace, quick = quantiles(usual, n=4, method="inclusive")
    if left > pace * LONGEST_DAYS:
        raise CannotTell("At the pace of the last working days it would take more than a year.")
    return Forecast(
        pace=pace,
        done_on=_after(today, ceil(left / pace)),
        earliest=_after(today, ceil(left / quick)),
        latest=_after(today, ceil(left / slow)) if left <= slow * LONGEST_DAYS else None,
        days=len(usual),
    )


def _working_days(first: date, today: date) -> list[date]:
    """The last ten weekdays before today, none of them before the first."""
    before = (today - timedelta(days=step) for step in range(1, (today - first).days + 1))
    return list(islice((day for day in before if day.weekday() < SATURDAY), WORKING_DAYS))


def _after(day: date, working_days: int) -> date:
    """The day so many weekdays later."""
    while working_days:
        day += timedelta(days=1)
        working_days -= day.weekday() < SATURDAY
    return day
