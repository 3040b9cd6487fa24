"""What a person does in the game, page by page and without JavaScript."""

import io
import re
import uuid

import pytest
from django.contrib.auth.models import User
from django.test import Client
from PIL import Image

from tests.conftest import NOON
from tests.factories import make_style
from tests.pictures import jpeg
from truther.config import config
from truther.models import Photo, Style, Vote
from truther.sources.media import MediaStore

pytestmark = pytest.mark.django_db(databases=["default", "documents"])


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"no field {name}"
    return found[1]


def answer(client: Client, **changes: str) -> tuple[int, str]:
    page = client.get("/play/").content.decode()
    fields = {
        "photo": field(page, "photo"),
        "vote": str(uuid.uuid4()),
        "answer": "style:red-wrap",
        "fit": "yes",
    }
    response = client.post("/play/vote/", fields | changes)
    return response.status_code, fields["photo"]


def test_an_answer_is_kept_and_the_next_photo_comes(world, ann_client):
    status, photo = answer(ann_client)

    vote = Vote.objects.get()
    assert (status, vote.photo_id, vote.style, vote.person, vote.fit) == (302, photo, "red-wrap", "ann", True)
    assert field(ann_client.get("/play/").content.decode(), "photo") != photo


def test_a_script_gets_the_deck_alone(world, ann_client):
    page = ann_client.get("/play/", headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in page
    assert page.count("data-card") == 6
    assert 'data-hand data-room="6" data-person="ann"' in page


def test_undo_brings_the_photo_back(world, ann_client):
    _, photo = answer(ann_client)

    ann_client.post("/play/undo/", {"vote": ""})

    assert Vote.objects.get().live is False
    assert field(ann_client.get("/play/").content.decode(), "photo") == photo


def test_the_end_is_honest(world, ann_client):
    for _ in world:
        answer(ann_client)

    assert "Nothing needs you right now." in ann_client.get("/play/").content.decode()


@pytest.mark.parametrize(
    "choice", ["", "style:", "style:no-such-style", "everything", "none:red-wrap", "x" * 200]
)
def test_an_answer_no_page_sends_is_refused_and_not_kept(world, ann_client, choice):
    status, _ = answer(ann_client, answer=choice)

    assert status in (400, 409)
    assert not Vote.objects.exists()


@pytest.mark.parametrize("photo", ["no-such-photo", "", "\x00", "p" * 5000])
def test_a_photo_never_served_is_refused(world, ann_client, photo):
    status, _ = answer(ann_client, photo=photo)

    assert status in (400, 409)
    assert not Vote.objects.exists()


def test_two_tabs_keep_one_answer(world, ann_client):
    _, photo = answer(ann_client)

    status, _ = answer(ann_client, photo=photo, answer="none")

    assert status == 409
    assert Vote.objects.get().style == "red-wrap"


def test_a_session_lost_in_the_middle_keeps_the_answer(world, ann_client, ann):
    page = ann_client.get("/play/").content.decode()
    fields = {"photo": field(page, "photo"), "vote": field(page, "vote"), "answer": "style:red-wrap"}
    client = Client()
    assert client.post("/play/vote/", fields).status_code == 302
    client.post("/accounts/login/", {"login": "ann", "password": "a long walk back"})

    page = client.get("/play/").content.decode()
    assert "It is still here." in page
    client.post("/play/vote/", fields)

    assert Vote.objects.get().pk == fields["vote"]


def test_a_dress_can_be_named_by_search(world, ann_client):
    photo = field(ann_client.get("/play/").content.decode(), "photo")

    page = ann_client.get("/play/naming/", {"photo": photo, "q": "blue col"}).content.decode()

    assert 'value="style:blue-column"' in page
    assert "red-wrap" not in page


def test_a_guest_plays_without_a_password(world, client):
    assert client.get("/accounts/login/").content.decode().count("Play as a guest") == 1

    client.post("/guest/")

    guest = User.objects.get()
    assert re.fullmatch(r"guest-[0-9a-f]{6}", guest.username)
    assert not guest.has_usable_password()
    assert client.get("/play/").status_code == 200


def test_strangers_are_sent_to_the_sign_in(client):
    for page in ("/play/", "/me/", "/styles/", "/control/", f"/media/{'0' * 64}-640.webp"):
        assert client.get(page).headers["Location"].startswith("/accounts/login/"), page


def test_look_alikes_are_shown_before_a_word_is_typed_to_whom_the_photo_was_shown(world, ann_client):
    make_style("grey-maxi")
    make_style("old-gown", retired_on=NOON.date())
    ranked = ("red-wrap", "blue-column", "green-swing", "old-gown", "grey-maxi")
    Photo.objects.update(candidates=[{"sku": sku, "probability": 0.2} for sku in ranked])
    photo = field(ann_client.get("/play/").content.decode(), "photo")

    page = ann_client.get("/play/naming/", {"photo": photo}).content.decode()

    assert re.findall(r'value="style:([^"]*)"', page) == ["grey-maxi"]
    ben = Client()
    ben.force_login(User.objects.create_user("ben"))
    for judge in ("", "yes"):
        page = ben.get("/play/naming/", {"photo": photo, "judge": judge}).content.decode()
        assert 'value="style:' not in page


@pytest.mark.parametrize(
    ("words", "found"),
    [("red mini", ["red-wrap"]), ("MINI", ["red-wrap"]), ("red maxi", []), ("slate column", ["blue-column"])],
)
def test_the_search_knows_name_designer_colour_and_cut(world, ann_client, words, found):
    Style.objects.filter(pk="red-wrap").update(search_text="red wrap slate & vine dress red mini")

    page = ann_client.get("/play/naming/", {"q": words}).content.decode()

    assert re.findall(r'value="style:([^"]*)"', page) == found


def test_pictures_come_in_sizes_that_browsers_keep_for_ever(world, ann_client):
    picture = MediaStore(config.data_dir / "media").keep(jpeg(5, (1_200, 1_500)))

    for size_px in (1080, 640, 320, 256):
        answer = ann_client.get(f"/media/{picture.sha256}-{size_px}.webp")
        assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
        with Image.open(io.BytesIO(b"".join(answer.streaming_content))) as image:
            assert image.width == size_px


def test_a_large_picture_without_its_original_is_answered_by_a_smaller_one_for_now(world, ann_client):
    store = MediaStore(config.data_dir / "media")
    picture = store.keep(jpeg(6, (1_200, 1_500)))
    store.original(picture.sha256).unlink()

    answer = ann_client.get(f"/media/{picture.sha256}-1080.webp")

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, max-age=300")
    assert b"".join(answer.streaming_content)[8:12] == b"WEBP"  # read, so that the file is closed
    assert ann_client.get(f"/media/{picture.sha256}-800.webp").status_code == 404
    assert ann_client.get(f"/media/{'0' * 64}-1080.webp").status_code == 404
