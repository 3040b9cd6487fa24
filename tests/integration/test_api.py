"""The reading half of the API: golden records, the catalogue, and which pictures may leave the house."""

from datetime import timedelta

import pytest
from django.test import Client
from knox.models import AuthToken

from tests.conftest import MINUTE, NOON
from tests.factories import make_golden, make_photo, make_style
from truther.config import config
from truther.models import Golden, Photo, Post
from truther.models.photos import Rights, State

pytestmark = pytest.mark.django_db(databases=["default", "documents"])


@pytest.fixture
def api(ann) -> Client:
    """Ann's program, with a token of hers."""
    _, token = AuthToken.objects.create(ann)
    return Client(headers={"authorization": f"Token {token}"})


def settle(photo_id: str, *, minute: int = 0, **values) -> Golden:
    """Store a photo and its golden record."""
    rights = values.pop("rights", Rights.GRANTED)
    photo = make_photo(photo_id, rights=rights, state=State.SETTLED, **values.pop("photo", {}))
    stamps = {"taken_at": photo.taken_at, "settled_at": NOON + minute * MINUTE, "sha256": photo.sha256}
    return make_golden(photo_id, **(stamps | values))


def store_webp(sha256: str, content: bytes = b"RIFF....WEBP") -> None:
    path = config.data_dir / "media" / "web" / sha256[:2] / f"{sha256}-640.webp"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def walk(api: Client, url: str) -> list[list[str]]:
    """Follow `next` to the end and return the photos or skus of every page."""
    pages, following = [], url
    while following:
        answer = api.get(following).json()
        pages.append([found.get("photo") or found["sku"] for found in answer["results"]])
        following = (answer["next"] or "").removeprefix("http://testserver")
    return pages


def test_a_stranger_is_told_to_bring_a_token():
    answer = Client().get("/api/v1/golden")

    assert answer.status_code == 401
    assert answer["www-authenticate"] == "Token"
    assert "credentials" in answer.json()["detail"]


@pytest.mark.parametrize("token", ["nobody's", "", "two words", "\xff\xfe"])
def test_a_wrong_token_is_refused(db, token):
    answer = Client().get("/api/v1/golden", headers={"authorization": f"Token {token}"})

    assert answer.status_code == 401
    assert answer.json()["detail"]


def test_an_expired_token_and_one_of_a_person_who_left_are_refused(ann):
    _, expired = AuthToken.objects.create(ann, expiry=timedelta(seconds=-1))
    _, valid = AuthToken.objects.create(ann)
    before = Client().get("/api/v1/styles", headers={"authorization": f"Token {valid}"})
    ann.is_active = False
    ann.save()

    headers = [{"authorization": f"Token {token}"} for token in (expired, valid)]
    answers = [Client().get("/api/v1/styles", headers=header) for header in headers]

    assert before.status_code == 200
    assert [answer.status_code for answer in answers] == [401, 401]


def test_golden_records_come_in_the_order_of_settling_and_ties_by_photo(api):
    for photo_id, minute in (("c", 1), ("b", 1), ("a", 2), ("e", 0), ("d", 1)):
        settle(photo_id, minute=minute)

    assert walk(api, "/api/v1/golden?page_size=2") == [["e", "b"], ["c", "d"], ["a"]]


def test_a_record_settled_meanwhile_is_not_missed_and_nothing_repeats(api):
    for minute, photo_id in enumerate("abc"):
        settle(photo_id, minute=minute)
    first = api.get("/api/v1/golden?page_size=2").json()
    settle("d", minute=9)

    second = api.get(first["next"].removeprefix("http://testserver")).json()

    assert [record["photo"] for record in second["results"]] == ["c", "d"]
    assert second["next"] is None


