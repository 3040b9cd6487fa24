"""The model process answers every request with JSON, whatever is sent to it."""

import asyncio
import base64
import io
import json
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from classifier.embedded import embed_snapshot
from classifier.index import StyleIndex
from classifier.predict import DeepDress
from classifier.serve import lines
from classifier.serve.application import Application
from classifier.serve.bodies import MAX_BYTES, MAX_LINE_BYTES, MOST_ITEMS
from classifier.serve.config import ServeConfig, WrongServeSetting
from classifier.serve.http import NDJSON
from classifier.serve.precision import set_precision
from classifier.ship import ship
from classifier.snapshot import read_snapshot
from tests.asgi import Answered, ask
from tests.tiny import dress

JSON = "application/json"
Ask = Callable[..., Answered]


def picture_bytes(form: str = "PNG", size: tuple[int, int] | None = None, style: int = 2, **options) -> bytes:
    content = io.BytesIO()
    image = dress(style, np.random.default_rng(4), 110)
    (image.resize(size) if size else image).save(content, form, **options)
    return content.getvalue()


def moving(form: str) -> bytes:
    return picture_bytes(form, save_all=True, append_images=[dress(1, np.random.default_rng(1), 9)])


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


def form_of(*files: tuple[str, bytes], boundary: str = "x7") -> bytes:
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="a.png"\r\n\r\n'.encode()
        + content
        for name, content in files
    ]
    return b"\r\n".join([*parts, f"--{boundary}--\r\n".encode()])


def index_of(run: Path, trained: Path) -> StyleIndex:
    model = DeepDress.load(run, "cpu")
    return embed_snapshot(model, read_snapshot(trained / "snapshot")).index(model)


@pytest.fixture
def folder(trained, tmp_path) -> Path:
    """A champion link to a run, and its index beside."""
    index_of(trained / "run", trained).save(tmp_path / "index-run.safetensors")
    (tmp_path / "champion").symlink_to(trained / "run")
    return tmp_path


@pytest.fixture
def config(folder) -> ServeConfig:
    return ServeConfig(folder / "champion", str(folder / "index-{run}.safetensors"))


@pytest.fixture
def make_app(config) -> Iterator[Callable[..., Application]]:
    """An application with its champion loaded."""
    made: list[Application] = []

    def make(**changes: Any) -> Application:
        made.append(Application(replace(config, **changes)))
        made[-1].champion.look()
        return made[-1]

    yield make
    for app in made:
        app.batcher.close()


@pytest.fixture
def app(make_app) -> Application:
    return make_app()


@pytest.fixture
def post(app) -> Ask:
    """Send one request to the application of this test."""

    def send(body: Any = b"", kind: str = "image/png", **options: Any) -> Answered:
        answered = asyncio.run(ask(app, body, kind, **options))
        assert answered is not None
        return answered

    return send


def gathered(*questions: Coroutine[Any, Any, Answered | None]) -> list[Answered]:
    """Ask at the same time."""

    async def all_of_them() -> list[Answered | None]:
        return await asyncio.gather(*questions)

    return [answered for answered in asyncio.run(all_of_them()) if answered is not None]


def skus(document: Any) -> list[str]:
    return [candidate["sku"] for candidate in document["candidates"]]


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

    *gone, after = asyncio.run(three())

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


def test_a_full_queue_sends_people_away(make_app):
    app = make_app(queue=2)

    answers = gathered(*(ask(app, picture_bytes()) for _ in range(6)))

    assert sorted(answered.status for answered in answers) == [200, 200, 429, 429, 429, 429]
    assert {each.headers.get("retry-after") for each in answers if each.status == 429} == {"1"}
    assert [each.status for each in gathered(ask(app, picture_bytes()))] == [200]


def test_too_many_bytes_of_all_together_are_refused(make_app):
    app, picture = make_app(), picture_bytes()
    app._held.most = len(picture) + 10

    answers = gathered(ask(app, picture), ask(app, picture))

    assert sorted(answered.status for answered in answers) == [200, 429]
    assert app._held.now == 0


