"""Bad times: no line, no disk, another window, another night. No answer is lost, none is kept twice."""

import re

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from tests.browser.conftest import store
from tests.browser.playing import READY, after, all_saved, kept, press, shown
from tests.factories import make_photo
from truther.flow import takedown
from truther.models import Batch, Photo, Vote

pytestmark = [
    pytest.mark.browser,
    # An idle connection may outlive the server by a moment: its thread then finds the database unshared.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning"),
    pytest.mark.django_db(databases=["default", "documents"], transaction=True),
]
NO_DATABASE = (
    "Object.defineProperty(window, 'indexedDB', { get() { throw new DOMException('private window') } })"
)
FULL = "IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError') }"


def play(page: Page, url: str) -> Page:
    page.goto(f"{url}/play/")
    shown(page)
    return page


def sign_in(page: Page, url: str, name: str) -> None:
    page.goto(f"{url}/accounts/login/?next=/play/")
    page.fill("[name=login]", name)
    page.fill("[name=password]", "a long walk back")
    page.click("button.first")
    shown(page)


@pytest.fixture
def many_photos(world) -> None:
    """Photos enough for one person to hold sixty."""
    sha256 = store((90, 120, 160))
    for number in range(230):
        make_photo(f"more-{number:03}", sha256=sha256)


def test_fifty_answers_without_a_line_a_closed_tab_and_none_lost(many_photos, ann_page: Page, live_server):
    play(ann_page, live_server.url)
    expect(ann_page.locator("#deck")).to_have_attribute("data-fetched", "55")
    context = ann_page.context
    context.set_offline(True)

    given = {press(ann_page, "n") for _ in range(49)}
    given.add(shown(ann_page))
    ann_page.keyboard.press("n")
    expect(ann_page.locator("#state")).to_contain_text("You’re offline: 50 answers kept here")
    assert kept() == {}
    ann_page.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto(f"{live_server.url}/play/")
    assert shown(page) not in given
    all_saved(page)

    assert kept() == dict.fromkeys(given, "not_dress")
    assert Vote.objects.count() == 50


def test_a_reload_shows_no_photo_again_that_was_answered_without_a_line(ann_page: Page, live_server):
    play(ann_page, live_server.url)
    ann_page.route("**/api/v1/votes", lambda route: route.abort())
    given = {press(ann_page, "n"), press(ann_page, "1")}

    seen = set()
    play(ann_page, live_server.url)
    for _ in range(3):
        seen.add(press(ann_page, "n"))

    assert given.isdisjoint(seen)
    ann_page.unroute("**/api/v1/votes")
    ann_page.reload()
    all_saved(ann_page)
    assert set(kept()) == given | seen


@pytest.mark.parametrize("trouble", [NO_DATABASE, FULL], ids=["no database", "disk full"])
def test_where_nothing_can_be_kept_the_game_goes_on_and_says_so(ann_page: Page, live_server, trouble):
    ann_page.add_init_script(trouble)
    play(ann_page, live_server.url)
    ann_page.context.set_offline(True)
    photo = press(ann_page, "n")

    expect(ann_page.locator("#state")).to_contain_text("stay on this page until all is saved")
    ann_page.context.set_offline(False)
    all_saved(ann_page)

    assert kept() == {photo: "not_dress"}


def test_two_windows_share_the_photos_and_keep_each_once(ann_page: Page, live_server):
    one, two = play(ann_page, live_server.url), play(ann_page.context.new_page(), live_server.url)
    assert shown(one) == shown(two)

    given = [press(one, "n")]
    expect(two.locator(f"{READY}:not([data-photo='{given[0]}'])")).to_be_visible()
    given += [press(two, "1")]
    expect(one.locator(f"{READY}:not([data-photo='{given[1]}'])")).to_be_visible()
    given += [press(one, "2")]
    all_saved(one)
    all_saved(two)

    assert len(set(given)) == 3
    assert set(kept()) == set(given)
    expect(one.locator("#refused")).to_have_count(0)


def test_an_answer_is_taken_back_after_a_reload(ann_page: Page, live_server):
    play(ann_page, live_server.url)
    first, second = press(ann_page, "n"), press(ann_page, "n")
    all_saved(ann_page)
    ann_page.reload()
    shown(ann_page)

    for photo in (second, first):
        ann_page.keyboard.press("Backspace")
        ann_page.wait_for_selector(f"{READY}[data-photo='{photo}']")

    assert kept() == {}


def test_ten_answers_are_taken_back_from_memory_even_without_a_line(many_photos, ann_page: Page, live_server):
    play(ann_page, live_server.url)
    given = [press(ann_page, "n") for _ in range(11)]
    all_saved(ann_page)
    ann_page.context.set_offline(True)

    for photo in reversed(given[1:]):
        ann_page.keyboard.press("u")
        ann_page.wait_for_selector(f"{READY}[data-photo='{photo}']")
    ann_page.context.set_offline(False)
    all_saved(ann_page)

    assert kept() == {given[0]: "not_dress"}


def test_an_answer_of_last_nights_batch_stays_and_the_page_says_why(ann_page: Page, live_server):
    play(ann_page, live_server.url)
    photo = press(ann_page, "n")
    all_saved(ann_page)
    Batch.objects.filter(pk="batch-00001").update(state="frozen")

    ann_page.keyboard.press("u")

    expect(ann_page.locator("#refused")).to_contain_text("cannot be taken back any more")
    expect(ann_page.locator(f"{READY}[data-photo='{photo}']")).to_have_count(0)
    assert kept() == {photo: "not_dress"}


def test_a_photo_taken_down_while_on_screen_is_said_and_gone(ann_page: Page, live_server):
    play(ann_page, live_server.url)
    photo = shown(ann_page)
    takedown.take_down([photo], reason="she asked", now=Photo.objects.get(pk=photo).ingested_at)

    ann_page.keyboard.press("1")
    after(ann_page, photo)

    expect(ann_page.locator("#refused")).to_contain_text("taken down")
    assert kept() == {}


def test_a_busy_server_is_asked_again(ann_page: Page, live_server):
    play(ann_page, live_server.url)
    busy = re.compile("/api/v1/votes")
    ann_page.route(busy, lambda route: route.fulfill(status=503, headers={"Retry-After": "1"}, body="{}"))
    photo = press(ann_page, "n")
    expect(ann_page.locator("#state")).to_contain_text("The server is busy: 1 answer kept here")

    ann_page.unroute(busy)
    all_saved(ann_page)

    assert kept() == {photo: "not_dress"}


def test_another_person_neither_sends_nor_sees_what_waits(ann_page: Page, live_server):
    User.objects.create_user("ben", password="a long walk back")
    play(ann_page, live_server.url)
    ann_page.context.clear_cookies(name="sessionid")
    photo = press(ann_page, "n")
    expect(ann_page.locator("#state")).to_contain_text("signed out")
    other = ann_page.context.new_page()

    sign_in(other, live_server.url, "ben")
    all_saved(other)
    ann_page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(ann_page.locator("#state")).to_contain_text("Somebody else signed in here: 1 answer kept here")
    assert kept() == {}

    other.context.clear_cookies(name="sessionid")
    sign_in(other, live_server.url, "ann")
    all_saved(other)
    assert [(vote.person, vote.photo_id) for vote in Vote.objects.all()] == [("ann", photo)]
