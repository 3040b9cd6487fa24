"""A person among others: teams by head, neighbours for the upper half, and a recap of the last sitting."""

from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import MINUTE, NOON
from tests.factories import make_golden, make_photo
from truther.flow import roll_up, wishes
from truther.models import PersonDay, Player, Team, Vote
from truther.models.company import company_of
from truther.models.mine import mine
from truther.models.photos import State
from truther.models.sitting import recap_of

pytestmark = pytest.mark.django_db(databases=["default", "documents"])
DAY = timedelta(days=1)
WHERE = "UTC"


def week(**points: int) -> None:
    """Give people points on the day of the tests, a Saturday."""
    for person, count in points.items():
        values = {"votes": count, "points": count}
        PersonDay.objects.note(person, NOON.date(), values, now=NOON)


def company(person_id: str):
    return company_of(person_id, now=NOON, time_zone=WHERE)


def test_teams_are_compared_by_head():
    Team.objects.create(id="atelier", name="Atelier")
    Team.objects.create(id="web", name="Web shop")
    for person, team in {"ann": "atelier", "ben": "web", "cem": "web", "dan": "web"}.items():
        Player.objects.note(person, team_id=team)
    week(ann=90, ben=80, cem=70)
    PersonDay.objects.note("dan", (NOON - 7 * DAY).date(), {"votes": 900, "points": 900}, now=NOON)

    seen = company("ann")

    assert [(team.name, team.people, team.points, team.per_head, team.mine) for team in seen.teams] == [
        ("Atelier", 1, 90, 90.0, True),
        ("Web shop", 2, 150, 75.0, False),
    ]
    assert seen.team is seen.teams[0]
    assert company("eve").team is None


def test_the_upper_half_sees_its_neighbours_and_nobody_else_does():
    week(ann=50, ben=40, cem=30, dan=20, eve=10)

    near = company("ben").neighbours
    assert near is not None
    assert (near.place, near.of) == (2, 5)
    assert near.before is not None
    assert near.after is not None
    assert (near.before.person, near.after.person) == ("ann", "cem")
    assert [company(person).neighbours is not None for person in ("ann", "cem", "dan", "eve", "zoe")] == [
        True,
        True,
        False,
        False,
        False,
    ]


def test_few_people_and_no_points_make_no_ranking():
    week(ann=50, ben=40, cem=30)
    assert company("ann").neighbours is None

    week(ann=0, ben=0, cem=0, dan=0)
    assert company("ann").neighbours is None


def test_who_wants_no_neighbours_is_nobodys():
    week(ann=50, ben=40, cem=30, dan=20, eve=10, fay=5)
    wishes.switch("ann", ["neighbours"])

    near = company("ben").neighbours
    assert near is not None
    assert (near.place, near.of, near.before) == (1, 5, None)
    assert company("ann").neighbours is None


def test_switched_off_teams_are_left_out():
    Team.objects.create(id="web", name="Web shop")
    wishes.switch("ann", ["teams"])

    assert company("ann").teams == []
    assert company("ben").teams != []


def cast(number: int, *, person: str = "ann", style: str = "red-wrap", **values: Any) -> None:
    """Let somebody see the red wrap, so many minutes after noon."""
    make_photo(f"photo-{number}", state=State.SETTLED)
    fields = {"cast_at": NOON + number * MINUTE, "choice": "style", "style": style, "place": 0}
    Vote.objects.create(
        id=f"vote-{person}-{number}", photo_id=f"photo-{number}", person=person, **(fields | values)
    )


def test_a_recap_is_about_the_last_sitting_alone():
    cast(0, cast_at=NOON - 2 * DAY)
    cast(100)
    for number in range(200, 204):
        cast(number, place=-1 if number > 201 else 0)
    cast(204, audit=True)
    for number in (100, 200, 202, 204):
        make_golden(f"photo-{number}")
    now = NOON + 300 * MINUTE
    roll_up.refresh("ann", now=now)

    recap = recap_of("ann", now=now, time_zone=WHERE)

    assert recap is not None
    assert (recap.photos, recap.settled, recap.found, recap.waiting) == (5, 2, 1, 1)
    assert recap.today
    assert {badge.id for badge in recap.badges} == {"label", "needle"}


def test_nobody_has_a_recap_before_the_first_photo():
    assert recap_of("ann", now=NOON, time_zone=WHERE) is None


def test_my_numbers_know_what_i_settled_and_found():
    cast(0)
    cast(1, place=-1)
    cast(2)
    cast(3, style="blue-column")
    make_golden("photo-0", settled_at=NOON)  # by this very vote
    make_golden("photo-1", settled_at=NOON + 30 * MINUTE)
    make_golden("photo-3", settled_at=NOON + 3 * MINUTE)
    make_photo("photo-9", state=State.REMOVED)
    cast_at = NOON + 9 * MINUTE
    Vote.objects.create(id="v9", photo_id="photo-9", person="ann", choice="none", cast_at=cast_at)
    now = NOON + 60 * MINUTE
    roll_up.refresh("ann", now=now)

    numbers = mine("ann", now=now, time_zone=WHERE)

    assert [given.photo.pk for given in numbers.decided] == ["photo-0"]
    assert [given.photo.pk for given in numbers.found] == ["photo-1"]
    assert [(given.photo.pk, given.settled, given.agrees) for given in numbers.recent] == [
        ("photo-3", True, False),
        ("photo-2", False, None),
        ("photo-1", True, True),
        ("photo-0", True, True),
    ]
    assert (numbers.ever, numbers.settled, numbers.finds, numbers.points) == (5, 2, 1, 30)


def test_keys_are_remembered_when_they_can_be_used():
    wishes.switch("ann", ["points"])
    wishes.choose_keys("ann", {"one": "A"})
    with pytest.raises(wishes.BadKeys) as refusal:
        wishes.choose_keys("ann", {"one": "n"})

    assert set(refusal.value.problems) == {"one", "not_dress"}
    assert Player.objects.of("ann").wishes == {"off": ["points"], "keys": {"one": "a"}}

    wishes.choose_keys("ann", {})
    assert Player.objects.of("ann").wishes == {"off": ["points"], "keys": {}}
