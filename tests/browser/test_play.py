"""Ten photos by keyboard, ten by touch, and what happens when something goes wrong in between."""

import pytest
from playwright.sync_api import Page, expect

from truther.models import Vote

pytestmark = [
    pytest.mark.browser,
    # An idle connection may outlive the server by a moment: its thread then finds the database unshared.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning"),
    pytest.mark.django_db(databases=["default", "documents"], transaction=True),
]
READY = "[data-card][data-ready]"


def shown(page: Page) -> str:
    """Wait for a photo that can be judged; returns its id."""
    return page.locator(READY).get_attribute("data-photo") or ""


def after(page: Page, photo: str) -> None:
    page.wait_for_selector(f"{READY}:not([data-photo='{photo}'])")


def all_saved(page: Page) -> None:
    """Wait until the server has everything."""
    expect(page.locator("#saved")).to_have_attribute("data-left", "0")
    expect(page.locator("#state")).to_have_text("All saved")


def kept() -> dict[str, str]:
    return {vote.photo_id: vote.answer for vote in Vote.objects.filter(live=True)}


def test_ten_photos_by_keyboard_one_undone_and_a_reload(ann_page: Page, live_server):
    given: dict[str, str | None] = {}
    ann_page.goto(f"{live_server.url}/play/")
    for number, key in enumerate(["1", "2", "3", "n", "?", "1", "2", "3", "n", "1"]):
        photo = shown(ann_page)
        choice = ann_page.locator(f"{READY} .style").nth(int(key) - 1) if key in "123" else None
        given[photo] = choice.get_attribute("value") if choice else {"n": "not_dress", "?": "cant_tell"}[key]
        ann_page.keyboard.press(key)
        after(ann_page, photo)
        if number == 4:
            ann_page.keyboard.press("u")
            ann_page.wait_for_selector(f"{READY}[data-photo='{photo}']")
            ann_page.keyboard.press("n")
            given[photo] = "not_dress"
            after(ann_page, photo)
        if number == 6:
            ann_page.reload()
    all_saved(ann_page)

    assert kept() == given
    assert len(given) == 10
    assert Vote.objects.filter(live=False).count() == 1


def test_ten_photos_by_touch(browser, world, live_server, ann_page: Page):
    touch = browser.new_context(
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
        storage_state=ann_page.context.storage_state(),
    )
    page = touch.new_page()
    page.goto(f"{live_server.url}/play/")
    given = {}
    for number in range(10):
        photo = shown(page)
        button = page.locator(f"{READY} .style").nth(number % 3)
        given[photo] = button.get_attribute("value")
        button.tap()
        after(page, photo)
    all_saved(page)

    assert kept() == given
    size = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    assert page.evaluate(size) == [390, 844]
    touch.close()


def test_a_dress_is_named_by_typing(ann_page: Page, live_server):
    ann_page.goto(f"{live_server.url}/play/")
    photo = shown(ann_page)

    ann_page.keyboard.press("0")
    ann_page.keyboard.type("green")
    expect(ann_page.locator(".pick")).to_have_count(1)
    ann_page.keyboard.press("Enter")
    ann_page.keyboard.press("Enter")
    all_saved(ann_page)

    assert kept() == {photo: "style:green-swing"}


def test_answers_given_offline_arrive_later(ann_page: Page, live_server):
    ann_page.goto(f"{live_server.url}/play/")
    photo = shown(ann_page)
    ann_page.wait_for_timeout(500)
    ann_page.context.set_offline(True)
    ann_page.keyboard.press("n")
    after(ann_page, photo)
    expect(ann_page.locator("#state")).to_contain_text("offline")
    assert kept() == {}

    ann_page.context.set_offline(False)
    all_saved(ann_page)

    assert kept() == {photo: "not_dress"}


def test_an_answer_after_the_session_was_lost_survives_the_sign_in(ann_page: Page, live_server):
    ann_page.goto(f"{live_server.url}/play/")
    photo = shown(ann_page)
    ann_page.context.clear_cookies(name="sessionid")
    ann_page.keyboard.press("n")
    ann_page.get_by_role("link", name="Sign in to send").click()
    ann_page.fill("[name=login]", "ann")
    ann_page.fill("[name=password]", "a long walk back")
    ann_page.click("button.first")
    all_saved(ann_page)

    assert kept() == {photo: "not_dress"}


def test_the_game_without_javascript(browser, ann_page: Page, live_server):
    context = browser.new_context(java_script_enabled=False, storage_state=ann_page.context.storage_state())
    page = context.new_page()
    page.goto(f"{live_server.url}/play/")
    photo = page.locator("[data-card]").get_attribute("data-photo")
    page.locator(".style").first.click()
    page.get_by_role("link", name="None of these").click()
    page.get_by_role("button", name="It’s none of ours").click()

    assert len(kept()) == 2
    assert kept()[photo].startswith("style:")
    context.close()
