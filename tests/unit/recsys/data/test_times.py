from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pandas
import pytest

from recsys.data.times import as_seconds
from recsys.refusal import BadInteractions

EAST = timezone(timedelta(hours=5, minutes=30))
MIDNIGHT = 1767225600  # 2026-01-01 UTC


@pytest.mark.parametrize(
    "time",
    [
        MIDNIGHT,
        float(MIDNIGHT) + 0.9,
        str(MIDNIGHT),
        "2026-01-01",
        "2026-01-01T00:00:00Z",
        "2026-01-01 05:30:00+05:30",
        datetime(2026, 1, 1),  # noqa: DTZ001  no zone: UTC
        datetime(2026, 1, 1, 5, 30, tzinfo=EAST),
        date(2026, 1, 1),
        np.datetime64("2026-01-01T00:00:00.900"),
        pandas.Timestamp("2026-01-01T05:30", tz="Asia/Kolkata"),
        np.uint64(MIDNIGHT),
    ],
)
def test_one_moment_in_every_writing_is_one_second(time):
    assert as_seconds([time]).tolist() == [MIDNIGHT]


def test_moments_before_1970_are_rounded_down_too():
    assert as_seconds([-0.5, datetime(1969, 12, 31, 23, 59, 59, 500_000, tzinfo=UTC)]).tolist() == [-1, -1]


@pytest.mark.parametrize(
    "missing",
    [None, "", float("nan"), pandas.NaT, pandas.NA, np.datetime64("NaT"), np.datetime64("NaT", "D")],
)
def test_a_missing_time_is_refused_with_its_row(missing):
    with pytest.raises(BadInteractions, match="row 1 has no time"):
        as_seconds([0, missing])


@pytest.mark.parametrize("bad", ["soon", "--5", "2026-13-01", float("inf"), True, b"2026", 1e300, 2**70])
def test_what_is_no_time_is_refused_with_its_row(bad):
    with pytest.raises(BadInteractions, match=r"row 1 has .* as time"):
        as_seconds([0, bad])


def test_unsigned_seconds_past_what_64_bits_hold_do_not_turn_negative():
    with pytest.raises(BadInteractions, match="row 1 has 18446744073709551615 as time"):
        as_seconds(np.array([0, 2**64 - 1], np.uint64))