def test_a_golden_record_says_all_but_who_voted(api):
    settle("p1", style="red-wrap", rule_version="first-to-2.v1", model_version="v0", batch_id="batch-00001")
    Post.objects.filter(pk="post-p1").update(permalink="https://example.com/p/1")

    [record] = api.get("/api/v1/golden").json()["results"]

    assert record == {
        "photo": "p1",
        "verdict": "style",
        "style": "red-wrap",
        "fit": True,
        "votes": 2,
        "agreement": 1.0,
        "by_expert": False,
        "rule_version": "first-to-2.v1",
        "model_version": "v0",
        "batch": "batch-00001",
        "taken_at": "2026-03-13T12:00:00Z",
        "settled_at": "2026-03-14T12:00:00Z",
        "picture": {
            "url": "http://testserver/api/v1/photos/p1/image",
            "owner": "dora",
            "permalink": "https://example.com/p/1",
        },
    }


@pytest.mark.parametrize(
    ("query", "photos"),
    [
        ("style=red-wrap", ["a", "d"]),
        ("verdict=not_dress", ["b"]),
        ("verdict=style&fit=false", ["d"]),
        ("fit=true", ["a", "c"]),
        ("since=2026-03-14T12:02:00Z", ["c", "d"]),
        ("since=2026-03-14T13:02:00%2B01:00", ["c", "d"]),
        ("style=unknown", []),
    ],
)
def test_golden_records_are_filtered(api, query, photos):
    settle("a", minute=0)
    settle("b", minute=1, verdict="not_dress", style="", fit=False)
    settle("c", minute=2, style="blue-column")
    settle("d", minute=3, fit=False)

    found = api.get(f"/api/v1/golden?{query}").json()["results"]

    assert [record["photo"] for record in found] == photos


@pytest.mark.parametrize(
    ("url", "field"),
    [
        ("/api/v1/golden?stile=x", "stile"),
        ("/api/v1/golden?style=a&style=b", "style"),
        ("/api/v1/golden?verdict=maybe", "verdict"),
        ("/api/v1/golden?fit=yes", "fit"),
        ("/api/v1/golden?since=yesterday", "since"),
        ("/api/v1/golden?since=0001-01-01T00:00:00%2B14:00", "since"),
        ("/api/v1/golden?page_size=0", "page_size"),
        ("/api/v1/golden?page_size=201", "page_size"),
        ("/api/v1/golden?cursor=!", "cursor"),
        ("/api/v1/golden?cursor=YQ", "cursor"),
        ("/api/v1/golden?cursor=/w", "cursor"),
        ("/api/v1/golden?style=%00", "style"),
        ("/api/v1/styles?format=xml", "format"),
        ("/api/v1/styles?state=all", "state"),
        ("/api/v1/styles?cursor=YX5i", "cursor"),
    ],
)
def test_wrong_parameters_are_named(api, url, field):
    answer = api.get(url)

    assert answer.status_code == 400
    assert list(answer.json()) == [field]


@pytest.mark.parametrize("rights", [Rights.UNKNOWN, Rights.REQUESTED, Rights.REFUSED])
def test_without_granted_rights_no_picture_leaves(api, rights):
    record = settle("p1", rights=rights, photo={"owner": "dora"})
    store_webp(record.sha256)
    Golden.objects.update(rights=Rights.GRANTED, owner="dora")  # a copy that is older than the refusal

    [found] = api.get("/api/v1/golden").json()["results"]
    image = api.get("/api/v1/photos/p1/image")
    make_style("red-wrap")
    of_style = api.get("/api/v1/styles/red-wrap/photos").json()["results"]

    assert found["picture"] is None
    assert "dora" not in str(found)
    assert record.sha256 not in str(found)
    assert image.status_code == 404
    assert of_style == []


def test_a_refusal_of_the_same_bytes_by_somebody_else_counts(api):
    record = settle("p1")
    store_webp(record.sha256)
    assert api.get("/api/v1/photos/p1/image").status_code == 200

    make_photo("p2", sha256=record.sha256, rights=Rights.REFUSED, state=State.DUPLICATE)

    assert api.get("/api/v1/photos/p1/image").status_code == 404
    assert api.get("/api/v1/golden").json()["results"][0]["picture"] is None


def test_a_photo_taken_down_does_not_leave(api):
    record = settle("p1")
    store_webp(record.sha256)

    Photo.objects.update(state=State.REMOVED)

    assert api.get("/api/v1/photos/p1/image").status_code == 404


