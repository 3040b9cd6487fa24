"""Asking the model process through the API: a real wire, its faults, and what is refused unasked."""

import io
import json
import os
import socket
import subprocess
import sys

import httpx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from knox.models import AuthToken
from PIL import Image

from tests.conftest import NOON
from tests.factories import make_style
from truther.config import config
from truther.flow.identify import wire
from truther.models import Style

pytestmark = pytest.mark.django_db(databases=["default", "documents"])
URL = "/api/v1/identify"


@pytest.fixture
def api(ann) -> Client:
    """Ann's program, in a catalogue of two styles."""
    make_style("red-wrap", name="Red Wrap")
    make_style("blue-column", name="Blue Column")
    _, token = AuthToken.objects.create(ann)
    return Client(headers={"authorization": f"Token {token}"})


def point_at(monkeypatch, url: str) -> None:
    monkeypatch.setattr(wire, "config", config.model_copy(update={"model_url": url}))


def picture(format: str = "JPEG", **options) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (32, 40), "crimson").save(buffer, format, **options)
    return buffer.getvalue()


def moving(format: str) -> bytes:
    frames = [Image.new("RGB", (32, 40), colour) for colour in ("crimson", "navy")]
    return picture(format, save_all=True, append_images=frames, duration=80)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_answered_with_names_of_the_catalogue(api, model_process, format):
    image = picture(format)

    answer = api.post(URL, image, content_type=f"image/{format.lower()}")

    assert answer.status_code == 200
    assert answer.json() == {
        "candidates": [
            {"sku": "red-wrap", "name": "Red Wrap", "designer": "Slate & Vine", "probability": 0.6},
            {"sku": "blue-column", "name": "Blue Column", "designer": "Slate & Vine", "probability": 0.2},
        ],
        "p_dress": 0.9,
        "model_version": "v0",
        "milliseconds": 12.5,
    }
    assert model_process.asked == [("/predict", f"image/{format.lower()}", image)]


def test_a_picture_may_come_in_a_form(api, model_process):
    image = picture()

    answer = api.post(URL, {"image": SimpleUploadedFile("me.jpg", image, "application/octet-stream")})

    assert answer.status_code == 200
    assert model_process.asked == [("/predict", "image/jpeg", image)]


def test_a_style_that_left_the_catalogue_meanwhile_is_not_offered(api, model_process):
    Style.objects.filter(pk="red-wrap").update(retired_on=NOON.date())

    answer = api.post(URL, picture(), content_type="image/jpeg")

    assert [found["sku"] for found in answer.json()["candidates"]] == ["blue-column"]


@pytest.mark.parametrize(
    ("body", "content_type", "status", "word"),
    [
        (b"", "image/jpeg", 400, "empty"),
        (b"just words", "image/jpeg", 415, "JPEG"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "image/webp", 415, "JPEG"),
        (picture("GIF"), "image/gif", 415, "image/gif"),
        (b"image: x", "text/yaml", 415, "text/yaml"),
        (picture(), "", 415, ""),
        (moving("WEBP"), "image/webp", 422, "still"),
        (moving("PNG"), "image/png", 422, "still"),
    ],
    ids=["empty", "words", "sound", "gif", "yaml", "no type", "moving webp", "moving png"],
)
def test_what_is_no_still_picture_is_refused_unasked(api, model_process, body, content_type, status, word):
    answer = api.generic("POST", URL, body, content_type=content_type)

    assert answer.status_code == status
    assert word in str(answer.json())
    assert model_process.asked == []


def test_a_moving_gif_in_a_form_is_no_type_of_ours(api, model_process):
    answer = api.post(URL, {"image": SimpleUploadedFile("me.jpg", moving("GIF"), "image/jpeg")})

    assert answer.status_code == 415
    assert model_process.asked == []


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, "image"),
        ({"image": "words"}, "image"),
        ({"image": SimpleUploadedFile("a.jpg", b"")}, "image"),
        ({"photo": SimpleUploadedFile("a.jpg", picture())}, "photo"),
        ({"image": SimpleUploadedFile("a.jpg", picture()), "top": "5"}, "top"),
        ({"image": [SimpleUploadedFile("a.jpg", b"x"), SimpleUploadedFile("b.jpg", b"y")]}, "image"),
    ],
)
def test_a_form_with_anything_but_one_picture_is_refused(api, model_process, fields, wrong):
    for value in fields.values():
        for file in value if isinstance(value, list) else [value]:
            if isinstance(file, SimpleUploadedFile):
                file.seek(0)

    answer = api.post(URL, fields)

    assert answer.status_code == 400
    assert list(answer.json()) == [wrong]
    assert model_process.asked == []


