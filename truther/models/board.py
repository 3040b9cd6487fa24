"""The board: who helped how much, and how well, over a span of days."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from truther.models.days import PersonDay
from truther.models.players import Player, Team
from truther.rules.ranking import surely, weighted_median

NO_TEAM = ""


@dataclass(slots=True)
class Sum:
    """What one person, or one team, did in a span of days."""

    name: str
    votes: int = 0
    compared: int = 0
    right: int = 0
    finds: int = 0
    points: int = 0
    times: list[tuple[float, int]] = field(default_factory=list)  # median of a day, votes of that day

    def add(self, votes: int, compared: int, right: int, finds: int, points: int) -> None:
        """Add one day, or one member."""
        self.votes += votes
        self.compared += compared
        self.right += right
        self.finds += finds
        self.points += points

    @property
    def agreement(self) -> float | None:
        """Share of the votes that golden records confirm, in [0, 1]; None before any can be compared."""
        return self.right / self.compared if self.compared else None

    @property
    def seconds(self) -> float | None:
        """Typical time for an answer in seconds: the median day, where a day weighs as much as its votes."""
        return weighted_median(self.times)


@dataclass(slots=True)
class Line(Sum):
    """One person on the board."""

    team_id: str = NO_TEAM
    team: str = ""
    accuracy: float | None = None  # estimated; None while it would be the prior alone
    answers_known: int = 0


@dataclass(slots=True)
class TeamLine(Sum):
    """One team on the board: the sum of its people."""

    people: int = 0


# Each order puts the best first; quality goes by what is sure, so that one lucky answer does not lead.
ORDERS: Mapping[str, Callable[[Line], float]] = {
    "votes": lambda line: line.votes,
    "agreement": lambda line: surely(line.right, line.compared),
    "points": lambda line: line.points,
    "finds": lambda line: line.finds,
    "accuracy": lambda line: line.accuracy or 0.0,
}


def people(first: date | None, last: date, *, order: str = "votes") -> list[Line]:
    """Return everybody who voted from one day (None: ever) to another, both included, in one of ORDERS."""
    lines: dict[str, Line] = {}
    for person, votes, compared, right, finds, points, seconds in _days(first, last):
        line = lines.setdefault(person, Line(person))
        line.add(votes, compared, right, finds, points)
        if seconds is not None:
            line.times.append((seconds, votes))
    _introduce(lines)
    return sorted(lines.values(), key=lambda line: (-ORDERS[order](line), line.name))


def teams(lines: Iterable[Line]) -> list[TeamLine]:
    """Return the teams of these people, most votes first."""
    sums: dict[str, TeamLine] = {}
    for line in lines:
        if line.team_id:
            team = sums.setdefault(line.team_id, TeamLine(line.team))
            team.add(line.votes, line.compared, line.right, line.finds, line.points)
            team.times += line.times
            team.people += 1
    return sorted(sums.values(), key=lambda team: (-team.votes, team.name))


def _days(first: date | None, last: date) -> Iterable[tuple[str, int, int, int, int, int, float | None]]:
    days = PersonDay.objects.filter(day__lte=last)
    if first is not None:
        days = days.filter(day__gte=first)
    return days.values_list("person", "votes", "compared", "right", "finds", "points", "seconds")


def _introduce(lines: Mapping[str, Line]) -> None:
    names = {team.pk: str(team) for team in Team.objects.all()}
    for person, player in Player.objects.by_person(lines).items():
        line = lines[person]
        line.team_id, line.team = player.team_id, names.get(player.team_id, player.team_id)
        line.answers_known = player.answers_known
        line.accuracy = player.accuracy if player.answers_known else None
