"""The numbers on the pages are the same on every database."""

from datetime import timedelta

import pytest

from tests.conftest import NOON
from tests.factories import make_batch, make_golden, make_photo
from truther.models import Vote, figures
from truther.models.photos import State

pytestmark = pytest.mark.django_db(databases=["default", "documents"])
DAY = timedelta(days=1)


def cast(number: int, *, days_ago: int = 0) -> None:
    """Let ann answer one photo, so many days before the noon of the tests, a Saturday."""
    Vote.objects.create(
        id=f"vote-{number:04}",
        photo_id=f"photo-{number}",
        person="ann",
        choice="none",
        seconds=2.0 + number,
        cast_at=NOON - days_ago * DAY,
    )


def test_the_pace_counts_days_in_the_players_time_zone():
    for number, days_ago in enumerate((0, 0, 1, 2, 3)):
        cast(number, days_ago=days_ago)

    pace = figures.pace_of("ann", now=NOON, time_zone="Europe/Berlin")

    assert pace.goal.done == 2
    assert pace.streak == 4


def test_progress_counts_the_states_of_the_open_batch():
    make_batch(1)
    for number, state in enumerate((State.OPEN, State.OPEN, State.CONTESTED, State.SETTLED)):
        make_photo(f"photo-{number}", state=state)

    progress = figures.progress()

    assert progress is not None
    assert (progress.open, progress.contested, progress.settled) == (2, 1, 1)
    assert progress.share == 0.25


def test_days_of_rest_are_in_the_chart():
    for number, days_ago in enumerate((0, 0, 2)):
        photo = make_photo(f"photo-{number}", state=State.SETTLED)
        make_golden(photo.pk, verdict="not_dress", settled_at=NOON - days_ago * DAY)

    days = figures.settled_per_day(days=3, now=NOON, time_zone="UTC")

    assert [day.settled for day in days] == [1, 0, 2]


def test_the_leaderboard_counts_a_span():
    for number, days_ago in enumerate((0, 0, 9)):
        cast(number, days_ago=days_ago)

    week, ever = figures.leaderboard(NOON - 7 * DAY), figures.leaderboard(None)

    assert [(line.person, line.votes, line.seconds) for line in week] == [("ann", 2, 2.5)]
    assert [line.votes for line in ever] == [3]
