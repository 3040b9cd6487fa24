"""Many pictures in one request to the API: each answered in its place, whatever the others are."""

import base64
import json
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from knox.models import AuthToken

from tests.factories import make_style
from tests.integration.test_identify import URL, picture
from tests.model_process import SEEN, ModelProcess
from truther.config import config
from truther.flow.identify import many, words

pytestmark = pytest.mark.django_db(databases=["default", "documents"])
BATCHES = "truther.web.api_batches"
JSON, LINES = "application/json", "application/x-ndjson"
IMAGE = base64.b64encode(picture()).decode()
STYLE = {"sku": "red-wrap", "name": "Red Wrap", "designer": "Slate & Vine", "probability": 0.6}
FOUND = {"candidates": [STYLE], "p_dress": 0.9, "model_version": "v0", "milliseconds": 12.5}


@pytest.fixture
def api(ann) -> Client:
    make_style("red-wrap", name="Red Wrap")
    _, token = AuthToken.objects.create(ann)
    return Client(headers={"authorization": f"Token {token}"})


def lines_of(answer: Any) -> list[Any]:
    assert answer.status_code == 200
    assert answer["content-type"] == LINES
    return [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]


def sent_pictures(process: ModelProcess) -> list[int]:
    """How many pictures came with each request."""
    return [len(body.split(b"\n")) for _, _, body in process.asked]


def test_a_batch_is_answered_item_by_item_with_names_of_the_catalogue(api, model_process):
    items = [
        {"id": "a", "image": IMAGE},
        IMAGE,
        {"id": "c", "image": "%%%"},
        {"id": "d", "image": ""},
        {"id": "e"},
        {"id": 6, "image": IMAGE},
        {"id": "g", "image": IMAGE, "top": 5},
        {"id": "\ud800", "image": IMAGE},
        None,
    ]

    answer = api.post(URL, {"items": items}, content_type=JSON)

    results = answer.json()["results"]
    assert answer.status_code == 200
    assert results[:2] == [{"id": "a"} | FOUND, {"id": None} | FOUND]
    assert [(each["id"], each["status"]) for each in results[2:]] == [
        ("c", 400),
        ("d", 400),
        ("e", 400),
        (None, 400),
        ("g", 400),
        (None, 400),
        (None, 400),
    ]
    assert all(each["detail"] for each in results[2:])
    assert sent_pictures(model_process) == [3]


def test_what_the_model_says_of_times_and_stock_is_passed_on(api, model_process):
    times = dict.fromkeys(words.TIMES, 1.5)
    model_process.answer = json.dumps(SEEN | {"timings": times, "p_listed": 0.7, "secret": 1}).encode()

    one = api.post(URL, picture(), content_type="image/jpeg").json()
    [of_batch] = api.post(URL, {"items": [IMAGE]}, content_type=JSON).json()["results"]

    assert one == FOUND | {"timings": times, "p_listed": 0.7}
    assert of_batch == {"id": None} | one


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        (b"", 400, "empty"),
        (b"[]", 400, "items"),
        (b'{"image": "x"}', 400, "items"),
        (b'{"items": []}', 400, "items"),
        (b'{"items": ["QQ=="], "top": 3}', 400, "items"),
        (b'{"items": [', 400, "JSON"),
        (b'{"items": ' + b"[" * 100_000, 400, "JSON"),
        (b"\xff\xfe", 400, "JSON"),
        (json.dumps({"items": ["QQ=="] * 101}).encode(), 413, "100"),
    ],
    ids=["empty", "list", "one", "none", "more", "torn", "deep", "no text", "too many"],
)
def test_what_is_no_batch_is_refused_whole(api, model_process, body, status, word):
    answer = api.generic("POST", URL, body, content_type=JSON, CONTENT_TYPE=JSON)

    assert answer.status_code == status
    assert word in answer.json()["detail"]
    assert model_process.asked == []


def test_a_batch_of_too_many_bytes_is_refused(api, model_process, monkeypatch):
    monkeypatch.setattr(f"{BATCHES}.MOST_BYTES", 1_000)

    answer = api.post(URL, {"items": [IMAGE * 10]}, content_type=JSON)

    assert (answer.status_code, "1000" in answer.json()["detail"]) == (413, True)
    assert model_process.asked == []


def test_a_stream_is_answered_line_by_line_in_order(api, model_process):
    body = "\n".join([*[json.dumps({"id": str(n), "image": IMAGE}) for n in range(40)], "", "?", '"%"', ""])

    results = lines_of(api.generic("POST", URL, body.encode(), content_type=LINES))

    assert results[:40] == [{"id": str(number)} | FOUND for number in range(40)]
    assert [(each["id"], each["status"]) for each in results[40:]] == [(None, 400), (None, 400)]
    assert sent_pictures(model_process) == [16, 16, 9]


