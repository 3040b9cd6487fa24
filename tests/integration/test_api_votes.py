"""Batches of votes from an outbox: kept once, in order, each judged alone, whatever else is in them."""

import json
from typing import Any

import pytest
from django.test import Client
from knox.models import AuthToken

from tests.conftest import NOON
from tests.factories import make_batch, make_photo, make_style
from truther.models import Photo, Serve, Undo, Vote
from truther.models.photos import State
from truther.rules.walk import serve_id

pytestmark = pytest.mark.django_db(databases=["default", "documents"])
URL = "/api/v1/votes"


@pytest.fixture
def shop() -> None:
    """Three styles and an open batch."""
    make_batch()
    for sku in ("red-wrap", "blue-column", "green-swing"):
        make_style(sku)


def serve(photo_id: str, person: str = "ann", **values: Any) -> Serve:
    """Put a photo before a person."""
    facts = {"session_id": "s", "number": 0, "reason": "walk", "served_at": NOON}
    facts["options"] = ["red-wrap", "blue-column", "green-swing"]
    key = serve_id(photo_id, person)
    return Serve.objects.create(pk=key, photo_id=photo_id, person=person, **(facts | values))


@pytest.fixture
def photos(shop: None) -> list[str]:
    """Six open photos that lie before ann."""
    names = [make_photo(f"p{number}").pk for number in range(6)]
    for name in names:
        serve(name)
    return names


def item(photo_id: str, **values: Any) -> dict[str, Any]:
    """One vote as a client sends it."""
    said = {"id": f"vote-of-{photo_id}", "photo": photo_id, "choice": "style", "style": "red-wrap"}
    return said | values


def undo(vote_id: str) -> dict[str, Any]:
    """One undo as a client sends it."""
    return {"id": vote_id, "undo": True}


def send(client: Client, *items: Any) -> Any:
    """Send a batch and return the whole answer."""
    return client.post(URL, json.dumps({"votes": items}), content_type="application/json")


def receipts(client: Client, *items: Any) -> list[dict[str, Any]]:
    """Send a batch that is taken and return its receipts."""
    answer = send(client, *items)
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["receipts"]
    return found


def states(client: Client, *items: Any) -> list[str]:
    """Send a batch and return what became of each item: the state, or the code of its refusal."""
    return [receipt.get("code", receipt["state"]) for receipt in receipts(client, *items)]


def test_a_batch_is_kept_and_each_vote_gets_a_receipt(ann_client, photos):
    answer = send(ann_client, item("p0", fit=True, seconds=1.5), item("p1", choice="not_dress", style=None))

    assert answer.status_code == 200
    assert answer.json() == {
        "receipts": [
            {"id": "vote-of-p0", "photo": "p0", "state": "kept", "news": None},
            {"id": "vote-of-p1", "photo": "p1", "state": "kept", "news": None},
        ],
        "today": 2,
        "goal": 20,
        "settled_today": 0,
    }
    first, second = Vote.objects.order_by("cast_at", "pk")
    assert (first.photo_id, first.style, first.fit, first.seconds, first.person) == (
        "p0",
        "red-wrap",
        True,
        1.5,
        "ann",
    )
    assert (second.choice, second.style, second.fit) == ("not_dress", "", None)
    assert [Photo.objects.get(pk=name).tally for name in ("p0", "p1")] == [
        {"style:red-wrap": 1},
        {"not_dress": 1},
    ]
    assert not Serve.objects.get(photo_id="p0").waiting


def test_a_token_is_as_good_as_a_session(ann, photos):
    _, token = AuthToken.objects.create(ann)
    api = Client(headers={"authorization": f"Token {token}"}, enforce_csrf_checks=True)

    assert states(api, item("p0")) == ["kept"]


def test_a_browser_needs_its_token_against_forged_requests(ann, photos):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ann)
    refused = send(browser, item("p0"))
    browser.cookies["csrftoken"] = "c" * 32
    kept = browser.post(
        URL,
        json.dumps({"votes": [item("p0")]}),
        content_type="application/json",
        headers={"X-CSRFToken": "c" * 32},
    )

    assert (refused.status_code, kept.status_code) == (403, 200)
    assert Vote.objects.count() == 1


def test_a_stranger_keeps_nothing(db, photos):
    assert send(Client(), item("p0")).status_code == 401
    assert not Vote.objects.exists()


def test_a_batch_sent_again_changes_nothing(ann_client, photos):
    second = item("p1", id="second-thoughts", style="blue-column")
    batch = [item("p0"), item("p1"), undo("vote-of-p1"), second]
    first = states(ann_client, *batch)
    stored = list(Vote.objects.order_by("pk").values())

    again = states(ann_client, *batch)

    assert first == ["kept", "kept", "undone", "kept"]
    assert again == ["already", "undone", "undone", "already"]
    assert list(Vote.objects.order_by("pk").values()) == stored
    assert Photo.objects.get(pk="p1").tally == {"style:blue-column": 1}


def test_lines_of_json_are_a_batch_too(ann_client, photos):
    lines = f"{json.dumps(item('p0'))}\n\n{{torn\n{json.dumps(item('p1'))}\n"

    answer = ann_client.post(URL, lines, content_type="application/x-ndjson")

    assert [receipt["state"] for receipt in answer.json()["receipts"]] == ["kept", "refused", "kept"]
    assert Vote.objects.count() == 2


def test_a_second_answer_in_the_same_batch_is_refused_with_the_first(ann_client, photos):
    _, second, same = receipts(
        ann_client, item("p0"), item("p0", id="a-second-id", choice="none", style=None), item("p0")
    )

    assert (second["state"], second["code"], same["state"]) == ("refused", "answered", "already")
    assert second["kept"] == {"id": "vote-of-p0", "choice": "style", "style": "red-wrap"}
    assert Vote.objects.get().pk == "vote-of-p0"


def test_an_undo_that_overtook_its_vote_ends_as_in_order(ann_client, photos):
    early = states(ann_client, undo("vote-of-p0"))
    late = states(ann_client, item("p0"), item("p1"))

    assert (early, late) == (["undone"], ["undone", "kept"])
    assert [vote.live for vote in Vote.objects.order_by("pk")] == [False, True]
    assert Undo.objects.get().pk == "vote-of-p0"
    assert Photo.objects.get(pk="p0").votes == 0
    assert Serve.objects.get(photo_id="p0").waiting


def test_the_answer_after_an_overtaking_undo_stands(ann_client, photos):
    states(ann_client, undo("vote-of-p0"), item("p0", id="second-thoughts", style="blue-column"))

    assert states(ann_client, item("p0")) == ["undone"]
    assert Photo.objects.get(pk="p0").tally == {"style:blue-column": 1}


def test_a_vote_in_a_removed_photo_harms_no_other(ann_client, photos):
    Photo.objects.filter(pk="p1").update(state=State.REMOVED)

    assert states(ann_client, item("p0"), item("p1"), item("p2")) == ["kept", "removed", "kept"]
