"""Milestones are reached on a day and kept."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from truther.rules.badges import BADGES, held
from truther.rules.game import DayPlayed

MONDAY = date(2026, 3, 9)
DRAWINGS = Path(__file__).parents[3] / "templates" / "people" / "badges"


def days(*votes: int, **more: int) -> list[DayPlayed]:
    """Return so many days from a Monday on, with so many votes each."""
    return [DayPlayed(MONDAY + timedelta(days=number), count, **more) for number, count in enumerate(votes)]


def since(played: list[DayPlayed]) -> dict[str, date]:
    return {each.badge.id: each.since for each in held(played) if each.since}


def test_nobody_begins_with_a_badge():
    assert since([]) == {}


def test_a_milestone_is_reached_on_the_day_that_makes_it_full():
    assert since(days(6, 3, 1, 40)) == {
        "button": MONDAY + timedelta(days=2),
        "spool": MONDAY + timedelta(days=3),
    }


@pytest.mark.parametrize(
    ("votes", "badge"),
    [(10, "button"), (50, "spool"), (100, "hanger"), (350, "dress"), (1000, "gown"), (3281, "rail")],
)
def test_each_milestone_has_its_number_of_photos(votes, badge):
    assert badge not in since(days(votes - 1))
    assert since(days(votes))[badge] == MONDAY


def test_what_others_confirm_has_badges_of_its_own():
    assert set(since(days(1, compared=1, right=1))) == {"label"}
    assert set(since(days(1, 1, compared=5, right=5, finds=1))) == {"label", "tape", "needle"}


def test_a_full_week_needs_all_five_weekdays():
    assert "pins" not in since(days(1, 1, 1, 1))
    assert since(days(1, 1, 1, 1, 1))["pins"] == MONDAY + timedelta(days=4)
    assert "pins" not in since([day for day in days(1, 1, 1, 1, 1, 1) if day.day.weekday() != 2])


def test_what_is_missing_is_counted():
    [button, spool, *_] = held(days(7))

    assert (button.left, spool.left) == (3, 43)


def test_every_badge_is_drawn_and_nothing_else_is():
    assert {path.stem for path in DRAWINGS.glob("*.svg")} == {badge.id for badge in BADGES}
