"""One picture, as bytes or in a form: an answer in JSON, whatever is sent."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from classifier.serve.bodies import MAX_BYTES
from classifier.serve.http import NDJSON
from tests.asgi import Answered, ask, run
from tests.unit.classifier.serve.asking import (
    JSON,
    form_of,
    gathered,
    moving,
    picture_bytes,
    skus,
)


def test_a_picture_gets_three_candidates_and_its_times(post):
    answered = post(picture_bytes())

    document = answered.json()
    assert answered.status == 200
    assert document["model_version"] == "run"
    assert len(document["candidates"]) == 3
    assert document["candidates"][0]["sku"] == "S2"
    shares = sum(candidate["probability"] for candidate in document["candidates"])
    assert 0 < shares <= document["p_dress"] + 1e-6
    times = document["timings"]
    assert list(times) == ["decode", "queue", "forward", "search", "total"]
    assert min(times.values()) >= 0
    assert sum(times.values()) - times["total"] == pytest.approx(times["total"], abs=0.1)
    assert document["milliseconds"] == times["total"]


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_form_is_answered_as_the_bytes_are(post, form):
    picture = picture_bytes(form)

    bare, in_form = post(picture), post(form_of(("image", picture)), 'multipart/form-data; boundary="x7"')

    assert in_form.status == 200
    assert in_form.json()["candidates"] == bare.json()["candidates"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (form_of(("image", b"x")), "multipart/form-data"),
        (form_of(("image", b"x")), "multipart/form-data; boundary=other"),
        (form_of(("image", b"x"))[:-8], "multipart/form-data; boundary=x7"),
        (form_of(("photo", b"x")), "multipart/form-data; boundary=x7"),
        (form_of(("image", b"x"), ("image", b"y")), "multipart/form-data; boundary=x7"),
        (form_of(), "multipart/form-data; boundary=x7"),
        (b"", "multipart/form-data; boundary=x7"),
        (b"--x7\r\nContent-Disposition: form-data; name=image--x7--", "multipart/form-data; boundary=x7"),
    ],
    ids=["no boundary", "another", "torn", "no image", "two", "none", "empty", "no content"],
)
def test_a_form_with_anything_but_one_picture_is_refused(post, body, kind):
    answered = post(body, kind)

    assert answered.status == 400
    assert "form" in answered.json()["error"]


def test_an_answer_is_explained_for_the_styles_asked_for(post):
    likeliest = post(picture_bytes(), path="/explain").json()
    named = post(picture_bytes(), path="/explain?sku=S1&sku=S4&sku=gone&without=x").json()

    assert skus({"candidates": likeliest["styles"]})[0] == "S2"
    assert skus({"candidates": named["styles"]}) == ["S1", "S4"]
    assert named["model_version"] == "run"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/explain?" + "sku=a&" * 13, picture_bytes(), 400),
        ("/explain?" + "sku=a&" * 101, picture_bytes(), 400),
        ("/explain?without=" + "a" * 65, picture_bytes(), 400),
        ("/explain", picture_bytes()[:60], 422),
        ("/explain", b"words", 415),
    ],
    ids=["too many", "far too many", "too long", "cut off", "words"],
)
def test_what_cannot_be_explained_is_refused(post, path, body, status):
    assert post(body, path=path).status == status


def test_health_names_the_model_and_counts(post):
    post(picture_bytes())

    answered = post(path="/healthz", method="GET")

    document = answered.json()
    assert (answered.status, document.pop("precision") in ("bf16", "fp32")) == (200, True)
    assert document == {"model_version": "run", "styles": 5, "pictures": 1, "batches": 1}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"plain text", 415),
        (picture_bytes()[:60], 422),
        (picture_bytes("TIFF"), 415),
        (picture_bytes("GIF"), 415),
        (moving("GIF"), 415),
        (moving("PNG"), 422),
        (moving("WEBP"), 422),
        (picture_bytes(size=(5200, 5000)), 422),
    ],
    ids=["empty", "text", "cut off", "tiff", "gif", "moving gif", "moving png", "moving webp", "too large"],
)
def test_what_is_no_still_picture_is_refused_with_a_reason(post, body, status):
    answered = post(body)

    assert answered.status == status
    assert answered.json()["error"]
    assert post(picture_bytes()).status == 200  # and its place in the queue is free again


def test_too_many_bytes_are_refused_unread(post):
    def unread() -> Iterator[bytes]:
        raise AssertionError("the body must not be read")
        yield b""

    assert post(unread(), length=str(MAX_BYTES + 1)).status == 413


def test_too_many_bytes_without_a_length_are_refused_as_soon_as_they_are_too_many(app, post):
    answered = post([bytes(MAX_BYTES // 2)] * 3)

    assert answered.status == 413
    assert app._held.now == 0


@pytest.mark.parametrize(("length", "status"), [("5", 400), ("five", 400), ("-1", 400), ("²", 400)])
def test_a_length_that_is_not_the_bodys_is_refused(post, length, status):
    assert post(picture_bytes(), length=length).status == status


def test_a_client_that_hangs_up_half_way_gets_no_answer_and_leaves_nothing_behind(app):
    async def three() -> list[Answered | None]:
        half = picture_bytes()[:500]
        gone = [await ask(app, half, kind, hang_up=True) for kind in ("image/png", JSON)]
        gone.append(await ask(app, b'"QUJD', NDJSON, hang_up=True))
        return [*gone, await ask(app, picture_bytes())]

    *gone, after = run(three())

    assert gone == [None, None, None]
    assert (after and after.status, app._held.now) == (200, 0)


def test_a_body_that_takes_too_long_is_given_up(make_app):
    async def dribble() -> AsyncIterator[bytes]:
        yield b"\xff\xd8\xff"
        await asyncio.sleep(60)

    app = make_app(read_seconds=0.05, idle_seconds=0.05)

    slow, stream = gathered(ask(app, dribble()), ask(app, dribble(), NDJSON))

    assert (slow.status, "0.05 s" in slow.json()["error"]) == (408, True)
    assert (stream.status, [line["status"] for line in stream.lines()]) == (200, [408])


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [("/predict", "GET", 405), ("/healthz", "POST", 405), ("/elsewhere", "GET", 404)],
)
def test_other_paths_and_methods_are_refused(post, path, method, status):
    assert post(path=path, method=method).status == status


def test_without_a_champion_there_is_no_answer_yet(make_app, tmp_path):
    app = make_app(champion=tmp_path / "nobody")

    [answered] = gathered(ask(app, picture_bytes()))

    assert (answered.status, answered.json()["error"]) == (503, "no model with a matching index yet")
    assert answered.headers["retry-after"] == "1"
