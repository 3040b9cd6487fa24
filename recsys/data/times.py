"""Times as whole seconds since 1970, whatever they came as."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from math import floor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys.data.ids import is_missing, whole
from recsys.refusal import BadInteractions


def as_seconds(values: Iterable[Any]) -> NDArray[np.int64]:
    """Seconds since 1970-01-01 UTC.

    Raises:
        BadInteractions: a time is missing or not a time; its row is named.
    """
    array = values if isinstance(values, np.ndarray) else np.array(list(values), dtype=object)
    if array.dtype.kind == "M":
        if np.isnat(array).any():
            raise BadInteractions(
                f"row {int(np.argmax(np.isnat(array)))} has no time: fill it in or give no times"
            )
        return array.astype("datetime64[s]").astype(np.int64)
    if array.dtype.kind == "i":
        return array.astype(np.int64)
    return np.array([_checked(value, row) for row, value in enumerate(array.tolist())], np.int64)


def _checked(value: Any, row: int) -> int:
    if is_missing(value):
        raise BadInteractions(f"row {row} has no time: fill it in or give no times")
    try:
        seconds = _seconds(value)
    except (TypeError, ValueError, OverflowError):
        raise BadInteractions(
            f"row {row} has {value!r} as time: give seconds since 1970 or ISO 8601"
        ) from None
    if not -(2**63) <= seconds < 2**63:
        raise BadInteractions(f"row {row} has {value!r} as time: that is no second that 64 bits hold")
    return seconds


def _seconds(value: Any) -> int:
    """Whole seconds, rounded down; ValueError, TypeError or OverflowError for what is no time."""
    if isinstance(value, datetime):
        return floor((value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp())
    if isinstance(value, date):
        return _seconds(datetime(value.year, value.month, value.day, tzinfo=UTC))
    if isinstance(value, np.datetime64):
        return int(value.astype("datetime64[s]").astype(np.int64))
    if isinstance(value, str):
        number = whole(value)
        return _seconds(datetime.fromisoformat(value)) if number is None else number
    if isinstance(value, bool):
        raise TypeError("true and false are no times")
    seconds: int = floor(value)
    return seconds
