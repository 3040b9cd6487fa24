"""Nobody can tell what a lane decided; the admin reads what lanes do, and takes what they passed by along."""

import csv
import re
import shutil

import pytest

from classifier.calibrate.lanes import Lane, Lanes
from tests.conftest import NOON
from tests.factories import make_golden, make_photo
from tests.journeys.test_quality import _cards
from truther.config import config
from truther.flow import lanes
from truther.models import ModelRun, Photo
from truther.models.photos import State
from truther.rules.lanes import keep
from truther.shelf import champion_id
from truther.web.views import models

pytestmark = pytest.mark.django_db(databases=["default", "documents"])
MODELS = "/control/models/"


@pytest.fixture
def served(db: None) -> None:
    """The shipped model serves, whose reject lane passed three photos by and was looked behind twice."""
    for name in ("runs", "models"):
        shutil.rmtree(config.data_dir / name, ignore_errors=True)
    champion_id()
    tested = Lanes(0.05, 0.975, accept=Lane(None), reject=Lane(0.971, 140, 1, 0.049))
    ModelRun.objects.register(
        "v0", role="champion", trained_at=NOON, lanes=keep(tested, source="2026-03-13", photos=900)
    )
    for number in range(3):
        make_photo(f"noise-{number}", state=State.PASSED, lane="reject", lane_chance=0.04, p_dress=0.01)
    for number in range(2):
        photo = make_photo(
            f"looked-{number}", state=State.SETTLED, lane="reject", lane_chance=0.04, p_dress=0.01
        )
        make_golden(photo.pk, verdict="style" if number else "not_dress")


@pytest.fixture
def allowed(monkeypatch) -> None:
    change = config.model_copy(update={"lane_error": 0.05})
    monkeypatch.setattr(lanes, "config", change)
    monkeypatch.setattr(models, "config", change)


def words_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_nothing_on_a_card_tells_what_a_lane_decided(world, ann_client):
    Photo.objects.filter(pk="photo-1").update(lane="accept", lane_chance=0.04)
    Photo.objects.filter(pk="photo-2").update(lane="reject", lane_chance=0.04)

    page = ann_client.get("/play/").content.decode()

    cards = _cards(page)
    assert {"photo-0", "photo-1", "photo-2"} <= cards.keys()
    assert len(set(cards.values())) == 1
    assert not re.search(r"\blane|accept|reject|0\.04", page)


def test_what_was_passed_by_is_never_dealt(world, ann_client):
    Photo.objects.filter(pk="photo-1").update(state=State.PASSED, batch_id="", lane="accept")

    page = ann_client.get("/play/").content.decode()

    assert _cards(page).keys() == {f"photo-{number}" for number in (0, 2, 3, 4, 5)}


def test_the_admin_reads_what_lanes_promise_and_what_became_of_it(served, allowed, staff_client, ann_client):
    page = words_of(staff_client.get(MODELS).content.decode())

    assert "wrong in at most 5.0%, people are not asked" in page
    assert "Accept never 5.0% 0 0 0 off" in page
    assert "Reject 97.1% 5.0% 3 2 1 open" in page
    assert ann_client.get(MODELS).status_code == 403


def test_a_model_without_lanes_is_said_to_have_none(served, allowed, staff_client):
    ModelRun.objects.update(lanes={})

    assert "The model that serves has no lane" in words_of(staff_client.get(MODELS).content.decode())


def test_where_lanes_are_off_and_were_never_tried_the_page_does_not_speak_of_them(served, staff_client):
    assert "Lanes are switched off" in staff_client.get(MODELS).content.decode()
    ModelRun.objects.update(lanes={})

    assert "Lanes" not in staff_client.get(MODELS).content.decode()


def test_what_was_passed_by_comes_as_a_sheet_that_says_it_is_not_verified(served, staff_client, ann_client):
    answer = staff_client.get(f"{MODELS}passed.csv")

    assert 'filename="truther-passed-not-verified.csv"' in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(answer.content.decode().splitlines()))
    assert [(row["photo"], row["verified"], row["verdict"], row["probability"]) for row in rows] == [
        (f"noise-{number}", "False", "not_dress", "0.99") for number in (2, 1, 0)
    ]
    assert ann_client.get(f"{MODELS}passed.csv").status_code == 403
