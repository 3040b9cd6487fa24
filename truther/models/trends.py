"""The house's days: counted again from what people did, and read by the pages instead of every vote."""

from datetime import date, datetime, timedelta
from typing import Any

from truther.models.days import DaySum, PersonDay
from truther.models.golden import Golden, Verdict
from truther.models.photos import Photo, State
from truther.rules import game


def count_day(day: date, *, now: datetime, time_zone: str) -> None:
    """Count one day again, from people's days and the golden records.

    Whoever runs it, and however often, the row says the same. A day before today on which nothing happened
    gets no row.
    """
    values = _done(day, time_zone)
    today = day == game.day_of(now, time_zone)
    if today or any(values.values()) or DaySum.objects.filter(pk=day.isoformat()).exists():
        DaySum.objects.note(day, values, now=now)


def measure(*, now: datetime, time_zone: str) -> None:
    """Write down what is left today: the one place that counts every open photo, and no page comes here."""
    unsettled = Photo.objects.filter(state=State.OPEN)
    waiting = unsettled.filter(batch_id="").count()
    left = {
        "open": unsettled.count() - waiting,
        "contested": Photo.objects.filter(state=State.CONTESTED).count(),
        "waiting": waiting,
    }
    DaySum.objects.note(game.day_of(now, time_zone), left, now=now)


def days_of(first: date, last: date) -> list[DaySum]:
    """Return every day from one to another, both included; a day of rest is a row of zeros, not stored."""
    there = {row.day: row for row in DaySum.objects.between(first, last)}
    wanted = (first + timedelta(days=step) for step in range((last - first).days + 1))
    return [there.get(day) or DaySum(id=day.isoformat(), day=day) for day in wanted]


def _done(day: date, time_zone: str) -> dict[str, Any]:
    people = PersonDay.objects.between(day, day).values_list("votes", "compared", "right")
    played = [row for row in people if row[0]]
    votes, compared, right = map(sum, zip(*played, strict=True)) if played else (0, 0, 0)
    settled = Golden.objects.settled_between(*game.span_of(day, time_zone))
    return {
        "votes": votes,
        "people": len(played),
        "compared": compared,
        "right": right,
        "settled": settled.count(),
        "not_dress": settled.filter(verdict=Verdict.NOT_DRESS).count(),
    }
