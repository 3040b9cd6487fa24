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
        BadRequest: this is a simulation and the header holds no time in ISO 8601.
    """
    said = request.headers.get(HEADER) if config.simulated_clock else None
    if said is None:
        return timezone.now()
    try:
        return datetime.fromisoformat(said).astimezone(UTC)
    except ValueError as error:
        raise BadRequest(f"{HEADER} is no time in ISO 8601: {said[:40]}") from error
