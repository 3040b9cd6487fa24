"""The API against its own schema: generated requests, right and wrong, get only answers it promises."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from knox.models import AuthToken
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from tests.factories import make_golden, make_photo, make_style
from truther.wsgi import application

pytestmark = pytest.mark.django_db(databases=["default", "documents"])
CHECKS = [
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
]


def wrong_items_are_refused(context: Any, response: Any, case: Any) -> None:
    """A batch is taken although an item of it breaks the schema: that one is refused, alone."""
    if response.status_code == 200 and case.path == "/api/v1/votes":
        assert "refused" in [receipt["state"] for receipt in response.json()["receipts"]]
    elif response.status_code == 200 and case.media_type == "application/json":
        assert any("detail" in result for result in response.json()["results"])
    elif response.status_code == 200 and case.media_type == "application/x-ndjson":
        assert all("detail" in json.loads(line) for line in response.content.splitlines())
    else:
        negative_data_rejection(context, response, case)


WRONG_BATCHES = {
    ("POST /api/v1/votes", GenerationMode.NEGATIVE),
    ("POST /api/v1/identify", GenerationMode.NEGATIVE),
}


@pytest.fixture
def kept_open() -> Iterator[None]:
    """Leave the test's own connections open, as Django's test client does between requests."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def token(ann, kept_open) -> str:
    make_style("red-wrap", images=["ab" * 32])
    photo = make_photo("p1", rights="granted")
    make_golden(photo.id, taken_at=photo.taken_at)
    return str(AuthToken.objects.create(ann)[1])


SCHEMA = schemathesis.openapi.from_wsgi("/api/schema/?format=json", application)
OPERATIONS: dict[str, Any] = {
    found.ok().label: found.ok() for found in SCHEMA.get_all_operations() if isinstance(found, Ok)
}


# Any text is a right sku and a right photo: nothing about these two can be wrong.
NEVER_WRONG = {"GET /api/v1/styles/{sku}", "GET /api/v1/photos/{photo_id}/image"}
REQUESTS = [(label, GenerationMode.POSITIVE) for label in OPERATIONS] + [
    (label, GenerationMode.NEGATIVE) for label in OPERATIONS if label not in NEVER_WRONG
]


@pytest.mark.parametrize(
    ("label", "mode"), REQUESTS, ids=[f"{label} {mode.value}" for label, mode in REQUESTS]
)
def test_the_api_answers_as_its_schema_says(label, mode, token, model_process):
    rejection = wrong_items_are_refused if (label, mode) in WRONG_BATCHES else negative_data_rejection

    @settings(
        max_examples=10,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=OPERATIONS[label].as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        cache.clear()
        case.call_and_validate(headers={"authorization": f"Token {token}"}, checks=[*CHECKS, rejection])

    ask()


def test_the_schema_names_every_address_and_how_to_get_in(client):
    schema = client.get("/api/schema/?format=json").json()

    assert sorted(schema["paths"]) == [
        "/api/v1/cards",
        "/api/v1/golden",
        "/api/v1/identify",
        "/api/v1/photos/{photo_id}/image",
        "/api/v1/pictures/{sha256}-{size_px}.webp",
        "/api/v1/recommendations/{user}",
        "/api/v1/styles",
        "/api/v1/styles/{sku}",
        "/api/v1/styles/{sku}/images/{number}",
        "/api/v1/styles/{sku}/photos",
        "/api/v1/styles/{sku}/similar",
        "/api/v1/votes",
    ]
    assert schema["components"]["securitySchemes"]["token"]["name"] == "Authorization"


def test_the_schema_is_yaml_for_people(client):
    answer = client.get("/api/schema/")

    assert answer.status_code == 200
    assert answer.content.startswith(b"openapi: 3.")