def test_a_granted_picture_is_a_webp_that_nobody_keeps_for_long(api):
    record = settle("p1")
    store_webp(record.sha256, b"RIFF1234WEBPpixels")

    answer = api.get("/api/v1/photos/p1/image", headers={"accept": "image/webp"})

    assert answer.status_code == 200
    assert answer["content-type"] == "image/webp"
    assert answer["cache-control"] == "private, max-age=300"
    assert b"".join(answer.streaming_content) == b"RIFF1234WEBPpixels"


def test_an_image_that_is_missing_is_said_in_json_whatever_was_accepted(api):
    settle("p-lost")

    answer = api.get("/api/v1/photos/p-lost/image", headers={"accept": "image/webp"})

    assert answer.status_code == 404
    assert answer.json() == {"detail": "The file of this picture is missing."}


def test_styles_come_by_sku_with_their_studio_shots(api):
    sha = "ab" * 32
    make_style("b", images=[sha], attributes={"neckline": "v"}, acquired_on=NOON.date())
    make_style("a", retired_on=NOON.date())
    make_style("c")
    store_webp(sha, b"studio")

    pages = walk(api, "/api/v1/styles?page_size=2")
    style = api.get("/api/v1/styles/b").json()
    image = api.get(style["images"][0].removeprefix("http://testserver"))

    assert pages == [["a", "b"], ["c"]]
    assert style["images"] == ["http://testserver/api/v1/styles/b/images/0"]
    assert style["attributes"] == {"neckline": "v"}
    assert (style["acquired_on"], style["retired_on"]) == ("2026-03-14", None)
    assert b"".join(image.streaming_content) == b"studio"
    assert api.get("/api/v1/styles/b/images/1").status_code == 404


@pytest.mark.parametrize(
    ("query", "skus"),
    [
        ("state=active", ["blue-column", "red-wrap"]),
        ("state=retired", ["red-column"]),
        ("search=RED", ["red-column", "red-wrap"]),
        ("search=column%20red", ["red-column"]),
        ("search=slate%20%26%20vine&state=active", ["blue-column", "red-wrap"]),
        ("search=.*", []),
        ("search=%25", []),
    ],
)
def test_styles_are_found_by_state_and_words(api, query, skus):
    make_style("red-wrap")
    make_style("blue-column")
    make_style("red-column", retired_on=NOON.date())

    assert walk(api, f"/api/v1/styles?{query}") == [skus]


def test_photos_of_a_style_are_verified_fit_and_granted(api):
    make_style("red-wrap")
    settle("a")
    settle("b", fit=False)
    settle("c", style="blue-column")
    settle("d", verdict="not_dress", style="")
    settle("e", rights=Rights.UNKNOWN)
    settle("f")

    [only] = walk(api, "/api/v1/styles/red-wrap/photos")
    paged = walk(api, "/api/v1/styles/red-wrap/photos?page_size=1")

    assert only == ["a", "f"]
    assert [photo for page in paged for photo in page] == ["a", "f"]
    assert api.get("/api/v1/styles/unknown/photos").status_code == 404


@pytest.mark.parametrize(
    "url", ["/api/v1/nothing", "/api/v1/", "/api/v1/golden/", "/api/v1/styles/unknown", "/api/v1/a%0Ab/c"]
)
def test_what_is_not_there_is_said_in_json(api, url):
    answer = api.get(url)

    assert answer.status_code == 404
    assert answer.json()["detail"]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_records_are_read_only(api, method):
    settle("p1")

    answer = getattr(api, method)("/api/v1/golden")

    assert answer.status_code == 405
    assert answer.json()["detail"]
    assert Golden.objects.count() == 1


def test_a_person_who_asks_too_often_is_told_when_to_come_back(api, monkeypatch):
    monkeypatch.setattr("rest_framework.throttling.SimpleRateThrottle.THROTTLE_RATES", {"user": "2/min"})

    answers = [api.get("/api/v1/styles") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 0 < int(answers[2]["retry-after"]) <= 60
