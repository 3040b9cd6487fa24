"""Days are counted again from the votes: the same whoever counts them, and however often."""

from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import MINUTE, NOON
from tests.factories import make_golden
from truther.flow import roll_up
from truther.models import PersonDay, PlaySession, Serve, Vote, counting
from truther.models import compared as comparing
from truther.models.mine import pace_of

pytestmark = pytest.mark.django_db(databases=["default", "documents"])
DAY = timedelta(days=1)
EVENING = NOON + timedelta(hours=8)


def cast(number: int, choice: str = "style:red-wrap", person: str = "ann", **values: Any) -> Vote:
    """Let somebody answer one photo at the noon of the tests, so many minutes later."""
    answer, _, style = choice.partition(":")
    fields = {
        "id": f"vote-{person}-{number}",
        "photo_id": f"photo-{number}",
        "choice": answer,
        "style": style,
        "place": 0 if style else -1,
        "seconds": 2.0 + number,
        "session_id": f"sitting-{person}",
        "cast_at": NOON + number * MINUTE,
    }
    return Vote.objects.create(person=person, **(fields | values))


def settle(*numbers: int, **values: Any) -> None:
    """Settle photos as the red wrap, unless said otherwise."""
    for number in numbers:
        make_golden(f"photo-{number}", **values)


def counted(person: str = "ann") -> dict[str, Any]:
    """Return today's row of one person without its keys."""
    names = ("votes", "cant_tell", "compared", "right", "finds", "points", "seconds")
    return PersonDay.objects.filter(person=person).values(*names).get()


def test_a_day_is_what_its_votes_and_golden_records_say():
    cast(0)
    cast(1, "style:blue-column")
    cast(2, place=-1)
    cast(3, "cant_tell")
    cast(4, "not_dress")
    settle(0, 1, 2, 3)

    assert roll_up.roll_up(now=EVENING, days=2) == roll_up.RolledUp(people=1, days=2)
    assert counted() == {
        "votes": 5,
        "cant_tell": 1,
        "compared": 3,
        "right": 2,
        "finds": 1,
        "points": 2 * 10 - 5 + 15,
        "seconds": 4.0,
    }


def test_what_is_settled_later_counts_then():
    cast(0)
    roll_up.roll_up(now=NOON + MINUTE, days=1)
    before = counted()["points"]
    settle(0)

    roll_up.roll_up(now=EVENING, days=1)

    assert (before, counted()["points"]) == (0, 10)


def test_counting_twice_changes_nothing():
    for number in range(4):
        cast(number)
    settle(0, 1)
    roll_up.roll_up(now=EVENING)
    rows = list(PersonDay.objects.values())

    roll_up.roll_up(now=EVENING + 5 * MINUTE)

    assert list(PersonDay.objects.values()) == rows


def test_a_newer_count_stays_when_an_older_one_arrives_late():
    cast(0)
    roll_up.refresh("ann", now=EVENING)
    PersonDay.objects.update(votes=7)

    roll_up.roll_up(now=EVENING - MINUTE)

    assert counted()["votes"] == 7


def test_one_persons_today_is_what_the_whole_count_says():
    for person in ("ann", "ben"):
        for number in range(3):
            cast(number, person=person)
    settle(1)
    roll_up.refresh("ann", now=EVENING)
    alone = counted()

    roll_up.roll_up(now=EVENING)

    assert counted() == alone
    assert counted("ben") == alone


def test_votes_taken_back_and_experts_verdicts_do_not_count():
    cast(0, live=False, undone_at=NOON)
    cast(1, expert=True)

    assert roll_up.roll_up(now=EVENING, days=1).people == 0
    assert not PersonDay.objects.exists()


def test_a_day_on_which_nothing_stands_any_more_is_forgotten():
    vote = cast(0)
    roll_up.roll_up(now=NOON + MINUTE, days=1)
    Vote.objects.filter(pk=vote.pk).update(live=False, undone_at=NOON)

    roll_up.roll_up(now=EVENING, days=1)

    assert not PersonDay.objects.exists()


def test_none_of_these_is_no_mistake_where_the_style_was_not_among_them():
    for number, options in enumerate((["blue-column"], ["red-wrap"])):
        cast(number, "none", serve_id=f"serve-{number}")
        serve(number, options=options)
    settle(0, 1)

    roll_up.roll_up(now=EVENING, days=1)

    assert (counted()["compared"], counted()["right"]) == (1, 0)


def test_who_looks_up_the_answer_and_answers_again_earns_nothing():
    """Feedback on a known photo comes after the vote: taking it back and saying the right thing is no way."""
    cast(0, "style:blue-column", audit=True, live=False, undone_at=NOON)
    cast(0, id="vote-again", audit=True, cast_at=NOON + MINUTE)
    cast(1, "style:blue-column", live=False, undone_at=NOON)
    cast(1, id="vote-mended", cast_at=NOON + 2 * MINUTE)  # nobody knew then: a slip was mended
    cast(2, reason="bonus", late=True)
    settle(0, 1, 2)

    roll_up.roll_up(now=EVENING, days=1)

    assert (counted()["votes"], counted()["compared"], counted()["right"]) == (3, 1, 1)


def test_a_day_is_read_in_pages(monkeypatch):
    monkeypatch.setattr(comparing, "PAGE", 2)
    for number in range(5):
        cast(number, cast_at=NOON)  # the same moment: ties end in the key
    settle(0, 4)

    roll_up.roll_up(now=EVENING, days=1)

    assert (counted()["votes"], counted()["right"]) == (5, 2)


def test_sittings_learn_how_many_votes_they_came_to():
    for name in ("sitting-ann", "sitting-idle"):
        PlaySession.objects.create(id=name, person="ann", seed=1, began_at=NOON, seen_at=NOON, votes=3)
    cast(0)
    cast(1, cast_at=NOON + timedelta(hours=13))  # past midnight
    cast(2, live=False, undone_at=NOON)

    roll_up.roll_up(now=NOON + DAY)

    sitting, idle = PlaySession.objects.get(pk="sitting-ann"), PlaySession.objects.get(pk="sitting-idle")
    assert (sitting.votes, sitting.voted_at) == (2, NOON + timedelta(hours=13))
    assert (idle.votes, idle.voted_at) == (0, None)


def test_days_are_those_of_the_house():
    cast(0, cast_at=NOON + timedelta(hours=11, minutes=30))

    day = counting.count_day((NOON + DAY).date(), time_zone="Europe/Berlin")

    assert day.people["ann"].votes == 1


def test_the_pace_takes_earlier_days_as_counted_and_today_from_the_votes():
    for days_ago in (1, 2, 3):
        for number in range(30):
            cast(100 * days_ago + number, cast_at=NOON - days_ago * DAY)
    roll_up.roll_up(now=NOON)
    for number in range(3):
        cast(number)

    pace = pace_of("ann", now=EVENING, time_zone="Europe/Berlin")

    assert (pace.goal.done, pace.goal.target, pace.streak) == (3, 30, 4)


def serve(number: int, **values: Any) -> Serve:
    """Note that a photo was put before ann."""
    return Serve.objects.create(
        id=f"serve-{number}",
        session_id="sitting-ann",
        person="ann",
        photo_id=f"photo-{number}",
        number=number,
        reason="walk",
        served_at=NOON,
        **values,
    )
