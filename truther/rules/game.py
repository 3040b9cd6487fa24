"""The numbers a person sees about their own play: streak, goal, medians."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

SATURDAY = 5
FREE_MISSES_A_WEEK = 1  # a streak survives one missed weekday a week


@dataclass(frozen=True, slots=True)
class Goal:
    """How far today's goal is reached."""

    done: int
    target: int

    @property
    def share(self) -> float:
        """Share reached, in [0, 1]."""
        return min(self.done / self.target, 1.0)


def day_of(moment: datetime, time_zone: str) -> date:
    """Return the calendar day on which a moment falls in a time zone."""
    return moment.astimezone(ZoneInfo(time_zone)).date()


def midnight_before(moment: datetime, time_zone: str) -> datetime:
    """Return when the moment's calendar day began in a time zone."""
    local = moment.astimezone(ZoneInfo(time_zone))
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


def streak(days: Collection[date], today: date) -> int:
    """Count the days played in a row up to today; weekends and one weekday a week may be missed.

    A day not yet played today does not end the streak.
    """
    played = set(days)
    count, misses, day = 0, 0, today
    week = today.isocalendar()[:2]
    while count < len(played):
        if day.isocalendar()[:2] != week:
            week, misses = day.isocalendar()[:2], 0
        if day in played:
            count += 1
        elif day.weekday() < SATURDAY and day != today:
            misses += 1
            if misses > FREE_MISSES_A_WEEK:
                break
        day -= timedelta(days=1)
    return count


def goal_of(counts: Sequence[int], today: int, *, least: int = 20) -> Goal:
    """Set today's goal at the person's median day, rounded up to tens.

    Args:
        counts: votes on each earlier day played, in any order.
        least: goal of somebody new.
    """
    usual = median(counts) if counts else 0
    return Goal(today, max(least, -(-int(usual) // 10) * 10))


def median_seconds(seconds: Sequence[float]) -> float | None:
    """Return the median time for an answer in seconds, or None when none was measured."""
    return median(seconds) if seconds else None
