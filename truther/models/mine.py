"""A person's own numbers: today, the bests, the badges, and what became of what they said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from truther.models.compared import Cast, judged, newest, records_of
from truther.models.days import PersonDay
from truther.models.photos import Photo, State
from truther.models.styles import Style
from truther.models.votes import Choice, Vote
from truther.rules import badges, game

STREAK_DAYS = 200  # how far back a streak and a usual day are looked for
LOOKED_AT = 400  # last answers among which the settled ones and the finds are sought
NAMED = 100  # last styles named by search
SHOWN = 12
USUAL_DAYS = 20  # days whose medians make the usual time for an answer


@dataclass(frozen=True, slots=True)
class Pace:
    """How a person is doing today."""

    goal: game.Goal
    streak: int  # days in a row

    @property
    def round_due(self) -> bool:
        """Whether a bonus round is offered now."""
        return self.goal.done > 0 and self.goal.done % game.ROUND_EVERY == 0


@dataclass(frozen=True, slots=True)
class Given:
    """One verdict a person gave, beside what became of the photo."""

    vote: Cast
    photo: Photo
    style: Style | None  # what the person chose
    settled: bool
    agrees: bool | None  # None while it cannot be compared


@dataclass(frozen=True, slots=True)
class Weekday:
    """One day of this week."""

    day: date
    played: bool
    today: bool
    past: bool


@dataclass(frozen=True, slots=True)
class Mine:
    """A person's own numbers."""

    pace: Pace
    points: int  # today
    week: int  # votes since Monday
    week_points: int
    ever: int
    ever_points: int
    settled: int  # golden records that say what this person said
    finds: int
    agreement: float | None  # share of this person's verdicts that the golden records confirm
    seconds: float | None  # usual time for an answer
    weekdays: list[Weekday]
    bests: game.Bests
    badges: list[badges.Held]
    decided: list[Given]  # this person's answer was the one that settled the photo
    found: list[Given]  # golden, and nobody had offered the style
    recent: list[Given]


def pace_of(person_id: str, *, now: datetime, time_zone: str) -> Pace:
    """Return today's goal and the streak of a person: today from the votes, earlier days as counted."""
    today = game.day_of(now, time_zone)
    done = _today(person_id, now=now, time_zone=time_zone)
    days = PersonDay.objects.of_person(person_id).filter(
        day__gte=today - timedelta(days=STREAK_DAYS), day__lt=today
    )
    counts = dict(days.values_list("day", "votes"))
    played = {*counts, *([today] if done else [])}
    return Pace(game.goal_of(list(counts.values()), done), game.streak(played, today))


def days_of(person_id: str) -> list[PersonDay]:
    """Return every day a person played, as last counted, oldest first."""
    return list(PersonDay.objects.of_person(person_id).reverse())


def played(days: Sequence[PersonDay]) -> list[game.DayPlayed]:
    """Return these days as the rules read them."""
    return [game.DayPlayed(row.day, row.votes, row.compared, row.right, row.finds) for row in days]


def mine(person_id: str, *, now: datetime, time_zone: str) -> Mine:
    """Return a person's own numbers and last verdicts; today's row should have been counted just now."""
    today = game.day_of(now, time_zone)
    rows = days_of(person_id)
    days = played(rows)
    monday = game.monday_of(today)
    week = [row for row in rows if row.day >= monday]
    compared, right = sum(day.compared for day in days), sum(day.right for day in days)
    votes = Vote.objects.of_person(person_id).live().filter(expert=False)
    last = newest(votes, LOOKED_AT)
    return Mine(
        pace=pace_of(person_id, now=now, time_zone=time_zone),
        points=sum(row.points for row in rows if row.day == today),
        week=sum(row.votes for row in week),
        week_points=sum(row.points for row in week),
        ever=sum(day.votes for day in days),
        ever_points=sum(row.points for row in rows),
        settled=right,
        finds=sum(day.finds for day in days),
        agreement=right / compared if compared else None,
        seconds=game.median_seconds([row.seconds for row in rows[-USUAL_DAYS:] if row.seconds is not None]),
        weekdays=_weekdays({day.day for day in days}, today),
        bests=game.bests_of(days),
        badges=badges.held(days),
        decided=given(_decided(last)[:SHOWN]),
        found=given(_found(newest(votes.filter(choice=Choice.STYLE, place=-1), NAMED))[:SHOWN]),
        recent=given(last[:SHOWN]),
    )


def given(votes: Sequence[Cast]) -> list[Given]:
    """Return verdicts beside what became of their photos; those taken down are left out."""
    photo_ids = [vote.photo_id for vote in votes]
    photos, records = Photo.objects.in_bulk(photo_ids), records_of(photo_ids)
    styles = Style.objects.in_bulk([vote.style for vote in votes if vote.style])
    right = judged(votes, set())
    return [
        Given(
            vote=vote,
            photo=photos[vote.photo_id],
            style=styles.get(vote.style),
            settled=vote.photo_id in records,
            agrees=right.get(vote.id),
        )
        for vote in votes
        if vote.photo_id in photos and photos[vote.photo_id].state != State.REMOVED
    ]


def _today(person_id: str, *, now: datetime, time_zone: str) -> int:
    votes = Vote.objects.of_person(person_id).live().filter(expert=False)
    return votes.since(game.midnight_before(now, time_zone)).count()


def _weekdays(played_days: set[date], today: date) -> list[Weekday]:
    monday = game.monday_of(today)
    week = [monday + timedelta(days=number) for number in range(5 if today.weekday() < game.SATURDAY else 7)]
    return [Weekday(day, day in played_days, day == today, day < today) for day in week]


def _decided(votes: Sequence[Cast]) -> list[Cast]:
    """Return the votes by which a photo was settled: the record dates from that very moment."""
    counted = [vote for vote in votes if not (vote.audit or vote.late)]
    records = records_of(vote.photo_id for vote in counted)
    return [
        vote
        for vote in counted
        if vote.photo_id in records
        and records[vote.photo_id].settled_at == vote.cast_at
        and records[vote.photo_id].confirms(vote.choice, vote.style)
    ]


def _found(votes: Sequence[Cast]) -> list[Cast]:
    right = judged(votes, set())
    return [vote for vote in votes if right.get(vote.id)]
