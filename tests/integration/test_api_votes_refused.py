"""What the API says of votes and batches that it cannot take: each alone, or the batch whole."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.factories import make_photo
from tests.posting import URL, item, receipts, send, serve, states, undo
from truther.models import Undo, Vote
from truther.web.api_cards import PlayThrottle

pytestmark = pytest.mark.django_db(databases=["default", "documents"])


def test_only_what_was_put_before_a_person_can_be_answered(ann_client, photos):
    make_photo("p7")
    serve("p7", "ben")
    make_photo("p8")
    serve("p8", reason="bonus")

    assert states(ann_client, item("p7"), item("nowhere"), item("p8"), item("p0")) == [
        "not_served",
        "not_served",
        "not_served",
        "kept",
    ]
    assert Vote.objects.get().photo_id == "p0"


def test_a_broken_stopwatch_loses_no_answer(ann_client, shop):
    measured: dict[str, float | None] = {
        "-5": None,
        "NaN": None,
        "-Infinity": None,
        "1e999": None,
        "9" * 5000: None,
    }
    measured |= {"86400": 600.0, "0": 0.0, "null": None}
    items = []
    for number, said in enumerate(measured):
        serve(make_photo(f"q{number}").pk)
        items.append(json.dumps(item(f"q{number}", seconds=1)).replace('"seconds": 1', f'"seconds": {said}'))

    answer = ann_client.post(URL, f'{{"votes": [{", ".join(items)}]}}', content_type="application/json")

    assert {receipt["state"] for receipt in answer.json()["receipts"]} == {"kept"}
    kept = Vote.objects.order_by("photo_id").values_list("seconds", flat=True)
    assert list(kept) == list(measured.values())


def test_a_client_cannot_say_when_it_voted(ann_client, photos):
    before = timezone.now()
    ann_client.post(
        URL,
        json.dumps({"votes": [item("p0")]}),
        content_type="application/json",
        headers={"x-truther-now": "2001-01-01T00:00:00Z"},
    )

    [refused] = receipts(ann_client, item("p1", cast_at="2001-01-01T00:00:00Z"))
    assert refused["code"] == "invalid"
    assert Vote.objects.get().cast_at >= before - timedelta(milliseconds=1)


WRONG_ITEMS: list[Any] = [
    None,
    [],
    "vote",
    7,
    {},
    {"undo": True},
    {"id": "vote-of-p1", "undo": False},
    {"id": "vote-of-p1", "undo": 1},
    {"id": "vote-of-p1", "undo": True, "photo": "p1"},
    {"id": 7, "undo": True},
    {"id": "vote-of-\0", "undo": True},
    {"id": "vote\ud800of", "undo": True},
    {"id": "short", "undo": True},
    item("p1", id=None),
    item("p1", id=["vote-of-p1"]),
    item("p1", id="short"),
    item("p1", id="v" * 65),
    item("p1", id="vote of p1"),
    item("p1", id="vote-of-p1\n"),
    item(""),
    item("p" * 65),
    item("p1\0"),
    item("\ud800"),
    item("p1", photo=1),
    item("p1", choice="maybe"),
    item("p1", choice=None),
    item("p1", choice="STYLE"),
    item("p1", choice="none"),
    item("p1", style=""),
    item("p1", style=None),
    item("p1", style={"sku": "red-wrap"}),
    item("p1", style="\udfff"),
    item("p1", fit="yes"),
    item("p1", fit=1),
    item("p1", seconds="1.5"),
    item("p1", seconds=True),
    item("p1", seconds=[1]),
    item("p1", person="ben"),
    item("p1", live=True),
    {"id": "vote-of-p1", "photo": "p1"},
    {"photo": "p1", "choice": "not_dress"},
]


def test_items_nobody_would_send_are_refused_alone(ann_client, photos):
    before, *refused, after = receipts(ann_client, item("p0"), *WRONG_ITEMS, item("p2"))

    assert (before["state"], after["state"]) == ("kept", "kept")
    assert [receipt["state"] for receipt in refused] == ["refused"] * len(WRONG_ITEMS)
    assert {receipt["code"] for receipt in refused} == {"invalid", "not_served"}
    assert all(receipt["detail"].endswith(".") for receipt in refused)
    assert set(Vote.objects.values_list("photo_id", flat=True)) == {"p0", "p2"}
    assert not Undo.objects.exists()


def test_a_key_said_twice_refuses_its_item_alone(ann_client, photos):
    twice = '{"id": "vote-of-p0", "photo": "p0", "choice": "none", "choice": "not_dress"}'

    answer = ann_client.post(
        URL, f'{{"votes": [{twice}, {json.dumps(item("p1"))}]}}', content_type="application/json"
    )

    assert [receipt["state"] for receipt in answer.json()["receipts"]] == ["refused", "kept"]


NO_BATCHES: list[str | bytes] = [
    "",
    "votes",
    "[]",
    "null",
    "NaN",
    "{}",
    '{"votes": {}}',
    '{"votes": null}',
    '{"votes": [], "more": 1}',
    '{"votes": [], "votes": []}',
    '{"Votes": []}',
    '{"votes": [',
    '{"votes": [1,]}',
    "[" * 60_000,
    '{"votes": ' + "[" * 20_000 + "]" * 20_000 + "}",
    '\ufeff{"votes": []}',
    b'{"votes": ["\xff"]}',
    b"\x1f\x8b\x08\x00",
]


def test_what_is_no_batch_is_refused_whole(ann_client, photos):
    for body in NO_BATCHES:
        answer = ann_client.post(URL, body, content_type="application/json")

        assert (answer.status_code, answer.json()["detail"][-1]) == (400, "."), body


def test_a_batch_of_nothing_tells_how_the_day_goes(ann_client, photos):
    answer = send(ann_client)

    assert answer.json() == {"receipts": [], "today": 0, "goal": 20, "settled_today": 0}


def test_an_oversized_batch_is_refused_whole_and_says_how_much_may_come(ann_client, photos):
    many = send(ann_client, item("p0"), *[undo(f"vote-{number:04d}") for number in range(100)])
    long = send(ann_client, item("p0"), item("p1", style="s" * 65_536))
    lines = ann_client.post(URL, "{}\n" * 101, content_type="application/x-ndjson")

    assert [answer.status_code for answer in (many, long, lines)] == [413, 413, 413]
    assert "at most 100 votes" in many.json()["detail"]
    assert "at most 65536 bytes" in long.json()["detail"]
    assert not Vote.objects.exists()


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_other_kinds_of_body_are_not_taken(ann_client, photos, kind):
    answer = ann_client.post(URL, json.dumps({"votes": [item("p0")]}), content_type=kind)

    assert answer.status_code == 415
    assert not Vote.objects.exists()


def test_who_sends_without_end_is_told_when_to_come_back(ann_client, photos, monkeypatch):
    monkeypatch.setattr(PlayThrottle, "rate", "2/min", raising=False)
    answers = [send(ann_client, item(name)) for name in ("p0", "p1", "p2")]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 0 < int(answers[2]["Retry-After"]) <= 60
    assert Vote.objects.count() == 2
