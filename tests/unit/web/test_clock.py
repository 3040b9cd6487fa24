"""What time it is for a request."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import BadRequest
from django.test import RequestFactory
from django.utils import timezone

from truther.config import Config
from truther.web import clock

LONG_AGO = "2026-03-02T12:00:00.250000+01:00"


@pytest.fixture
def simulated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "config", Config(simulated_clock=True))


def test_in_a_simulation_it_is_what_the_request_says(simulated):
    request = RequestFactory().get("/", headers={"X-Truther-Now": LONG_AGO})

    assert clock.now_for(request) == datetime(2026, 3, 2, 11, 0, 0, 250_000, tzinfo=UTC)


def test_a_request_of_a_simulation_that_says_nothing_gets_the_real_time(simulated):
    assert abs(clock.now_for(RequestFactory().get("/")) - timezone.now()) < timedelta(minutes=1)


@pytest.mark.parametrize(
    "said", ["noon", "", "2026-13-01T00:00:00+00:00", "2026-03-02T12:00:00", "0001-01-01T00:00:00+14:00"]
)
def test_what_is_no_time_is_refused(simulated, said):
    with pytest.raises(BadRequest, match="X-Truther-Now is no time"):
        clock.now_for(RequestFactory().get("/", headers={"X-Truther-Now": said}))


def test_outside_a_simulation_nobody_tells_the_server_what_time_it_is():
    request = RequestFactory().get("/", headers={"X-Truther-Now": LONG_AGO})

    assert abs(clock.now_for(request) - timezone.now()) < timedelta(minutes=1)
