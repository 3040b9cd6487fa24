"""Coming in and going out: by password, as a guest, and not at all."""

import re
import socket
from collections.abc import Iterator
from email import message_from_bytes

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.contrib.auth.models import User
from django.test import Client

from tests.factories import make_photo
from truther.config import config
from truther.models import Photo, Vote
from truther.models.photos import State
from truther.web import accounts
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


@pytest.fixture
def post_office(settings, monkeypatch) -> Iterator[list[Envelope]]:
    """A mail server on this machine, and the letters it was given."""
    letters: list[Envelope] = []

    class Box:
        async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
            letters.append(envelope)
            return "250 kept"

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    office = Controller(Box(), hostname="127.0.0.1", port=port)
    office.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    with_mail = config.model_copy(update={"smtp_url": f"smtp://127.0.0.1:{port}"})
    monkeypatch.setattr(pages, "config", with_mail)
    yield letters
    office.stop()


def test_a_forgotten_password_is_replaced_by_a_letter(ann, client, post_office):
    User.objects.filter(pk=ann.pk).update(email="ann@example.com")
    assert "/accounts/password/reset/" in client.get("/accounts/login/").content.decode()

    client.post("/accounts/password/reset/", {"email": "ann@example.com"})
    [letter] = post_office
    text = message_from_bytes(letter.content).as_string()
    [link] = re.findall(r"http://testserver(/accounts/password/reset/key/\S+)", text)
    form = client.get(link, follow=True).request["PATH_INFO"]
    client.post(form, {"password1": "walk-the-plank-9", "password2": "walk-the-plank-9"})

    assert letter.rcpt_tos == ["ann@example.com"]
    assert sign_in(client, PASSWORD).status_code == 200  # the old one opens nothing
    assert sign_in(client, "walk-the-plank-9").headers["Location"] == "/play/"


@pytest.fixture
def office_domain(monkeypatch, post_office) -> None:
    """Whoever has an address at example.com may register."""
    monkeypatch.setattr(accounts, "config", config.model_copy(update={"signup_domain": "example.com"}))


def register(client: Client, email: str):
    fields = {"email": email, "username": "ben", "password1": PASSWORD, "password2": PASSWORD}
    return client.post("/accounts/signup/", fields)


def test_an_address_of_the_office_is_verified_by_a_letter_before_it_plays(
    world, client, office_domain, post_office
):
    register(client, "ben@example.com")
    assert client.get("/play/").status_code == 302
    text = message_from_bytes(post_office[0].content).as_string()
    [link] = re.findall(r"http://testserver(/accounts/confirm-email/\S+)", text)

    client.post(link)
    client.post("/accounts/login/", {"login": "ben@example.com", "password": PASSWORD})

    assert client.get("/play/").status_code == 200


def test_who_has_not_answered_the_letter_is_sent_another_one_and_stays_outside(
    world, client, office_domain, post_office
):
    register(client, "ben@example.com")

    answer = client.post("/accounts/login/", {"login": "ben", "password": PASSWORD})

    assert answer.headers["Location"] == "/accounts/confirm-email/"
    assert [letter.rcpt_tos for letter in post_office] == [["ben@example.com"]] * 2
    assert client.get("/play/").status_code == 302


def test_people_an_admin_added_come_in_without_an_address(world, ann, client, office_domain):
    assert sign_in(client, PASSWORD).headers["Location"] == "/play/"
    assert client.get("/play/").status_code == 200


def test_an_address_from_elsewhere_is_refused(client, office_domain, post_office):
    page = register(client, "ben@example.com.evil.example").content.decode()

    assert "Use your address at example.com." in page
    assert (post_office, User.objects.count()) == ([], 0)


def test_nobody_registers_where_no_domain_is_set(client):
    page = register(client, "ben@example.com").content.decode()

    assert not User.objects.exists()
    assert "closed" in page.casefold()


def test_no_letter_is_promised_where_none_can_be_sent(client):
    assert "password/reset" not in client.get("/accounts/login/").content.decode()


def test_who_is_no_expert_cannot_judge(world, ann_client):
    photo = make_photo("hard", state=State.CONTESTED)

    answer = ann_client.post("/control/contested/", {"photo": photo.pk, "answer": "style:red-wrap"})

    assert answer.status_code == 403
    assert Photo.objects.get(pk=photo.pk).state == State.CONTESTED
    assert not Vote.objects.exists()
