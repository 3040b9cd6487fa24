"""Looking back, playing for fun, and having it one's own way: page by page, without JavaScript."""

import re
from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone

from tests.factories import make_golden, make_photo
from truther.config import config
from truther.flow import wishes
from truther.models import Bonus, PersonDay, Photo, Player, Smile, Style, Vote, players
from truther.models.mine import Pace
from truther.models.photos import State
from truther.rules.game import Goal
from truther.web import people_forms
from truther.web.views import pleasures

pytestmark = pytest.mark.django_db(databases=["default", "documents"])
PAGES = ("/me/", "/me/settings/", "/play/recap/", "/play/bonus/", "/album/")


def html(client, path: str) -> str:
    """Return a page that must be there."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    return str(answer.content.decode())


def cast(number: int, **values: object) -> None:
    """Let ann have seen the red wrap just now."""
    photo = make_photo(f"seen-{number}", state=State.SETTLED)
    fields = {"choice": "style", "style": "red-wrap", "place": 0}
    at = timezone.now() - timedelta(seconds=number)
    Vote.objects.create(id=f"seen-{number}", photo_id=photo.pk, person="ann", cast_at=at, **(fields | values))


@pytest.fixture
def twins(world) -> None:
    """Six photos that others have settled."""
    Style.objects.update(images=["5e" * 32])
    for number in range(6):
        make_photo(f"twin-{number}", state=State.SETTLED)
        make_golden(f"twin-{number}")


@pytest.fixture
def plain_house(monkeypatch) -> None:
    """A house that plays with nothing beside the photos."""
    plain = config.model_copy(update={"game": ()})
    for module in (players, people_forms, pleasures):
        monkeypatch.setattr(module, "config", plain)


@pytest.mark.parametrize("page", PAGES)
def test_somebody_new_finds_every_page_friendly(world, ann_client, page):
    text = html(ann_client, page)

    assert "None" not in re.sub(r"<[^>]+>", "", text).replace("None of these", "")
    assert re.search(r"\sstyle=|\son[a-z]+=", text) is None  # the policy would drop it


@pytest.mark.parametrize("page", PAGES)
def test_strangers_are_sent_to_the_sign_in(client, page):
    assert client.get(page).headers["Location"].startswith("/accounts/login/")


def test_my_numbers_are_of_this_moment(world, ann_client):
    for number in range(11):
        cast(number)
    make_golden("seen-0")

    page = html(ann_client, "/me/")

    assert PersonDay.objects.get().votes == 11
    assert "11 photos today, 10 points so far" in page
    assert "First button" in page
    assert 'aria-label="Whole spool, not yet earned"' in page
    assert "39 to go" in page


def test_the_recap_says_what_the_sitting_came_to(world, ann_client):
    for number in range(3):
        cast(number, place=-1 if number == 2 else 0)
    make_golden("seen-0")
    make_golden("seen-2")

    page = html(ann_client, "/play/recap/")

    assert "3 photos, 2 settled, 1 only you knew." in page
    assert "Needle in the haystack" in page


def card(template: str, ann, **context: object) -> str:
    """Return a part of the game's own page as ann gets it, without white space."""
    request = RequestFactory().get("/play/")
    request.user = ann
    return " ".join(render_to_string(template, context, request=request).split())


def test_the_end_card_says_it_in_short(world, ann):
    assert "Done for today" not in card("play/_recap.html", ann)
    for number in range(10):
        cast(number)

    said = card("play/_recap.html", ann)
    assert "10 photos." in said
    assert 'href="/play/recap/"' in said

    wishes.switch("ann", ["recap", "album"])
    assert card("play/_recap.html", ann) == ""


@pytest.mark.parametrize(
    ("photos", "offered"), [(0, False), (29, False), (30, True), (31, False), (60, True)]
)
def test_a_round_is_offered_after_every_thirty_photos(ann, photos, offered):
    pace = Pace(Goal(photos, 20), streak=1)

    assert ("A round of twins" in card("play/_bonus.html", ann, pace=pace)) is offered

    wishes.switch("ann", ["bonus"])
    assert card("play/_bonus.html", ann, pace=pace) == ""


def test_the_game_itself_offers_the_round_without_a_script(world, ann_client):
    for number in range(30):
        cast(number)

    assert "30 photos. Five questions just for fun?" in html(ann_client, "/play/")


def test_a_round_of_twins_is_played_with_plain_forms(twins, ann_client):
    page = html(ann_client, "/play/bonus/")
    photo = re.findall(r'name="photo" value="([^"]+)"', page)[0]
    assert re.findall(r'name="said" value="([^"]*)" aria-keyshortcuts', page) in (
        ["red-wrap", "blue-column"],
        ["blue-column", "red-wrap"],
    )

    answer = ann_client.post("/play/bonus/", {"photo": photo, "said": "blue-column"})
    told = html(ann_client, answer.headers["Location"])

    assert "it is the other one" in told
    assert Bonus.objects.get().right is False
    assert not Vote.objects.exists()
    assert html(ann_client, "/play/bonus/").count("2 of 5") == 1


