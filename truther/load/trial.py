"""One load test from beginning to end, over the folder that the settings name."""

import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from math import ceil

from django.db import connections

from truther.config import config
from truther.engine import prepare
from truther.load.audit import stored
from truther.load.crowd import Log, Pace, play
from truther.load.furnish import Size, furnish, person
from truther.load.server import database, served, sign_in

MARK = "load.json"  # lies in every folder that a load test built


class NotOurs(Exception):
    """The folder holds something that no load test has built; the text says so."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What one crowd came to; times in milliseconds."""

    photos: int
    votes_before: int
    people: int
    seconds: float
    outbox: int
    requests: int
    vote_p50: float
    vote_p95: float
    refill_p50: float
    refill_p95: float
    cards_a_refill: float
    kept: int
    late: int
    refused: int
    loops_a_second: float
    errors: tuple[str, ...]
    lost: int  # confirmed, but not stored
    repeats: int  # photos that came to a person twice, on the page or in the database
    over_cap: int
    dry: int  # times that somebody had nothing to do
    load_average: float

    @property
    def clean(self) -> bool:
        """Whether nothing went wrong, however long it took."""
        return not (self.errors or self.lost or self.repeats or self.over_cap or self.refused)


def stand_up(size: Size, say: Callable[[str], None]) -> None:
    """Build the house, unless it stands.

    Raises:
        NotOurs: the folder holds another house.
    """
    mark = config.data_dir / MARK
    if mark.exists():
        if json.loads(mark.read_text()) != asdict(size):
            raise NotOurs(f"{config.data_dir} holds a house of another size: {mark.read_text()}")
        return
    begun = mark.with_suffix(".begun")
    if database().exists() and not begun.exists():
        raise NotOurs(f"{config.data_dir} holds a database that no load test has built.")
    database().unlink(missing_ok=True)  # of a build that was interrupted
    begun.touch()
    began = time.monotonic()
    prepare.migrate()
    connections.close_all()
    prepare.collect_static()
    furnish(database(), size, now=time.time())
    mark.write_text(json.dumps(asdict(size)))
    gigabytes = database().stat().st_size / 1e9
    took = time.monotonic() - began
    say(f"built {size.photos:,} photos and {size.votes:,} votes in {took:.0f} s: {gigabytes:.1f} GB")


def load(size: Size, paces: Sequence[Pace], *, people: int, processes: int) -> list[Trial]:
    """Let people play at each pace in turn, against one server."""
    sessions = sign_in([person(number) for number in range(people)])
    trials = []
    with served() as port:
        for pace in paces:
            since, began = datetime.now(UTC), time.monotonic()
            log = play(port, sessions, pace, processes=processes)
            trials.append(_trial(size, pace, people, log, time.monotonic() - began, since))
    return trials


def _trial(size: Size, pace: Pace, people: int, log: Log, took: float, since: datetime) -> Trial:
    counted = stored(since=since)
    confirmed = log.given["kept"] + log.given["late"]
    return Trial(
        photos=size.photos,
        votes_before=size.votes,
        people=people,
        seconds=round(took, 1),
        outbox=pace.outbox,
        requests=len(log.votes) + len(log.refills),
        vote_p50=_milliseconds(log.votes, 0.5),
        vote_p95=_milliseconds(log.votes, 0.95),
        refill_p50=_milliseconds(log.refills, 0.5),
        refill_p95=_milliseconds(log.refills, 0.95),
        cards_a_refill=round(log.dealt / max(len(log.refills), 1), 1),
        kept=log.given["kept"],
        late=log.given["late"],
        refused=log.given.total() - confirmed,
        loops_a_second=round(confirmed / pace.seconds, 1),
        errors=tuple(log.errors),
        lost=max(confirmed - counted.votes, 0),
        repeats=log.repeats + counted.twice,
        over_cap=counted.over_cap,
        dry=log.dry,
        load_average=round(os.getloadavg()[0], 1),
    )


def _milliseconds(times: Sequence[float], share: float) -> float:
    if not times:
        return 0.0
    return round(sorted(times)[ceil(share * len(times)) - 1] * 1000, 1)
