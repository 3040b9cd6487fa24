"""Milestones, each with one drawn badge: for perseverance, for rare finds, for seeing what others see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from truther.rules.game import DayPlayed, whole_week


@dataclass(frozen=True, slots=True)
class Badge:
    """One milestone; `id` also names its drawing in templates/people/badges."""

    id: str
    title: str
    words: str  # what it is given for
    of: str = ""  # the count it rests on, a field of DayPlayed; empty: a week without a miss
    at: int = 1  # how many of them


@dataclass(frozen=True, slots=True)
class Held:
    """A badge, and how far somebody has come with it."""

    badge: Badge
    since: date | None  # the day on which it was earned; None: not yet
    done: int  # of `badge.at`

    @property
    def left(self) -> int:
        """How many are missing."""
        return max(0, self.badge.at - self.done)


BADGES = (
    Badge("button", "First button", "10 photos answered", "votes", 10),
    Badge("spool", "Whole spool", "50 photos answered", "votes", 50),
    Badge("hanger", "On the hanger", "100 photos answered", "votes", 100),
    Badge("dress", "The keenest", "350 photos: as many as the keenest of the proof of concept", "votes", 350),
    Badge("gown", "Ball gown", "1,000 photos answered", "votes", 1000),
    Badge("rail", "The whole rail", "3,281 photos: the whole proof of concept, alone", "votes", 3281),
    Badge("label", "First label", "the first photo settled as you said", "right", 1),
    Badge("tape", "Well measured", "ten photos settled as you said", "right", 10),
    Badge("needle", "Needle in the haystack", "a style you named, and nobody had offered", "finds", 1),
    Badge("pins", "Full week", "every weekday of a week, without a miss"),
)


def held(days: Sequence[DayPlayed]) -> list[Held]:
    """Return every badge, in the order above, with the day it was earned.

    Args:
        days: every day played, oldest first.
    """
    return [_counted(badge, days) if badge.of else _full_week(badge, days) for badge in BADGES]


def _counted(badge: Badge, days: Sequence[DayPlayed]) -> Held:
    totals = list(accumulate(getattr(day, badge.of) for day in days))
    since = next((day.day for day, total in zip(days, totals, strict=True) if total >= badge.at), None)
    return Held(badge, since, totals[-1] if totals else 0)


def _full_week(badge: Badge, days: Sequence[DayPlayed]) -> Held:
    since = whole_week([day.day for day in days])
    return Held(badge, since, int(since is not None))