def test_pictures_that_come_together_go_through_the_network_together(app, post):
    alone = post(picture_bytes()).json()
    pictures = [picture_bytes(style=number % 5) for number in range(20)]

    answers = gathered(*(ask(app, picture) for picture in pictures))

    assert [skus(each.json())[0] for each in answers] == [f"S{number % 5}" for number in range(20)]
    assert answers[2].json()["p_dress"] == pytest.approx(alone["p_dress"], abs=0.02)
    assert app.batcher.pictures == 21
    assert app.batcher.batches < 21


def test_a_lone_picture_waits_for_nobody(make_app):
    app = make_app(wait_ms=60_000)

    [answered] = gathered(ask(app, picture_bytes()))

    assert answered.status == 200


def test_a_picture_that_waits_too_long_is_told_to_come_back(make_app):
    app = make_app(patience_seconds=0)

    [answered] = gathered(ask(app, picture_bytes()))

    assert (answered.status, answered.json()["error"]) == (503, "no answer in time")


def test_a_batch_is_answered_item_by_item(post):
    items = [
        {"id": "a", "image": base64_of(picture_bytes(style=3))},
        base64_of(picture_bytes(style=1)),
        {"id": "c", "image": "data:image/png;base64," + base64_of(picture_bytes(style=0))},
        {"id": "d", "image": "not base64!"},
        {"id": "e", "image": base64_of(b"plain text")},
        {"id": "f", "image": base64_of(picture_bytes()[:60])},
        {"id": "g"},
        {"id": 8, "image": ""},
        {"id": "i", "image": ""},
        {"id": "j", "image": base64_of(picture_bytes()), "top": 5},
        [],
    ]

    answered = post(json.dumps({"items": items}).encode(), JSON)

    results = answered.json()["results"]
    assert answered.status == 200
    assert [skus(each)[0] for each in results[:3]] == ["S3", "S1", "S0"]
    assert [each["id"] for each in results] == ["a", None, "c", "d", "e", "f", "g", None, "i", "j", None]
    assert [each.get("status") for each in results[3:]] == [400, 415, 422, 400, 400, 422, 400, 400]
    assert all(each["error"] for each in results[3:])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b'{"items": []}', 400),
        (b'{"items": {}}', 400),
        (b'{"items": ["QQ=="], "top": 3}', 400),
        (b'{"items": [', 400),
        (b'{"items": ' + b"[" * 100_000, 400),
        (b"\xff\xfe", 400),
        (b'{"items": [' + b"9" * 5_000 + b"]}", 400),
        (json.dumps({"items": [""] * (MOST_ITEMS + 1)}).encode(), 413),
    ],
    ids=["empty", "list", "no items", "no list", "more", "torn", "deep", "no text", "digits", "too many"],
)
def test_what_is_no_batch_is_refused_whole(post, body, status):
    answered = post(body, JSON)

    assert answered.status == status
    assert answered.json()["error"]


def test_a_stream_is_answered_line_by_line_in_order(post):
    sent = [json.dumps({"id": str(n), "image": base64_of(picture_bytes(style=n % 5))}) for n in range(30)]
    sent[7:7] = ["nonsense", "", '"QUJD"', "[" * 100_000]
    body = "\n".join(sent).encode()

    answered = post([body[at : at + 999] for at in range(0, len(body), 999)], NDJSON)

    results = answered.lines()
    assert answered.status == 200
    assert answered.headers["content-type"] == NDJSON
    assert [each.get("status") for each in results[7:10]] == [400, 415, 400]
    assert [each["id"] for each in results[:7] + results[10:]] == [str(n) for n in range(30)]
    assert [skus(each)[0] for each in results[:7] + results[10:]] == [f"S{n % 5}" for n in range(30)]


