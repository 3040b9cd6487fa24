"""Cards as JSON: dealt to whoever asks, once, and only what was dealt can be answered."""

import json
from typing import Any

import pytest
from django.test import Client
from knox.models import AuthToken

from tests.conftest import MINUTE, NOON
from tests.factories import make_batch, make_photo, make_style
from truther.config import config
from truther.models import Photo, PlaySession, Post, Serve
from truther.models.photos import State

pytestmark = pytest.mark.django_db(databases=["default", "documents"])
URL = "/api/v1/cards"


@pytest.fixture
def api(ann) -> Client:
    """Ann's program, with a token of hers."""
    _, token = AuthToken.objects.create(ann)
    return Client(headers={"authorization": f"Token {token}"})


@pytest.fixture
def photos() -> list[str]:
    """Eight open photos, newest first, and the styles they may show."""
    for sku in ("red-wrap", "blue-column", "green-swing"):
        make_style(sku, images=["ab" * 32])
    make_batch()
    return [make_photo(f"p{number}", taken_at=NOON - number * MINUTE).pk for number in range(8)]


def deal(client: Client, **asked: Any) -> dict[str, Any]:
    """Ask for cards."""
    answer = client.get(URL, asked)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def dealt(client: Client, **asked: Any) -> list[str]:
    """Ask for cards and return their photos."""
    return [card["photo"] for card in deal(client, **asked)["cards"]]


def test_a_card_says_what_the_page_would_show_and_nothing_of_what_the_model_thinks(api, photos):
    Post.objects.update(caption="Wedding guest!", hashtags=["myrtr"])

    hand = deal(api, count=1)

    [card] = hand.pop("cards")
    session = PlaySession.objects.get()
    assert hand == {"session": session.pk, "batch": "batch-00001", "room": 6, "ending": None}
    photo, [serve] = Photo.objects.get(pk=card["photo"]), Serve.objects.all()
    pictures = "http://testserver/api/v1/pictures"
    studio = {name: f"{pictures}/{'ab' * 32}-{size}.webp" for name, size in (("small", 256), ("large", 640))}
    offered = card.pop("options")
    assert card == {
        "photo": serve.photo_id,
        "image": {
            "small": f"{pictures}/{photo.sha256}-256.webp",
            "large": f"{pictures}/{photo.sha256}-640.webp",
        },
        "width": 640,
        "height": 800,
        "caption": "Wedding guest!",
        "hashtags": ["myrtr"],
        "taken_at": photo.taken_at.isoformat().replace("+00:00", "Z"),
    }
    assert [option["sku"] for option in offered] == serve.options
    assert offered[0] == {
        "sku": serve.options[0],
        "name": serve.options[0].replace("-", " ").title(),
        "designer": "Slate & Vine",
        "image": studio,
    }


def test_asking_again_deals_the_same_cards(api, photos):
    first = dealt(api, count=3)

    assert dealt(api, count=3) == first
    assert Serve.objects.count() == 3


def test_what_the_client_has_is_not_sent_again(api, photos):
    first = dealt(api, count=3)

    second = dealt(api, count=3, have=",".join(first))

    assert len(second) == 3
    assert not set(first) & set(second)


def test_nobody_holds_more_than_there_is_room_for(api, photos):
    held = dealt(api, count=60)

    assert len(held) == deal(api)["room"] == 6
    assert dealt(api, count=10, have=",".join(held)) == []


def test_cards_can_be_answered_by_the_batch_until_the_end(api, photos):
    answered: list[str] = []
    while cards := dealt(api, count=4):
        votes = [{"id": f"vote-of-{name}", "photo": name, "choice": "cant_tell"} for name in cards]
        answer = api.post("/api/v1/votes", json.dumps({"votes": votes}), content_type="application/json")
        assert {receipt["state"] for receipt in answer.json()["receipts"]} == {"kept"}
        answered += cards

    assert sorted(answered) == photos
    assert deal(api)["ending"] == {"yours": 8, "contested": 0, "arriving": 0}


def test_a_sitting_has_a_name_for_clients_without_cookies(api, photos):
    first = deal(api, count=1, sitting="monday")["session"]
    second = deal(api, count=1, sitting="tuesday")["session"]

    assert first != second
    assert deal(api, count=1, sitting="monday")["session"] == first


def test_a_browser_goes_on_with_the_sitting_of_its_page(ann_client, photos):
    ann_client.get("/play/")
    [session] = PlaySession.objects.all()

    assert deal(ann_client)["session"] == session.pk


def test_without_an_open_batch_the_end_is_told(api):
    make_photo("p1", state=State.CONTESTED)
    make_photo("p2", state=State.NEW)

    assert deal(api) == {
        "session": "",
        "batch": "",
        "room": 6,
        "cards": [],
        "ending": {"yours": 0, "contested": 1, "arriving": 1},
    }


@pytest.mark.parametrize(
    "query",
    [
        "count=0",
        "count=61",
        "count=many",
        "count=1&count=2",
        "deck=full",
        f"sitting={'s' * 65}",
        f"have={'p' * 8001}",
        "have=%00",
        "sitting=%00",
    ],
)
def test_a_question_nobody_understands_deals_nothing(api, photos, query):
    answer = api.get(f"{URL}?{query}")

    assert answer.status_code == 400
    assert set(answer.json()) <= {"count", "deck", "sitting", "have"}
    assert not Serve.objects.exists()


def test_ids_of_photos_that_do_not_exist_are_held_in_vain(api, photos):
    assert len(dealt(api, count=4, have="nowhere,,p0;,\N{DRESS}")) == 4


def test_a_stranger_is_dealt_nothing(photos, db):
    assert Client().get(URL).status_code == 401
    assert not Serve.objects.exists()


def test_pictures_come_to_whoever_may_play(api, photos):
    sha256 = Photo.objects.get(pk="p0").sha256
    path = config.data_dir / "media" / "web" / sha256[:2] / f"{sha256}-640.webp"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"RIFF....WEBP")

    answer = api.get(f"/api/v1/pictures/{sha256}-640.webp")

    assert b"".join(answer.streaming_content) == b"RIFF....WEBP"
    assert answer["content-type"] == "image/webp"
    assert "immutable" in answer["cache-control"]
    assert Client().get(f"/api/v1/pictures/{sha256}-640.webp").status_code == 401


@pytest.mark.parametrize("name", [f"{'0' * 64}-640", f"{'0' * 64}-641", "../../secret_key-640", "x-640"])
def test_a_picture_that_is_not_there_is_a_404_in_json(api, name):
    answer = api.get(f"/api/v1/pictures/{name}.webp")

    assert answer.status_code == 404
    assert answer.json()["detail"]


def test_in_a_simulation_the_client_says_what_time_it_is(api, photos, monkeypatch):
    simulated = config.model_copy(update={"simulated_clock": True})
    monkeypatch.setattr("truther.web.clock.config", simulated)

    api.get(URL, headers={"x-truther-now": "2026-03-14T12:00:00+00:00"})
    nonsense = api.get(URL, headers={"x-truther-now": "noon"})

    assert set(Serve.objects.values_list("served_at", flat=True)) == {NOON}
    assert (nonsense.status_code, "X-Truther-Now" in nonsense.json()["detail"]) == (400, True)
