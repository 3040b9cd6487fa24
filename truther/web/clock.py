"""What time it is for a request: the real time, or in a simulation what the request says."""

from datetime import UTC, datetime

from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.utils import timezone

from truther.config import config

HEADER = "X-Truther-Now"


def now_for(request: HttpRequest) -> datetime:
    """Return the aware moment at which a request happens.

    Raises:
        BadRequest: this is a simulation and the header holds no time in ISO 8601 with a zone.
    """
    said = request.headers.get(HEADER) if config.simulated_clock else None
    if said is None:
        return timezone.now()
    try:
        moment = datetime.fromisoformat(said)
        if moment.tzinfo is None:
            raise ValueError("a time without a zone is no moment")
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadRequest(f"{HEADER} is no time in ISO 8601 with a zone: {said[:40]}") from error
