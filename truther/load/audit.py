"""What the database says after a load test: nothing lost, nothing twice, nothing over its cap."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connections

from truther.models import Vote

CAP = 5  # most counted votes of a photo, as the shipped rule says


@dataclass(frozen=True, slots=True)
class Stored:
    """What is stored of one test."""

    votes: int
    twice: int  # pairs of person and photo with two votes that stand
    over_cap: int  # photos with more counted votes than the cap


def stored(*, since: datetime) -> Stored:
    """Count what was stored since a moment; on SQLite only, which is what a load test builds."""
    moment = since.replace(tzinfo=None)
    twice = "SELECT 1 FROM votes WHERE live AND cast_at >= %s GROUP BY photo_id, person HAVING count(*) > 1"
    over = (
        "SELECT 1 FROM votes WHERE photo_id IN (SELECT photo_id FROM votes WHERE cast_at >= %s)"
        " AND live AND NOT late AND NOT audit GROUP BY photo_id HAVING count(*) > %s"
    )
    return Stored(
        votes=Vote.objects.since(since).count(),
        twice=_count(twice, [moment]),
        over_cap=_count(over, [moment, CAP]),
    )


def _count(rows: str, values: Sequence[datetime | int]) -> int:
    with connections["documents"].cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({rows})", values)  # noqa: S608 (the two queries above)
        [count] = cursor.fetchone()
    return int(count)
