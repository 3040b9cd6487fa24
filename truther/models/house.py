"""Numbers about everybody that every deal wants: counted every few seconds by each process."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.core.cache import cache

from truther.models.golden import Golden
from truther.models.photos import Photo
from truther.models.sessions import PlaySession
from truther.rules import game, walk

SECONDS = 10  # how old a number may be
ACTIVE = timedelta(minutes=5)  # whoever was dealt a card in the last minutes is at play


def settled_today(*, now: datetime, time_zone: str) -> int:
    """Photos that everybody together has settled since midnight."""
    midnight = game.midnight_before(now, time_zone)
    return _counted(
        "settled", midnight.isoformat(), now, lambda: Golden.objects.settled_since(midnight).count()
    )


def room(batch_id: str, *, now: datetime) -> int:
    """Cards that one person may hold, so that there are enough open ones for everybody at play."""
    return _counted("room", batch_id, now, lambda: _room(batch_id, now))


def _room(batch_id: str, now: datetime) -> int:
    people = len(PlaySession.objects.at_play(now - ACTIVE))
    most = walk.enough_for(people)
    return walk.room_for(Photo.objects.in_walk(batch_id)[:most].count(), people)


def _counted(what: str, of: str, now: datetime, count: Callable[[], int]) -> int:
    """Return a number of this moment's few seconds; by the caller's clock, so that a simulation repeats."""
    moment = int(now.timestamp()) // SECONDS
    counted: int | None = cache.get_or_set(f"house:{what}:{of}:{moment}", count, timeout=SECONDS)
    return count() if counted is None else counted