def test_a_stream_ends_where_it_has_too_many_pictures(api, model_process, monkeypatch):
    monkeypatch.setattr(f"{BATCHES}.MOST_LINES", 3)

    results = lines_of(api.generic("POST", URL, (json.dumps(IMAGE) + "\n") * 9, content_type=LINES))

    assert [each.get("status", 200) for each in results] == [200, 200, 200, 413]
    assert "3 pictures" in results[-1]["detail"]


def test_a_line_of_too_many_bytes_is_read_over(api, model_process, monkeypatch):
    monkeypatch.setattr(f"{BATCHES}.config", config.model_copy(update={"max_image_bytes": 2_000}))
    body = "\n".join(map(json.dumps, [IMAGE, "A" * 50_000, "A" * 4_100, IMAGE]))

    results = lines_of(api.generic("POST", URL, body, content_type=LINES))

    assert [each.get("status", 200) for each in results] == [200, 413, 413, 200]


@pytest.mark.parametrize("body", [b"", b"\n \n\n"])
def test_an_empty_stream_is_refused(api, model_process, body):
    answer = api.generic("POST", URL, body, content_type=LINES, CONTENT_TYPE=LINES)

    assert answer.status_code == 400
    assert "empty" in answer.json()["detail"]


@pytest.mark.parametrize("kind", [JSON, LINES])
def test_a_model_that_is_away_from_the_beginning_is_a_reason_to_wait(api, model_process, kind):
    model_process.status, model_process.headers = 429, {"retry-after": "7"}
    body = json.dumps({"items": [IMAGE]} if kind == JSON else IMAGE)

    answer = api.generic("POST", URL, body, content_type=kind)

    assert (answer.status_code, answer["retry-after"]) == (503, "7")
    assert len(model_process.asked) == 1


@pytest.mark.parametrize("kind", [JSON, LINES])
def test_a_model_that_goes_away_meanwhile_fails_the_rest_alone(api, model_process, monkeypatch, kind):
    monkeypatch.setattr(many, "GROUP", 2)
    monkeypatch.setattr(many, "TRIES", 1)
    model_process.then_away = 1
    items = [{"id": str(number), "image": IMAGE} for number in range(7)]
    body = json.dumps({"items": items}) if kind == JSON else "\n".join(map(json.dumps, items))

    answer = api.generic("POST", URL, body, content_type=kind)

    results = answer.json()["results"] if kind == JSON else lines_of(answer)
    assert [each["id"] for each in results] == [str(number) for number in range(7)]
    assert [each.get("status", 200) for each in results] == [200, 200, 503, 503, 503, 503, 503]
    assert len(model_process.asked) == 2


def test_a_model_that_was_busy_for_a_moment_is_asked_again(api, model_process, monkeypatch):
    monkeypatch.setattr(many, "GROUP", 1)
    monkeypatch.setattr(
        "truther.flow.identify.many.time.sleep", lambda _: setattr(model_process, "then_away", 0)
    )
    model_process.then_away = 1

    answer = api.post(URL, {"items": [IMAGE, IMAGE]}, content_type=JSON)

    assert answer.json()["results"] == [{"id": None} | FOUND] * 2
    assert len(model_process.asked) == 3


def test_a_database_that_goes_away_meanwhile_ends_the_stream_with_a_word(api, model_process, monkeypatch):
    monkeypatch.setattr(many, "GROUP", 1)
    told = iter([words.named])

    def named_once(answers: Any) -> Any:
        for tell in told:
            return tell(answers)
        raise OperationalError("gone")

    monkeypatch.setattr(many, "named", named_once)

    results = lines_of(api.generic("POST", URL, (json.dumps(IMAGE) + "\n") * 3, content_type=LINES))

    assert [each.get("status", 200) for each in results] == [200, 503]
    assert "database" in results[-1]["detail"]


def test_batches_have_a_rate_of_their_own(api, model_process, monkeypatch):
    rates = {"user": "600/min", "identify": "120/min", "identify_batch": "1/min"}
    monkeypatch.setattr("rest_framework.throttling.SimpleRateThrottle.THROTTLE_RATES", rates)

    batches = [api.post(URL, {"items": [IMAGE]}, content_type=JSON) for _ in range(2)]
    one = api.post(URL, picture(), content_type="image/jpeg")

    assert [answer.status_code for answer in (*batches, one)] == [200, 429, 200]


@pytest.mark.parametrize("kind", [JSON, LINES])
def test_strangers_cannot_send_batches(model_process, kind):
    answer = Client().generic("POST", URL, json.dumps({"items": [IMAGE]}), content_type=kind)

    assert answer.status_code == 401
    assert model_process.asked == []
