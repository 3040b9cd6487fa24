"""Times as whole seconds since 1970, whatever they came as."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
    if array.dtype.kind in "iu":
        return array.astype(np.int64)
    return np.array([_seconds(value, row) for row, value in enumerate(array.tolist())], np.int64)


def _seconds(value: Any, row: int) -> int:
    if isinstance(value, datetime):
        return int((value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp())
    if isinstance(value, str) and value:
        try:
            return (
                int(value) if value.lstrip("-").isdecimal() else _seconds(datetime.fromisoformat(value), row)
            )
        except ValueError:
            raise BadInteractions(
                f"row {row} has {value!r} as time: give seconds since 1970 or ISO 8601"
            ) from None
    if isinstance(value, (int, float)) and np.isfinite(value):
        return int(value)
    raise BadInteractions(f"row {row} has no time: fill it in or give no times")
