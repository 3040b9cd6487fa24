"""Count a day again from its votes: what each person did, and how many votes each sitting came to."""

from array import array
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from truther.models.compared import Cast, in_pages, judged, votes_between
from truther.models.votes import Choice
from truther.rules import game


@dataclass(slots=True)
class PersonCount:
    """One person's day while it is counted."""

    votes: int = 0
    cant_tell: int = 0
    compared: int = 0
    right: int = 0
    finds: int = 0
    times: "array[float]" = field(default_factory=lambda: array("d"))

    def add(self, vote: Cast, right: bool | None) -> None:
        """Count one live vote; `right` is None when it cannot be compared."""
        self.votes += 1
        self.cant_tell += vote.choice == Choice.CANT_TELL
        if vote.seconds is not None:
            self.times.append(vote.seconds)
        if right is not None:
            self.compared += 1
            self.right += right
            self.finds += right and vote.named

    def values(self) -> dict[str, Any]:
        """Return the fields of a PersonDay."""
        counted = {"compared": self.compared, "right": self.right, "finds": self.finds}
        return {
            "votes": self.votes,
            "cant_tell": self.cant_tell,
            "points": game.points_of(**counted),
            "seconds": game.median_seconds(self.times),
            **counted,
        }


@dataclass(slots=True)
class SittingCount:
    """One sitting while it is counted."""

    votes: int
    voted_at: datetime


@dataclass(slots=True)
class DayCount:
    """One day, counted."""

    people: dict[str, PersonCount] = field(default_factory=dict)
    sittings: dict[str, SittingCount] = field(default_factory=dict)

    def add(self, vote: Cast, right: bool | None) -> None:
        """Count one live vote."""
        self.people.setdefault(vote.person, PersonCount()).add(vote, right)
        if vote.session_id:
            sitting = self.sittings.setdefault(vote.session_id, SittingCount(0, vote.cast_at))
            sitting.votes, sitting.voted_at = sitting.votes + 1, vote.cast_at


def count_day(day: date, *, time_zone: str, person_id: str = "") -> DayCount:
    """Count one day of everybody, or of one person; memory grows with the people, not with the votes."""
    votes = votes_between(*game.span_of(day, time_zone))
    counted, taken_back = DayCount(), set[tuple[str, str]]()
    for page in in_pages(votes.filter(person=person_id) if person_id else votes):
        # An answer taken back comes before the one given in its place: the votes are in order.
        taken_back |= {(vote.person, vote.photo_id) for vote in page if not vote.live}
        live = [vote for vote in page if vote.live]
        right = judged(live, taken_back)
        for vote in live:
            counted.add(vote, right.get(vote.id))
    return counted
