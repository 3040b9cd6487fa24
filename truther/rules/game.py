"""The numbers a person sees about their own play: points, streak, goal, bests."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from zoneinfo import ZoneInfo

SATURDAY = 5
FREE_MISSES_A_WEEK = 1  # a streak survives one missed weekday a week
RIGHT = 10
WRONG = -5  # whoever is right one time in three, as somebody who guesses among three is, earns nothing
FIND = 15  # on top of RIGHT: nobody had offered the style
ROUND_EVERY = 30  # photos of a day between two bonus rounds that the game offers
ENOUGH = 50  # answers that can be compared, before a share of right ones means anything


@dataclass(frozen=True, slots=True)
class Goal:
    """How far today's goal is reached."""

    done: int
    target: int

    @property
    def share(self) -> float:
        """Share reached, in [0, 1]."""
        return min(self.done / self.target, 1.0)

    @property
    def left(self) -> int:
        """Photos still missing."""
        return max(0, self.target - self.done)


@dataclass(frozen=True, slots=True)
class DayPlayed:
    """One day of one person, as the records of the person's bests read it."""

    day: date
    votes: int
    compared: int = 0
    right: int = 0
    finds: int = 0


@dataclass(frozen=True, slots=True)
class Bests:
    """What a person has done best so far; zero or None before there is anything."""

    day: int  # votes
    week: int  # votes, Monday to Sunday
    streak: int  # days in a row
    agreement: float | None  # highest share of right answers over at least ENOUGH compared ones


def points_of(*, compared: int, right: int, finds: int) -> int:
    """Return the points of one day: only agreement with the golden records counts, and never below zero.

    Speed earns nothing, and "can't tell" costs nothing: it is not among the answers compared.

    Args:
        compared: answers on photos that are settled, "can't tell" left out.
        right: of those, the ones that the golden record confirms.
        finds: of those, styles that nobody had offered.
    """
    return max(0, RIGHT * right + WRONG * (compared - right) + FIND * finds)


def day_of(moment: datetime, time_zone: str) -> date:
    """Return the calendar day on which a moment falls in a time zone."""
    return moment.astimezone(ZoneInfo(time_zone)).date()


def midnight_before(moment: datetime, time_zone: str) -> datetime:
    """Return when the moment's calendar day began in a time zone."""
    local = moment.astimezone(ZoneInfo(time_zone))
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


def span_of(day: date, time_zone: str) -> tuple[datetime, datetime]:
    """Return when a calendar day of a time zone begins and when the next one does."""
    zone = ZoneInfo(time_zone)
    begins, ends = (datetime.combine(each, time.min, zone) for each in (day, day + timedelta(days=1)))
    return begins, ends


def monday_of(day: date) -> date:
    """Return the first day of the week."""
    return day - timedelta(days=day.weekday())


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


def longest_streak(days: Collection[date]) -> int:
    """Return the longest streak there ever was, whichever day it ended on."""
    played, best = sorted(days), 0
    while len(played) > best:
        best = max(best, streak(played, played[-1]))
        played.pop()
    return best


def whole_week(days: Collection[date]) -> date | None:
    """Return the Friday on which a person had, for the first time, played every weekday of a week."""
    played = set(days)
    fridays = sorted(day for day in played if day.weekday() == SATURDAY - 1)
    return next((day for day in fridays if {day - timedelta(days=back) for back in range(5)} <= played), None)


def bests_of(days: Sequence[DayPlayed]) -> Bests:
    """Return a person's bests.

    Args:
        days: every day played, oldest first.
    """
    weeks: dict[date, int] = {}
    for each in days:
        weeks[monday_of(each.day)] = weeks.get(monday_of(each.day), 0) + each.votes
    return Bests(
        day=max((each.votes for each in days), default=0),
        week=max(weeks.values(), default=0),
        streak=longest_streak([each.day for each in days]),
        agreement=_best_agreement(days),
    )


def _best_agreement(days: Sequence[DayPlayed]) -> float | None:
    """Look at each stretch of days that is just long enough to hold ENOUGH compared answers."""
    best: float | None = None
    first = compared = right = 0
    for each in days:
        compared, right = compared + each.compared, right + each.right
        while compared - days[first].compared >= ENOUGH:
            compared, right = compared - days[first].compared, right - days[first].right
            first += 1
        if compared >= ENOUGH:
            best = max(best or 0.0, right / compared)
    return best


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
