"""Coming in and going out: by password, as a guest, and not at all."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.factories import make_photo
from truther.config import config
from truther.models import Photo, Vote
from truther.models.photos import State
from truther.web.templatetags import pages
from truther.web.views import people

pytestmark = pytest.mark.django_db(databases=["default", "documents"])
PASSWORD = "a long walk back"


@pytest.fixture
def production(monkeypatch) -> None:
    """An installation that is no demo."""
    elsewhere = config.model_copy(update={"profile": "production"})
    monkeypatch.setattr(people, "config", elsewhere)
    monkeypatch.setattr(pages, "config", elsewhere)


def sign_in(client: Client, password: str, **more: str):
    return client.post("/accounts/login/", {"login": "ann", "password": password, **more})


def test_a_password_opens_the_game(world, ann, client):
    assert sign_in(client, PASSWORD).headers["Location"] == "/play/"
    assert client.get("/play/").status_code == 200


def test_a_wrong_password_is_said_and_opens_nothing(ann, client):
    answer = sign_in(client, "a short walk")

    assert "not correct" in answer.content.decode()
    assert client.get("/play/").status_code == 302


def test_the_sign_in_sends_nobody_to_another_house(world, ann, client):
    answer = sign_in(client, PASSWORD, next="https://elsewhere.example/")

    assert answer.headers["Location"] == "/play/"


def test_going_out_closes_the_game(ann_client):
    ann_client.post("/accounts/logout/")

    assert ann_client.get("/play/").status_code == 302


def test_no_guests_outside_the_demo(production, client):
    assert "guest" not in client.get("/accounts/login/").content.decode()
    assert client.post("/guest/").status_code == 404
    assert not User.objects.exists()


def test_a_guest_who_is_signed_in_stays_who_they_are(world, ann_client):
    ann_client.post("/guest/")

    assert [user.username for user in User.objects.all()] == ["ann"]


@pytest.mark.parametrize("page", ["password/reset/", "password/change/", "email/", "logout/"])
def test_account_pages_wear_the_house_style(ann_client, page):
    html = ann_client.get(f"/accounts/{page}").content.decode()

    assert "css/truther.css" in html
    assert 'class="button wide first"' in html
    assert re.search(r"\sstyle=|\son[a-z]+=", html) is None  # the policy would drop it


def test_who_is_no_expert_cannot_judge(world, ann_client):
    photo = make_photo("hard", state=State.CONTESTED)

    answer = ann_client.post("/control/contested/", {"photo": photo.pk, "answer": "style:red-wrap"})

    assert answer.status_code == 403
    assert Photo.objects.get(pk=photo.pk).state == State.CONTESTED
    assert not Vote.objects.exists()
