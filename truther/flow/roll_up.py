"""Count days again from the votes, as often as wanted: pages read a few rows instead of every vote."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from truther.config import config
from truther.models import DaySum, PersonDay, PlaySession, trends
from truther.models.counting import DayCount, SittingCount, count_day
from truther.models.fields import milliseconds
from truther.rules import game

FRESH = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class RolledUp:
    """What a roll-up came to."""

    people: int  # people's days counted
    days: int


def roll_up(*, now: datetime, days: int = 30) -> RolledUp:
    """Count the last days again, today included, and make what is stored of them agree.

    Whoever runs it, and however often, the rows say the same: they follow from votes and golden records. A
    sitting is counted when it began within these days.
    """
    now, today = milliseconds(now), game.day_of(now, config.time_zone)
    people, sittings = 0, dict[str, SittingCount]()
    for day in [today - timedelta(days=back) for back in reversed(range(days))]:
        counted = _count(day, now)
        _join(sittings, counted.sittings)
        people += len(counted.people)
    trends.measure(now=now, time_zone=config.time_zone)
    _agree_sittings(sittings, today - timedelta(days=days - 1), today)
    return RolledUp(people, days)


def freshen(*, now: datetime) -> None:
    """Count today again, unless that was done a moment ago: pages of the house's numbers ask for it."""
    now, today = milliseconds(now), game.day_of(now, config.time_zone)
    if not DaySum.objects.counted_since(now - FRESH, day=today):
        _count(today, now)


def refresh(person_id: str, *, now: datetime) -> None:
    """Count one person's today again, so that what they see of it is of this moment."""
    now, today = milliseconds(now), game.day_of(now, config.time_zone)
    counted = count_day(today, time_zone=config.time_zone, person_id=person_id).people.get(person_id)
    if counted is None:
        PersonDay.objects.forget(person_id, today, now=now)
    else:
        PersonDay.objects.note(person_id, today, counted.values(), now=now)


def _count(day: date, now: datetime) -> DayCount:
    counted = count_day(day, time_zone=config.time_zone)
    rows = {person: count.values() for person, count in counted.people.items()}
    PersonDay.objects.agree(day, rows, now=now)
    trends.count_day(day, now=now, time_zone=config.time_zone)
    return counted


def _join(sittings: dict[str, SittingCount], of_day: dict[str, SittingCount]) -> None:
    """Add a later day: a sitting may go on past midnight."""
    for session_id, count in of_day.items():
        before = sittings.get(session_id)
        votes = count.votes + (before.votes if before else 0)
        sittings[session_id] = SittingCount(votes, count.voted_at)


def _agree_sittings(sittings: dict[str, SittingCount], first: date, last: date) -> None:
    begins, ends = game.span_of(first, config.time_zone)[0], game.span_of(last, config.time_zone)[1]
    begun: Iterable[tuple[str, int, datetime | None]] = PlaySession.objects.begun_between(
        begins, ends
    ).values_list("pk", "votes", "voted_at")
    for session_id, votes, voted_at in list(begun):
        count = sittings.get(session_id)
        says = (count.votes, count.voted_at) if count else (0, None)
        if says != (votes, voted_at):
            PlaySession.objects.note_votes(session_id, votes=says[0], last_at=says[1])