def test_a_line_that_never_ends_is_read_over(app, post):
    good = base64_of(picture_bytes()).encode()
    huge = [b'"' + b"A" * 1024] + [b"A" * 1_000_000] * (MAX_LINE_BYTES // 1_000_000 + 1) + [b'"\n']

    results = post([b'"' + good + b'"\n', *huge, b'"' + good + b'"', b""], NDJSON).lines()

    assert [each.get("status", 200) for each in results] == [200, 413, 200]


@pytest.mark.parametrize("body", [b"", b"\n \n\n"])
def test_an_empty_stream_is_refused(post, body):
    assert post(body, NDJSON).status == 400


def test_a_stream_reads_no_further_ahead_than_it_may(app):
    asked, answered = 0, 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal asked
        line = json.dumps(base64_of(picture_bytes())).encode() + b"\n"
        for _ in range(100):
            asked += 1
            assert asked - app.batcher.pictures <= 2 * lines.AHEAD + 4
            yield line

    [stream] = gathered(ask(app, endless(), NDJSON))

    answered = len(stream.lines())
    assert answered == 100


def test_streams_leave_room_for_others(app):
    body = b"\n".join([json.dumps(base64_of(picture_bytes())).encode()] * 12)

    answers = gathered(*(ask(app, [body], NDJSON) for _ in range(6)), ask(app, picture_bytes()))

    assert sorted(answered.status for answered in answers) == [200] * 5 + [429] * 2


def test_a_new_index_is_noticed(app, post, folder, trained):
    assert skus(post(picture_bytes()).json())[0] == "S2"
    index = index_of(trained / "run", trained)
    index.retire("S2")

    index.save(folder / "index-run.safetensors")
    app.champion.look()

    assert "S2" not in skus(post(picture_bytes()).json())


def test_a_new_champion_serves_only_once_its_index_is_there(app, post, folder, trained):
    ship(trained / "run", folder / "night")
    (folder / "next").symlink_to(folder / "night")
    (folder / "next").replace(folder / "champion")
    app.champion.look()
    assert post(picture_bytes()).json()["model_version"] == "run"

    index_of(folder / "night", trained).save(folder / "index-night.safetensors")
    app.champion.look()

    assert post(picture_bytes()).json()["model_version"] == "night"


def test_a_damaged_champion_leaves_the_old_one_serving(app, post, folder):
    (folder / "broken").mkdir()
    (folder / "broken/facts.json").write_text("{}")
    (folder / "next").symlink_to(folder / "broken")

    (folder / "next").replace(folder / "champion")
    app.champion.look()

    assert post(picture_bytes()).json()["model_version"] == "run"


@pytest.mark.parametrize("damage", [b"", b"words" * 100], ids=["empty", "words"])
def test_a_damaged_index_leaves_the_old_one_serving(app, post, folder, damage):
    (folder / "beside").write_bytes(damage)

    (folder / "beside").replace(folder / "index-run.safetensors")
    app.champion.look()

    assert skus(post(picture_bytes()).json())[0] == "S2"


def test_the_champion_is_watched_while_the_server_lives(config, folder, trained):
    app, index = Application(config), index_of(trained / "run", trained)
    index.retire("S2")

    async def live() -> None:
        async with app.running():
            while app.champion.pair is None:
                await asyncio.sleep(0.01)
            index.save(folder / "index-run.safetensors")
            while len(app.champion.pair.index) == 5:
                await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(live(), 30))

    assert app.champion.pair is not None
    assert "S2" not in app.champion.pair.index


def test_bfloat16_stays_near_or_is_left_alone(trained, monkeypatch):
    model, pictures = DeepDress.load(trained / "run", "cpu"), [dress(2, np.random.default_rng(4), 110)]
    exact = model.embed(pictures)

    assert set_precision(model, "bf16") == "bf16"
    assert (model.embed(pictures) * exact).sum() > 0.998

    monkeypatch.setattr("classifier.serve.precision.LEAST_COSINE", 1.1)
    assert set_precision(model, "bf16") == "fp32"
    assert np.array_equal(model.embed(pictures), exact)


def test_the_environment_decides_what_serves():
    config = ServeConfig.from_environment(
        {"CLASSIFIER_CHAMPION": "/a", "CLASSIFIER_INDEX": "/i-{run}", "CLASSIFIER_QUEUE": "3"}
    )

    assert config == ServeConfig(Path("/a"), "/i-{run}", queue=3)


@pytest.mark.parametrize(("name", "value"), [("QUEUE", "0"), ("BATCH", "many"), ("PRECISION", "fp8")])
def test_a_wrong_variable_is_named(name, value):
    with pytest.raises(WrongServeSetting, match=f"CLASSIFIER_{name} is '{value}'"):
        ServeConfig.from_environment({f"CLASSIFIER_{name}": value})