def test_a_torn_form_is_refused(api, model_process):
    answer = api.generic("POST", URL, b"--x\r\nnonsense", content_type="multipart/form-data; boundary=\xff")

    assert answer.status_code == 400
    assert answer.json()["detail"]


@pytest.mark.parametrize("as_form", [True, False])
def test_a_picture_of_too_many_bytes_is_refused(api, model_process, monkeypatch, as_form):
    monkeypatch.setattr("truther.web.api_images.config", config.model_copy(update={"max_image_bytes": 2_000}))
    image = picture() + bytes(2_000)

    for body in (image, image + bytes(100_000)):  # told by reading, and told by the length announced
        form = {"image": SimpleUploadedFile("a.jpg", body)}
        answer = api.post(URL, form) if as_form else api.post(URL, body, content_type="image/jpeg")
        assert answer.status_code == 413
        assert answer.json() == {"detail": "The image is too large."}
    assert model_process.asked == []


@pytest.mark.parametrize(
    ("status", "reason", "ours"),
    [
        (422, "the JPEG data is damaged: truncated", 422),
        (415, "not one of JPEG, PNG", 422),
        (413, "the picture is larger than 15 bytes", 413),
    ],
)
def test_what_the_model_cannot_read_is_said_in_words(api, model_process, status, reason, ours):
    model_process.status, model_process.answer = status, json.dumps({"error": reason}).encode()

    answer = api.post(URL, picture(), content_type="image/jpeg")

    assert answer.status_code == ours
    assert ours == 413 or reason in answer.json()["detail"]


@pytest.mark.parametrize(
    ("status", "headers", "body", "wait"),
    [
        (429, {"retry-after": "7"}, b'{"error": "too many"}', "7"),
        (503, {"retry-after": "soon"}, b'{"error": "no model yet"}', "2"),
        (500, {}, b"<html>broken</html>", "2"),
        (500, {}, b"{}", "2"),
        (200, {}, b"{}", "2"),
        (200, {}, b"[]", "2"),
        (200, {}, b'{"candidates": [{"sku": 5}], "p_dress": 1}', "2"),
        (200, {}, b"", "2"),
        (404, {}, b"{}", "2"),
    ],
)
def test_a_model_that_is_busy_or_broken_is_a_reason_to_wait(api, model_process, status, headers, body, wait):
    model_process.status, model_process.headers, model_process.answer = status, headers, body

    answer = api.post(URL, picture(), content_type="image/jpeg")

    assert answer.status_code == 503
    assert answer["retry-after"] == wait
    assert "ask again" in answer.json()["detail"]


def test_a_model_process_that_is_gone_is_a_reason_to_wait(api, monkeypatch):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
    point_at(monkeypatch, f"http://127.0.0.1:{port}")

    answer = api.post(URL, picture(), content_type="image/jpeg")

    assert (answer.status_code, answer["retry-after"]) == (503, "2")


def test_a_model_process_that_stays_silent_is_a_reason_to_wait(api, monkeypatch):
    monkeypatch.setattr(wire, "PATIENCE", httpx.Timeout(0.2))
    wire._client.cache_clear()
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        point_at(monkeypatch, f"http://127.0.0.1:{silent.getsockname()[1]}")

        answer = api.post(URL, picture(), content_type="image/jpeg")
    wire._client.cache_clear()

    assert answer.status_code == 503


def test_strangers_cannot_ask(model_process):
    answer = Client().post(URL, picture(), content_type="image/jpeg")

    assert answer.status_code == 401
    assert model_process.asked == []


def test_a_page_that_was_not_ours_cannot_ask_in_anns_name(ann, model_process):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ann)

    answer = browser.post(URL, picture(), content_type="image/jpeg")

    assert answer.status_code == 403
    assert "CSRF" in answer.json()["detail"]
    assert model_process.asked == []


def test_pictures_have_a_rate_of_their_own(api, model_process, monkeypatch):
    rates = {"user": "600/min", "identify": "1/min"}
    monkeypatch.setattr("rest_framework.throttling.SimpleRateThrottle.THROTTLE_RATES", rates)

    answers = [api.post(URL, picture(), content_type="image/jpeg") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 429]
    assert len(model_process.asked) == 1


def test_the_web_process_loads_neither_torch_nor_the_models(tmp_path):
    program = (
        "import sys, django; django.setup(); import truther.urls, truther.wsgi;"
        "print(sorted({'torch', 'classifier.predict', 'classifier.serve'} & set(sys.modules)))"
    )
    ours = {"DJANGO_SETTINGS_MODULE": "truther.settings", "TRUTHER_DATA_DIR": str(tmp_path)}
    environment = os.environ | ours

    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)

    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr
