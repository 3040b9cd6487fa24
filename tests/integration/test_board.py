"""The board and the desk: quantity beside quality, and what waits for an admin."""

from datetime import timedelta

import pytest

from tests.conftest import NOON
from tests.factories import make_photo
from truther.models import Audit, NightRun, PersonDay, Player, Team, board, desk
from truther.models.days import person_day_id
from truther.models.photos import State

pytestmark = pytest.mark.django_db(databases=["default", "documents"])
DAY = timedelta(days=1)
TODAY = NOON.date()


def played(person: str, days_ago: int = 0, **values: float) -> None:
    day = TODAY - days_ago * DAY
    PersonDay.objects.create(id=person_day_id(person, day), person=person, day=day, counted_at=NOON, **values)


@pytest.fixture
def week() -> None:
    """ann played much, ben little and well, cem long ago; ann and ben are a team."""
    played("ann", 0, votes=60, compared=50, right=40, finds=1, points=400, seconds=2.0)
    played("ann", 1, votes=20, compared=10, right=8, finds=0, points=70, seconds=9.0)
    played("ben", 0, votes=30, compared=30, right=29, finds=4, points=345, seconds=4.0)
    played("cem", 40, votes=1, compared=1, right=1, points=10)
    Team.objects.create(id="studio", name="The studio")
    Player.objects.note("ann", team_id="studio", accuracy=0.81, answers_known=60)
    Player.objects.note("ben", team_id="studio", accuracy=0.95, answers_known=30)


def test_days_are_summed_over_a_span(week):
    [line] = [line for line in board.people(TODAY - DAY, TODAY) if line.name == "ann"]

    assert (line.votes, line.compared, line.right, line.finds, line.points) == (80, 60, 48, 1, 470)
    assert line.agreement == 0.8
    assert line.seconds == 2.0  # the day with more votes weighs more
    assert (line.team, line.accuracy, line.answers_known) == ("The studio", 0.81, 60)


def test_a_span_ends_on_both_sides(week):
    assert [line.votes for line in board.people(TODAY, TODAY)] == [60, 30]
    assert [line.name for line in board.people(None, TODAY)] == ["ann", "ben", "cem"]
    assert board.people(TODAY + DAY, TODAY + DAY) == []


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("votes", ["ann", "ben", "cem"]),
        ("agreement", ["ben", "ann", "cem"]),
        ("points", ["ann", "ben", "cem"]),
        ("finds", ["ben", "ann", "cem"]),
        ("accuracy", ["ben", "ann", "cem"]),
    ],
)
def test_the_board_sorts_by_quantity_or_by_sure_quality(week, order, names):
    assert [line.name for line in board.people(None, TODAY, order=order)] == names


def test_nobody_is_judged_by_the_prior_alone(week):
    [cem] = [line for line in board.people(None, TODAY) if line.name == "cem"]

    assert (cem.accuracy, cem.answers_known, cem.team, cem.seconds) == (None, 0, "", None)


def test_a_team_is_the_sum_of_its_people(week):
    [team] = board.teams(board.people(None, TODAY))

    assert (team.name, team.people, team.votes, team.right, team.compared) == ("The studio", 2, 110, 77, 90)
    assert team.seconds == 2.0


def test_the_desk_counts_what_waits():
    make_photo("torn", state=State.CONTESTED)
    make_photo("fine")
    Audit.objects.create(id="fine", lot=0.5, state="disputed", drawn_at=NOON)
    Audit.objects.create(id="torn", lot=0.5, state="confirmed", drawn_at=NOON)
    for days_ago, state in ((1, "failed"), (2, "done"), (9, "failed")):
        at = NOON - days_ago * DAY
        NightRun.objects.create(id=str(at.date()), at=at, state=state, lease_until=at, started_at=at)

    assert desk.waiting(now=NOON) == desk.Desk(contested=1, disputed=1, failed_nights=1)
