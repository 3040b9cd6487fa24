"""Drift: agreement and measured accuracy by week, and what the nights had to mend."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from truther.models.audits import Audit
from truther.models.quality.accuracy import Accuracy, accuracy
from truther.models.runs import NightRun
from truther.models.trends import days_of
from truther.rules import game
from truther.rules.quality import Share

WEEKS = 12


@dataclass(slots=True)
class Week:
    """One week, Monday to Sunday."""

    monday: date
    compared: int = 0
    right: int = 0
    votes: int = 0
    nights: int = 0  # that counted everything again
    mended: int = 0  # tallies and records they found different from the votes
    audits: Counter[str] = field(default_factory=Counter)  # by state, of those drawn in the week

    @property
    def agreement(self) -> Share:
        """Votes that the golden records confirm, of those that can be compared."""
        return Share(self.right, self.compared)

    @property
    def accuracy(self) -> Accuracy:
        """What the audits drawn in this week measured."""
        return accuracy("", self.audits)


def weeks(*, now: datetime, time_zone: str) -> list[Week]:
    """Return the last WEEKS weeks, the oldest first, from the first one on that anything happened in."""
    today = game.day_of(now, time_zone)
    first = game.monday_of(today) - timedelta(weeks=WEEKS - 1)
    found: defaultdict[date, Week] = defaultdict(lambda: Week(first))
    for number in range(WEEKS):
        found[first + timedelta(weeks=number)].monday = first + timedelta(weeks=number)
    for row in days_of(first, today):
        week = found[game.monday_of(row.day)]
        week.votes, week.compared = week.votes + row.votes, week.compared + row.compared
        week.right += row.right
    begins = game.span_of(first, time_zone)[0]
    for drawn_at, state in Audit.objects.drawn_since(begins).values_list("drawn_at", "state"):
        found[game.monday_of(game.day_of(drawn_at, time_zone))].audits[state] += 1
    for night in NightRun.objects.filter(at__gte=begins).order_by("at", "pk"):
        results = {entry["name"]: entry["result"] for entry in night.stages}
        if counted := results.get("rederive"):
            week = found[game.monday_of(game.day_of(night.at, time_zone))]
            week.nights += 1
            week.mended += len(counted["drifts"])
    rows = [found[monday] for monday in sorted(found)]
    return rows[next((n for n, week in enumerate(rows) if week.votes or week.audits or week.nights), WEEKS) :]
