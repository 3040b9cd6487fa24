"""The house's days are counted again from what people did, however often, and alike on every database."""

from datetime import date, timedelta

import pytest

from tests.conftest import NOON
from tests.factories import make_batch, make_golden, make_photo
from truther.flow import roll_up
from truther.models import DaySum, Golden, PersonDay, Photo, Vote, backlog, trends
from truther.models.days import person_day_id
from truther.models.photos import State
from truther.rules.forecast import CannotTell

pytestmark = pytest.mark.django_db(databases=["default", "documents"])
DAY = timedelta(days=1)
TODAY = NOON.date()  # a Saturday
DONE = ("votes", "people", "compared", "right", "settled", "not_dress")


def played(person: str, day: date, **values: int) -> None:
    PersonDay.objects.create(id=person_day_id(person, day), person=person, day=day, counted_at=NOON, **values)


def count(day: date = TODAY) -> None:
    trends.count_day(day, now=NOON, time_zone="UTC")


def test_a_day_is_the_sum_of_its_people_and_of_what_was_settled():
    played("ann", TODAY, votes=9, compared=5, right=4)
    played("ben", TODAY, votes=3, compared=2, right=2)
    played("cem", TODAY, votes=0)
    played("ann", TODAY - DAY, votes=100)
    for number, verdict in enumerate(("style", "not_dress", "not_dress")):
        make_golden(f"photo-{number}", verdict=verdict, settled_at=NOON)
    make_golden("yesterdays", settled_at=NOON - DAY)

    count()

    assert DaySum.objects.values_list(*DONE).get() == (12, 2, 7, 6, 3, 2)


def test_counting_again_says_the_same_and_follows_what_was_undone():
    make_golden("photo-1", settled_at=NOON)
    count()
    first = DaySum.objects.values().get()
    count()
    assert DaySum.objects.values().get() == first

    Golden.objects.all().delete()
    count()

    assert DaySum.objects.get().settled == 0


def test_an_older_count_never_overwrites_a_newer_one():
    played("ann", TODAY, votes=9)
    count()
    PersonDay.objects.all().delete()

    trends.count_day(TODAY, now=NOON - timedelta(minutes=5), time_zone="UTC")

    assert DaySum.objects.get().votes == 9


def test_a_day_belongs_to_the_time_zone_of_the_house():
    make_golden("late", settled_at=NOON.replace(hour=23, minute=30))

    trends.count_day(TODAY + DAY, now=NOON + DAY, time_zone="Europe/Berlin")

    assert DaySum.objects.get(day=TODAY + DAY).settled == 1


def test_what_is_left_is_measured_and_stays_as_it_was_measured():
    for number, (state, batch) in enumerate(
        [("open", "batch-00001")] * 2 + [("open", ""), ("contested", "b")]
    ):
        make_photo(f"photo-{number}", state=State(state), batch_id=batch)
    trends.measure(now=NOON, time_zone="UTC")
    assert DaySum.objects.values_list("open", "contested", "waiting").get() == (2, 1, 1)

    Photo.objects.update(state=State.SETTLED)
    count()

    assert DaySum.objects.values_list("open", "contested", "waiting").get() == (2, 1, 1)


def test_the_roll_up_measures_and_a_page_does_not():
    make_photo("photo-1")

    roll_up.freshen(now=NOON)
    assert DaySum.objects.get().open is None

    roll_up.roll_up(now=NOON, days=1)
    assert DaySum.objects.get().open == 1


def test_days_before_anybody_played_have_no_row():
    count(TODAY - 9 * DAY)

    assert not DaySum.objects.exists()


def test_days_of_rest_are_in_the_chart():
    played("ann", TODAY, votes=2)
    played("ann", TODAY - 2 * DAY, votes=1)
    for back in range(3):
        count(TODAY - back * DAY)

    days = trends.days_of(TODAY - 3 * DAY, TODAY)

    assert [(day.day.day, day.votes) for day in days] == [(11, 0), (12, 1), (13, 0), (14, 2)]
    assert days[0].open is None


def test_the_roll_up_counts_the_house_from_the_votes():
    for number in range(3):
        make_photo(f"photo-{number}")
        Vote.objects.create(
            id=f"vote-{number:05}",
            photo_id=f"photo-{number}",
            person="ann",
            choice="none",
            cast_at=NOON - DAY,
        )

    roll_up.roll_up(now=NOON, days=3)

    assert [(row.day, row.votes, row.people) for row in DaySum.objects.order_by("day")] == [
        (TODAY - DAY, 3, 1),
        (TODAY, 0, 0),
    ]


def test_pages_count_today_once_a_minute():
    roll_up.freshen(now=NOON)
    Vote.objects.create(id="vote-00001", photo_id="p", person="ann", choice="none", cast_at=NOON)

    roll_up.freshen(now=NOON + timedelta(seconds=30))
    assert DaySum.objects.get().votes == 0

    roll_up.freshen(now=NOON + timedelta(seconds=90))
    assert DaySum.objects.get().votes == 1


def test_progress_counts_the_states_of_the_open_batch():
    make_batch(1)
    for number, state in enumerate((State.OPEN, State.OPEN, State.CONTESTED, State.SETTLED)):
        make_photo(f"photo-{number}", state=state)
    make_photo("elsewhere", batch_id="")

    progress = backlog.progress()

    assert progress is not None
    assert (progress.open, progress.contested, progress.settled) == (2, 1, 1)
    assert progress.share == 0.25


def test_the_outlook_rests_on_working_days_since_the_beginning():
    for back in (2, 3, 4):  # Thursday, Wednesday, Tuesday
        DaySum.objects.note(TODAY - back * DAY, {"settled": 20}, now=NOON)
    DaySum.objects.note(TODAY, {"settled": 500}, now=NOON)

    made = backlog.outlook(60, today=TODAY)

    assert (made.days, made.pace) == (4, 20)  # Friday is a working day without play
    assert made.done_on == date(2026, 3, 18)


def test_without_a_past_there_is_no_outlook():
    with pytest.raises(CannotTell, match="no day has been counted"):
        backlog.outlook(60, today=TODAY)
