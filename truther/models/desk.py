"""What waits for an admin."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from truther.models.audits import Audit
from truther.models.photos import Photo
from truther.models.runs import NightRun, NightState

MANY = 1000  # more than that are not counted
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Desk:
    """Counts of what waits; at most MANY each."""

    contested: int
    disputed: int
    failed_nights: int  # of the last seven days


def waiting(*, now: datetime) -> Desk:
    """Return what waits for an admin just now."""
    nights = NightRun.objects.filter(at__gte=now - WEEK, state=NightState.FAILED)
    return Desk(
        contested=Photo.objects.contested()[:MANY].count(),
        disputed=Audit.objects.disputed()[:MANY].count(),
        failed_nights=nights.count(),
    )
