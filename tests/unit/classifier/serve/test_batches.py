"""Many pictures in one request: each answered in its place."""

import json
from collections.abc import AsyncIterator

import pytest

from classifier.serve import lines
from classifier.serve.bodies import MAX_LINE_BYTES, MOST_ITEMS
from classifier.serve.http import NDJSON
from tests.asgi import ask
from tests.unit.classifier.serve.asking import JSON, base64_of, gathered, picture_bytes, skus


def test_a_batch_is_answered_item_by_item(post):
    items = [
        {"id": "a", "image": base64_of(picture_bytes(style=3))},
        base64_of(picture_bytes(style=1)),
        {"id": "c", "image": "data:image/png;base64," + base64_of(picture_bytes(style=0))},
        {"id": "d", "image": "not base64!"},
        {"id": "e", "image": base64_of(b"plain text")},
        {"id": "f", "image": base64_of(picture_bytes()[:60])},
        {"id": "g"},
        {"id": 8, "image": ""},
        {"id": "i", "image": ""},
        {"id": "j", "image": base64_of(picture_bytes()), "top": 5},
        [],
    ]

    answered = post(json.dumps({"items": items}).encode(), JSON)

    results = answered.json()["results"]
    assert answered.status == 200
    assert [skus(each)[0] for each in results[:3]] == ["S3", "S1", "S0"]
    assert [each["id"] for each in results] == ["a", None, "c", "d", "e", "f", "g", None, "i", "j", None]
    assert [each.get("status") for each in results[3:]] == [400, 415, 422, 400, 400, 422, 400, 400]
    assert all(each["error"] for each in results[3:])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b'{"items": []}', 400),
        (b'{"items": {}}', 400),
        (b'{"items": ["QQ=="], "top": 3}', 400),
        (b'{"items": [', 400),
        (b'{"items": ' + b"[" * 100_000, 400),
        (b"\xff\xfe", 400),
        (b'{"items": [' + b"9" * 5_000 + b"]}", 400),
        (json.dumps({"items": [""] * (MOST_ITEMS + 1)}).encode(), 413),
    ],
    ids=["empty", "list", "no items", "no list", "more", "torn", "deep", "no text", "digits", "too many"],
)
def test_what_is_no_batch_is_refused_whole(post, body, status):
    answered = post(body, JSON)

    assert answered.status == status
    assert answered.json()["error"]


def test_a_stream_is_answered_line_by_line_in_order(post):
    sent = [json.dumps({"id": str(n), "image": base64_of(picture_bytes(style=n % 5))}) for n in range(30)]
    sent[7:7] = ["nonsense", "", '"QUJD"', "[" * 100_000]
    body = "\n".join(sent).encode()

    answered = post([body[at : at + 999] for at in range(0, len(body), 999)], NDJSON)

    results = answered.lines()
    assert answered.status == 200
    assert answered.headers["content-type"] == NDJSON
    assert [each.get("status") for each in results[7:10]] == [400, 415, 400]
    assert [each["id"] for each in results[:7] + results[10:]] == [str(n) for n in range(30)]
    assert [skus(each)[0] for each in results[:7] + results[10:]] == [f"S{n % 5}" for n in range(30)]


def test_a_line_that_never_ends_is_read_over(app, post):
    good = base64_of(picture_bytes()).encode()
    huge = [b'"' + b"A" * 1024] + [b"A" * 1_000_000] * (MAX_LINE_BYTES // 1_000_000 + 1) + [b'"\n']

    results = post([b'"' + good + b'"\n', *huge, b'"' + good + b'"', b""], NDJSON).lines()

    assert [each.get("status", 200) for each in results] == [200, 413, 200]


@pytest.mark.parametrize("body", [b"", b"\n \n\n"])
def test_an_empty_stream_is_refused(post, body):
    assert post(body, NDJSON).status == 400


def test_a_stream_reads_no_further_ahead_than_it_may(app):
    asked, answered = 0, 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal asked
        line = json.dumps(base64_of(picture_bytes())).encode() + b"\n"
        for _ in range(100):
            asked += 1
            assert asked - app.batcher.pictures <= 2 * lines.AHEAD + 4
            yield line

    [stream] = gathered(ask(app, endless(), NDJSON))

    answered = len(stream.lines())
    assert answered == 100


def test_streams_leave_room_for_others(app):
    body = b"\n".join([json.dumps(base64_of(picture_bytes())).encode()] * 12)

    answers = gathered(*(ask(app, [body], NDJSON) for _ in range(6)), ask(app, picture_bytes()))

    assert sorted(answered.status for answered in answers) == [200] * 5 + [429] * 2
