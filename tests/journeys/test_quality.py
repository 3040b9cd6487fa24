"""From a settled photo to its second look, the expert's word, and the page that measures how right we are."""

import re
import shutil
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from tests.conftest import MINUTE
from tests.factories import make_photo
from truther.config import config
from truther.flow import assign, audit, freeze
from truther.models import Audit, Golden, Photo, Serve, Vote

pytestmark = pytest.mark.django_db(databases=["default", "documents"])
RED, BLUE = "style:red-wrap", "style:blue-column"
CARD = re.compile(r'<article[^>]*data-photo="([^"]+)".*?</article>', re.S)
CHANGING = re.compile(
    r' fetchpriority="high"|'  # whichever card is on top
    r"photo-\d|settled|[0-9a-f]{64}|[0-9a-f-]{36}|(red|blue|green)-(wrap|column|swing)|(Red|Blue|Green) \w+"
)


@pytest.fixture
def audited(world: list[str]) -> str:
    """A photo that two people settled yesterday, frozen and drawn by last night's audit."""
    shutil.rmtree(config.data_dir / "snapshots", ignore_errors=True)  # manifests of other tests
    make_photo("settled")
    for person in ("ann", "ben"):
        Vote.objects.create(
            pk=f"first-{person}",
            photo_id="settled",
            person=person,
            choice="style",
            style="red-wrap",
            fit=True,
            cast_at=timezone.now() - timedelta(days=1),
        )
    Photo.objects.recount("settled", now=timezone.now())
    at = timezone.now() - MINUTE
    freeze.freeze_batch(at=at)
    audit.audit("n1", at=at, now=at)
    return "settled"


def mixed(monkeypatch: pytest.MonkeyPatch, audits: float) -> None:
    """Let every place, or none, call for an audit."""
    mix = {"audit_share": audits, "random_share": 0.0, "gold_dose": 0.0}
    monkeypatch.setattr(assign, "config", config.model_copy(update=mix))


def player(name: str) -> Client:
    client = Client()
    client.force_login(User.objects.create_user(name, password="a long walk back"))
    return client


def test_a_wrong_record_is_found_and_corrected_and_the_page_says_so(
    audited, staff_client, monkeypatch, ann_client
):
    mixed(monkeypatch, 1.0)
    for name in ("cem", "dan"):
        client = player(name)
        client.get("/play/")
        client.post("/play/vote/", {"photo": audited, "vote": f"look-{name}", "answer": BLUE, "seconds": "3"})
        assert Vote.objects.get(pk=f"look-{name}").audit
    tomorrow = timezone.now() + MINUTE
    audit.audit("n2", at=tomorrow, now=tomorrow)
    assert Audit.objects.get().state == "disputed"

    bench = staff_client.get("/control/contested/").content.decode()
    assert "settled" in bench
    staff_client.post("/control/contested/", {"photo": audited, "answer": BLUE, "fit": "yes"})

    assert (Audit.objects.get().state, Golden.objects.get().style) == ("corrected", "blue-column")
    page = staff_client.get("/control/quality/").content.decode()
    assert "<b>0.0%</b> of the audited photos were right" in page
    assert "n 1." in page
    assert "Wait: from about 30 closed audits on" in page
    assert ann_client.get("/control/quality/").status_code == 403
    assert ann_client.get("/control/quality/weeks.csv").status_code == 403


def test_nothing_on_the_card_tells_a_second_look_from_a_first_one(audited, monkeypatch):
    pages = []
    for share, name in ((0.0, "cem"), (1.0, "dan")):
        mixed(monkeypatch, share)
        pages.append(player(name).get("/play/").content.decode())

    assert Serve.objects.get(photo_id=audited).person == "dan"
    first, second = (_cards(page) for page in pages)
    assert audited not in first
    assert second[audited] == first["photo-0"]
    assert "audit" not in pages[1]


def _cards(page: str) -> dict[str, str]:
    """Return each card by its photo, without what is another on every card: ids, pictures and names."""
    return {found.group(1): CHANGING.sub("", found.group()) for found in CARD.finditer(page)}


def test_an_empty_house_is_told_kindly_what_will_be_there(staff_client):
    page = staff_client.get("/control/quality/").content.decode()

    assert "Nothing is measured yet." in page
    assert page.count("What to do.") == 7
    assert staff_client.get("/control/quality/?days=banana").status_code == 200
    assert staff_client.get("/control/quality/reliability.csv").content == b"claim,right,claimed\r\n"
    assert (
        staff_client.get("/control/quality/weeks.csv").content
        == b"week from,agreement of votes,measured accuracy\r\n"
    )
    assert staff_client.get("/control/quality/other.csv").status_code == 404
