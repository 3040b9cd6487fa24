"""One simulation from beginning to end, over the throw-away folder that the settings name."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from truther.config import config
from truther.flow import settle
from truther.models import VoteRule
from truther.simulate import people as crowd
from truther.simulate.checks import broken
from truther.simulate.client import Api
from truther.simulate.furnish import furnish
from truther.simulate.measure import Figures, measure
from truther.simulate.nights import end_of_day
from truther.simulate.people import Sitting
from truther.simulate.plan import Plan
from truther.simulate.play import Ledger, Table, play
from truther.simulate.server import served
from truther.simulate.world import invent

Say = Callable[[str], None]


class NotThrowAway(RuntimeError):
    """The settings name databases that are not this simulation's own."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long the play took, on the real clock; nothing else of a result differs between two runs."""

    seconds: float
    votes_per_second: float


@dataclass(frozen=True, slots=True)
class Result:
    """What one simulation came to."""

    plan: Plan
    serves: int
    repeats: int
    ended_early: int  # sittings that ended because nothing was open for the person
    figures: Figures
    broken: list[str]  # a sentence for each promise that was not kept
    pace: Pace


def simulate(plan: Plan, *, say: Say) -> Result:
    """Invent a world, let people play through the web process, and measure.

    Args:
        say: is told about each day that is over.

    Raises:
        NotThrowAway: a database beside the folder is set.
    """
    if config.mongodb_uri or config.database_url:
        raise NotThrowAway(
            "A simulation keeps to a folder of its own: take the databases out of .env "
            "(TRUTHER_MONGODB_URI, TRUTHER_DATABASE_URL)."
        )
    world, people = invent(plan), crowd.hire(plan)
    everything = {truth.photo_id: truth for truth in (*world.known, *world.photos)}
    invitations, ledger, drifts = furnish(world, people, plan), Ledger(), 0
    say(f"{len(people)} people and {len(world.photos)} photos are there; the web process starts")
    with served() as url, Api(url) as api:
        table = Table(api, everything, invitations, {}, ledger, plan.seed)
        began = time.monotonic()
        for midnight, sittings in _days(crowd.timetable(people, plan), plan):
            play(sittings, table)
            drifts += end_of_day(everything, midnight)
            say(f"{midnight:%A %d}: {len(ledger.acknowledged)} votes so far")
        seconds = time.monotonic() - began
    now = plan.working_day(plan.days)
    drifts += len(settle.rederive(now=now).drifts)
    return Result(
        plan=plan,
        serves=len(ledger.delivered),
        repeats=len(ledger.repeats),
        ended_early=ledger.ended_early,
        figures=measure({truth.photo_id: truth for truth in world.photos}, people, seed=plan.seed),
        broken=broken(ledger, rule=VoteRule.objects.active_rule(now=now), drifts=drifts),
        pace=Pace(round(seconds, 1), round(len(ledger.acknowledged) / seconds, 1)),
    )


def _days(sittings: Sequence[Sitting], plan: Plan) -> Iterator[tuple[datetime, list[Sitting]]]:
    """Return the sittings of each working day, also where there are none, by the day's midnight."""
    for number in range(plan.days):
        midnight = plan.working_day(number)
        yield midnight, [each for each in sittings if each.begins_at.date() == midnight.date()]
