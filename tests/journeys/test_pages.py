"""What people see beside the game, and what they do not."""

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from tests.conftest import NOON
from tests.factories import make_golden, make_photo
from truther.models import Golden, ModelRun, NightRun, Photo, Vote
from truther.models.photos import Rights, State

pytestmark = pytest.mark.django_db(databases=["default", "documents"])


@pytest.fixture
def staff_client(staff) -> Client:
    client = Client()
    client.force_login(staff)
    return client


def settled(name: str, *, fit: bool = True, rights: str = Rights.GRANTED) -> Photo:
    photo = make_photo(name, state=State.SETTLED, rights=rights)
    make_golden(
        name,
        fit=fit,
        rights=rights,
        rule_version="v1",
        owner="dora",
        sha256=photo.sha256,
        taken_at=photo.taken_at,
    )
    return photo


def test_a_style_shows_only_photos_that_please_and_are_allowed(world, ann_client):
    shown, unfit = settled("shown"), settled("unfit", fit=False)
    refused = settled("refused", rights=Rights.REFUSED)

    page = ann_client.get("/styles/red-wrap/").content.decode()

    assert shown.sha256 in page
    assert unfit.sha256 not in page
    assert refused.sha256 not in page


def test_the_catalogue_can_be_searched(world, ann_client):
    page = ann_client.get("/styles/", {"q": "green"}).content.decode()

    assert "Green Swing" in page
    assert "Red Wrap" not in page


def test_my_numbers_are_mine(world, ann_client):
    photo = settled("mine")
    said = {"choice": "style", "style": "red-wrap", "cast_at": timezone.now()}
    Vote.objects.create(id="v" * 10, photo_id=photo.pk, person="ann", **said)

    page = ann_client.get("/me/").content.decode()

    assert "100%" in page
    assert "others saw it too" in page


def test_an_expert_settles_a_contested_photo(world, staff_client):
    contested = make_photo("torn", state=State.CONTESTED, why="split", tally={"style:red-wrap": 1, "none": 1})
    assert "Red Wrap" in staff_client.get("/control/contested/").content.decode()

    staff_client.post(
        "/control/contested/", {"photo": contested.pk, "answer": "style:red-wrap", "fit": "yes"}
    )

    assert Golden.objects.get(pk="torn").style == "red-wrap"
    assert staff_client.post("/control/contested/", {"photo": "torn", "answer": "none"}).status_code == 409


def test_models_and_nights_say_why(staff_client):
    metrics = {"top1": 0.7, "top3": 0.9, "not_dress_recall": 0.95}
    gate = {"promoted": False, "reasons": ["Top-3 is worse."], "challenger": metrics}
    ModelRun.objects.create(id="run-1", gate=gate, metrics=metrics, trained_at=NOON)
    frozen = {
        "batch_id": "batch-00007",
        "golden": 5,
        "carried": 2,
        "back_from": "2026-03-01T08:00:00+00:00",
        "back_to": "2026-02-11T08:00:00+00:00",
        "manifest_sha256": "5e" * 32,
    }
    stages = [
        {"name": "freeze", "state": "done", "attempts": 1, "result": frozen},
        {"name": "snapshot", "state": "done", "attempts": 1, "result": {"skipped": "Nothing was settled."}},
        {"name": "train", "state": "failed", "attempts": 2, "result": None, "error": "RuntimeError: no disk"},
    ]
    NightRun.objects.create(id="2026-03-14", at=NOON, stages=stages, lease_until=NOON, started_at=NOON)

    assert "Top-3 is worse." in staff_client.get("/control/models/").content.decode()
    nights = staff_client.get("/control/nights/").content.decode()
    assert "batch-00007: 5 golden, 2 carried over. Moved back from 2026-03-01 to 2026-02-11." in nights
    assert "Nothing was settled." in nights
    assert "RuntimeError: no disk" in nights


def test_a_database_away_is_a_clear_message(ann, monkeypatch):
    client = Client(raise_request_exception=False)
    client.force_login(ann)

    def away(*args: object, **values: object) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr("truther.flow.assign.deal", away)
    response = client.get("/play/")

    assert response.status_code == 503
    assert "What you had saved is safe" in response.content.decode()
    assert response.headers["Retry-After"] == "30"


def test_addresses_nobody_lives_at(ann_client):
    for page in ("/styles/none-of-ours/", f"/media/{'0' * 64}-640.webp", "/media/..-640.webp", "/nowhere/"):
        assert ann_client.get(page).status_code == 404, page


def test_small_files_need_no_sign_in(client):
    assert [
        client.get(page).status_code for page in ("/robots.txt", "/manifest.webmanifest", "/healthz")
    ] == [200] * 3
