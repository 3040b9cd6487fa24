"""A person among others: the teams of this week, and the neighbours of whoever is in the upper half."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from truther.models.days import PersonDay
from truther.models.players import Player, Team
from truther.rules import game

FEWEST = 4  # people at play before a ranking says anything


@dataclass(slots=True)
class Sum:
    """What somebody came to in a week."""

    votes: int = 0
    points: int = 0


@dataclass(frozen=True, slots=True)
class TeamWeek:
    """One team's week; a head is somebody of the team who played."""

    name: str
    people: int
    votes: int
    points: int
    mine: bool

    @property
    def per_head(self) -> float:
        """Points for each one who played: a small team is not beaten by its size."""
        return self.points / self.people if self.people else 0.0


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Who comes before or after, and with how many points."""

    person: str
    points: int


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Where somebody of the upper half stands this week."""

    place: int  # 1 is the first
    of: int
    before: Neighbour | None
    after: Neighbour | None


def week_sums(first: date, last: date) -> dict[str, Sum]:
    """Return what everybody came to in these days, by person."""
    sums: defaultdict[str, Sum] = defaultdict(Sum)
    rows = PersonDay.objects.between(first, last).values_list("person", "votes", "points")
    for person, votes, points in rows:
        sums[person].votes += votes
        sums[person].points += points
    return dict(sums)


def teams_of(team_id: str, sums: Mapping[str, Sum]) -> list[TeamWeek]:
    """Return every team's week, the most points for each head first; `team_id` is the person's own."""
    members: defaultdict[str, list[Sum]] = defaultdict(list)
    for person, team in Player.objects.exclude(team_id="").values_list("person", "team_id"):
        if person in sums:
            members[team].append(sums[person])
    weeks = [
        TeamWeek(
            name=str(team),
            people=len(members[team.pk]),
            votes=sum(each.votes for each in members[team.pk]),
            points=sum(each.points for each in members[team.pk]),
            mine=team.pk == team_id,
        )
        for team in Team.objects.order_by("pk")
    ]
    return sorted(weeks, key=lambda week: (-week.per_head, -week.votes, week.name))


def neighbours_of(person_id: str, sums: Mapping[str, Sum]) -> Neighbours | None:
    """Return who is just before and after a person of the upper half; None for everybody else.

    A full ranking spurs the first few and discourages the rest. Whoever does not want neighbours is nobody's.
    """
    known = Player.objects.by_person(sums)
    willing = [person for person in sums if person not in known or known[person].enjoys("neighbours")]
    ranked = sorted(willing, key=lambda person: (-sums[person].points, -sums[person].votes, person))
    if person_id not in ranked or len(ranked) < FEWEST:
        return None
    at = ranked.index(person_id)
    if 2 * at >= len(ranked) or not sums[person_id].points:
        return None
    before = Neighbour(ranked[at - 1], sums[ranked[at - 1]].points) if at else None
    after = Neighbour(ranked[at + 1], sums[ranked[at + 1]].points)
    return Neighbours(at + 1, len(ranked), before, after)


@dataclass(frozen=True, slots=True)
class Company:
    """A person's week among others."""

    team: TeamWeek | None  # the person's own
    teams: list[TeamWeek]
    neighbours: Neighbours | None


def company_of(person_id: str, *, now: datetime, time_zone: str) -> Company:
    """Return a person's week among others, as last counted; what the person does without is left out."""
    today = game.day_of(now, time_zone)
    player = Player.objects.of(person_id)
    teams, near = player.enjoys("teams"), player.enjoys("neighbours")
    sums = week_sums(game.monday_of(today), today) if teams or near else {}
    weeks = teams_of(player.team_id, sums) if teams else []
    own = next((week for week in weeks if week.mine), None)
    return Company(own, weeks, neighbours_of(person_id, sums) if near else None)
