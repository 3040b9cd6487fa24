"""The test of dosed dullness: do people play longer when what is quickly said is mixed in evenly?"""

from dataclasses import dataclass
from datetime import datetime
from statistics import fmean, median

from truther.models.sessions import PlaySession
from truther.rules.quality import Difference, difference
from truther.rules.walk import Arm

MOST = 20_000  # sittings read


@dataclass(frozen=True, slots=True)
class Sittings:
    """The sittings of one arm."""

    arm: str
    n: int
    people: int
    mean: float  # votes a sitting
    median: float


@dataclass(frozen=True, slots=True)
class Arms:
    """Both arms, and how much longer a dosed sitting is, in votes; None while either has too few."""

    sittings: tuple[Sittings, ...]
    longer: Difference | None


def arms(since: datetime, *, now: datetime) -> Arms:
    """Return the votes a sitting by arm, of sittings begun in the span in which anybody voted.

    Votes are those counted at the last roll-up. The arm is drawn for each sitting: a person plays both.
    """
    begun = PlaySession.objects.begun_between(since, now).filter(votes__gt=0)
    rows = begun.order_by("-began_at", "-pk").values_list("arm", "person", "votes")[:MOST]
    votes: dict[str, list[float]] = {arm: [] for arm in Arm}
    people: dict[str, set[str]] = {arm: set() for arm in Arm}
    for arm, person, count in rows:
        if arm in votes:  # sittings from before the test have none
            votes[arm].append(count)
            people[arm].add(person)
    return Arms(
        tuple(
            Sittings(arm, len(counts), len(people[arm]), fmean(counts), median(counts))
            for arm, counts in votes.items()
            if counts
        ),
        difference(votes[Arm.PLAIN], votes[Arm.DOSED]),
    )