def test_the_end_of_a_round_leads_back_to_the_photos(twins, ann_client):
    for _ in range(5):
        photo = re.findall(r'name="photo" value="([^"]+)"', html(ann_client, "/play/bonus/"))[0]
        answer = ann_client.post("/play/bonus/", {"photo": photo, "said": "red-wrap"})

    assert "That was the round: 5 of 5." in html(ann_client, answer.headers["Location"])


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"photo": "twin-0", "said": "red-wrap"}, 409),
        ({"photo": "no-such-photo", "said": "red-wrap"}, 409),
        ({"photo": "", "said": "red-wrap"}, 400),
        ({"said": "x" * 500}, 400),
    ],
)
def test_answers_nobody_asked_for_are_refused(twins, ann_client, fields, status):
    assert ann_client.post("/play/bonus/", fields).status_code == status
    assert not Bonus.objects.exists()


def test_a_smile_is_given_and_taken_back(world, ann_client):
    make_photo("dog", state=State.SETTLED)
    make_golden("dog", verdict="not_dress")
    assert 'aria-pressed="false"' in html(ann_client, "/album/")

    answer = ann_client.post("/album/smile/", {"photo": "dog", "on": "yes", "page": "1"})
    assert answer.headers["Location"] == "/album/?page=1#dog"
    assert 'aria-pressed="true"' in html(ann_client, "/album/")

    ann_client.post("/album/smile/", {"photo": "dog", "on": ""})
    assert not Smile.objects.exists()


def test_a_script_gets_the_smile_alone(world, ann_client):
    make_photo("dog", state=State.SETTLED)
    make_golden("dog", verdict="not_dress")

    answer = ann_client.post("/album/smile/", {"photo": "dog", "on": "yes"}, headers={"HX-Request": "true"})

    text = answer.content.decode()
    assert "<html" not in text
    assert 'aria-pressed="true"' in text
    assert "<b>1</b>" in text


@pytest.mark.parametrize(("photo", "status"), [("photo-0", 409), ("nowhere", 409), ("", 400), ("\x00", 400)])
def test_only_the_album_makes_smile(world, ann_client, photo, status):
    assert ann_client.post("/album/smile/", {"photo": photo, "on": "yes"}).status_code == status
    assert not Smile.objects.exists()


def test_parts_of_the_game_are_switched_off_one_by_one(world, ann_client):
    cast(0)
    rest = [name for name in config.game if name not in ("badges", "points")]

    ann_client.post("/me/settings/", {"form": "features", "on": rest})

    assert Player.objects.of("ann").wishes["off"] == ["points", "badges"]
    page = html(ann_client, "/me/")
    assert "First button" not in page
    assert "points" not in page
    assert "in a row" in page


def test_a_part_that_is_none_changes_nothing(world, ann_client):
    answer = ann_client.post("/me/settings/", {"form": "features", "on": "everything"})

    assert answer.status_code == 422
    assert "Nothing was changed" in answer.content.decode()
    assert not Player.objects.exists()


def test_keys_are_chosen_and_given_back(world, ann_client):
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)" placeholder', html(ann_client, "/me/settings/")))
    assert len(fields) == 11

    ann_client.post("/me/settings/", fields | {"form": "keys", "one": "Q", "two": "w"})
    assert Player.objects.of("ann").wishes["keys"] == {"one": "q", "two": "w"}
    assert 'name="one" value="q"' in html(ann_client, "/me/settings/")

    ann_client.post("/me/settings/", {"form": "reset"})
    assert Player.objects.of("ann").wishes["keys"] == {}


def test_keys_that_clash_are_said_where_they_are_and_nothing_is_lost(world, ann_client):
    answer = ann_client.post("/me/settings/", {"form": "keys", "one": "n", "help": " ", "zoom": "x"})

    text = answer.content.decode()
    assert answer.status_code == 422
    assert text.count("aria-invalid") == 3
    assert "“n” is taken twice" in text
    assert 'name="zoom" value="x"' in text
    assert not Player.objects.exists()


def test_a_house_may_do_without_all_of_it(plain_house, world, ann_client):
    cast(0)

    assert [ann_client.get(page).status_code for page in PAGES] == [200, 200, 404, 404, 404]
    page = html(ann_client, "/me/")
    assert [word for word in ("points", "in a row", "Badges", "album", "twins") if word in page] == []
    assert Photo.objects.exists()
