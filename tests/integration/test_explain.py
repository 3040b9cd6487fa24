"""The bench shows what DeepDress saw: its words over a real wire, names and pictures put to them by us."""

import json
from collections.abc import Iterator

import pytest
from django.test import Client

from classifier.decode import decode
from classifier.index import StyleIndex
from classifier.predict import DeepDress
from classifier.serve.explain import explain as explained
from tests import small_world
from tests.conftest import MINUTE, NOON
from tests.model_process import ModelProcess, answering
from truther.config import config
from truther.flow import classify, explain, freeze
from truther.models import Photo, Style
from truther.shelf import index_file, picture_file, run_folder

pytestmark = pytest.mark.django_db(databases=["default", "documents"])
TORN = "p001"  # two people found none of our styles on it
PAGE = f"/control/contested/why/?photo={TORN}"


@pytest.fixture
def model_process(small_shop, monkeypatch) -> Iterator[ModelProcess]:
    """A process that answers with what the champion says of the torn photo, twenty others being verified."""
    photo_ids = small_world.post(30)
    classify.classify_new(now=NOON)
    freeze.top_up(now=NOON)
    small_world.play(photo_ids, at=NOON)
    freeze.freeze_batch(at=NOON + MINUTE)
    classify.refresh_index(now=NOON + MINUTE)
    with answering() as process:
        monkeypatch.setattr(explain, "config", config.model_copy(update={"model_url": process.url}))
        process.answer = champions_words(Photo.objects.get(pk=TORN))
        yield process


def champions_words(photo: Photo) -> bytes:
    model, index = DeepDress.load(run_folder("v0"), "cpu"), StyleIndex.load(index_file("v0"))
    image = decode(picture_file(photo.sha256).read_bytes())
    skus = [candidate["sku"] for candidate in photo.candidates[:3]]
    return json.dumps(explained(model, index, image, skus=skus, without=[photo.sha256])).encode()


def test_the_reasons_name_styles_and_pictures_of_the_catalogue(model_process):
    shown = explain.why(TORN)

    first = shown.styles[0]
    assert (first.sku, first.name) == ("S1", "S1")
    assert {alike.sha256 for alike in first.studio} == set(Style.objects.get(pk="S1").images)
    photos = {photo.sha256 for photo in Photo.objects.settled()}
    assert {alike.sha256 for alike in first.verified} <= photos
    assert len(first.verified) == 3
    assert shown.view_box == "3 0 26 32"  # 40 x 50 pixels in a frame of 32 x 32
    assert all(0 < cell.opacity <= explain.STRONGEST for style in shown.styles for cell in style.cells)
    assert max(cell.opacity for style in shown.styles for cell in style.cells) == explain.STRONGEST


def test_the_photo_itself_is_sent_and_asked_to_be_left_out(model_process):
    explain.why(TORN)

    photo = Photo.objects.get(pk=TORN)
    [(path, kind, body)] = model_process.asked
    assert body == picture_file(photo.sha256).read_bytes()
    assert kind == "image/webp"
    assert path.startswith("/explain?sku=")
    assert f"without={photo.sha256}" in path


def test_pictures_that_were_refused_or_taken_down_are_left_out(model_process):
    names = [alike.sha256 for alike in explain.why(TORN).styles[0].verified]
    Photo.objects.filter(sha256=names[0]).update(rights="refused")
    Photo.objects.filter(sha256=names[1]).update(state="removed")

    left = explain.why(TORN)

    assert [alike.sha256 for alike in left.styles[0].verified] == names[2:]
    assert not {alike.sha256 for alike in left.nearest} & set(names[:2])


def test_a_photo_that_is_not_there_has_no_reasons(model_process):
    Photo.objects.filter(pk="p002").update(state="removed")

    for photo_id in ("nobody", "p002", ""):
        with pytest.raises(explain.NoPhoto):
            explain.why(photo_id)
    picture_file(Photo.objects.get(pk=TORN).sha256).unlink()
    with pytest.raises(explain.NoPhoto):
        explain.why(TORN)


@pytest.mark.parametrize("answer", [b"", b"[]", b'{"styles": [{}]}', b'{"styles": 3, "nearest": []}'])
def test_whatever_else_is_answered_counts_as_away(model_process, answer):
    model_process.answer = answer

    with pytest.raises(explain.ModelAway):
        explain.why(TORN)


def test_experts_see_the_panel_on_the_bench_and_as_a_page(model_process, staff_client):
    page = staff_client.get(PAGE).content.decode()
    panel = staff_client.get(PAGE, headers={"HX-Request": "true"}).content.decode()

    for shown in (page, panel):
        assert "What DeepDress saw" in shown
        assert shown.count("<svg viewBox=") >= 3
        assert "<h2>S1</h2>" in shown
    assert page.startswith("<!doctype html>")
    assert panel.lstrip().startswith("<details")
    assert "Back to the bench" in page


def test_while_the_model_is_away_the_bench_works_and_says_so(model_process, staff_client):
    model_process.status = 503

    panel = staff_client.get(PAGE, headers={"HX-Request": "true"})
    bench = staff_client.get("/control/contested/")

    assert (panel.status_code, bench.status_code) == (200, 200)
    assert "away just now" in panel.content.decode()
    assert PAGE.replace("&", "&amp;") in bench.content.decode()


def test_the_reasons_are_for_staff(model_process, staff_client, ann, client):
    plain = Client()
    plain.force_login(ann)

    assert plain.get(PAGE).status_code == 403
    assert client.get(PAGE).status_code == 302
    assert staff_client.get("/control/contested/why/?photo=nobody").status_code == 404
    assert staff_client.post(PAGE).status_code == 405
