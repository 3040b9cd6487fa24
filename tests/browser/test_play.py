"""Ten photos by keyboard, ten by touch, and what happens when something goes wrong in between."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.playing import READY, after, all_saved, kept, press, shown
from truther.flow import wishes
from truther.models import Vote

pytestmark = [
    pytest.mark.browser,
    # An idle connection may outlive the server by a moment: its thread then finds the database unshared.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning"),
    pytest.mark.django_db(databases=["default", "documents"], transaction=True),
]


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


def swipe(page: Page, dx: int, dy: int, *, steps: int = 4) -> str:
    """Draw a finger over the photo; returns what the photo said just before letting go."""
    touch = page.context.new_cdp_session(page)
    box = page.locator(f"{READY} .photo").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, steps + 1):
        point = {"x": x + dx * step / steps, "y": y + dy * step / steps}
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    label = page.locator(".swipe.enough")
    said = label.inner_text() if label.count() else ""
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    return said


def point_at(page: Page, target: Locator) -> None:
    """Move the mouse there as a hand does: on the way it passes other places."""
    box = target.bounding_box()
    assert box
    page.mouse.move(box["x"] + 30, box["y"] + 30)
    page.mouse.move(box["x"] + 60, box["y"] + 40, steps=4)


@pytest.fixture
def phone(browser, ann_page: Page, live_server):
    """A phone in ann's hand, held in one of them."""
    context = browser.new_context(
        viewport={"width": 360, "height": 740},
        has_touch=True,
        is_mobile=True,
        storage_state=ann_page.context.storage_state(),
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto(f"{live_server.url}/play/")
    yield page
    context.close()


def test_swipes_say_what_they_do_and_do_it(phone: Page):
    first = shown(phone)

    assert swipe(phone, -40, 5) == ""
    assert shown(phone) == first
    assert "Not a dress" in swipe(phone, -150, 10)
    after(phone, first)
    assert "Take the last one back" in swipe(phone, 150, 10)
    phone.wait_for_selector(f"{READY}[data-photo='{first}']")
    assert "Look closer" in swipe(phone, 0, -150)
    expect(phone.locator("#loupe")).to_be_visible()
    phone.get_by_role("button", name="Close").tap()
    expect(phone.locator("#loupe")).to_be_hidden()
    assert "Not a dress" in swipe(phone, -150, 0)
    after(phone, first)
    all_saved(phone)

    assert kept() == {first: "not_dress"}


def test_everything_to_touch_is_large_and_nothing_scrolls(phone: Page):
    shown(phone)

    size = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    assert phone.evaluate(size) == [360, 740]
    for target in phone.locator("#deck button, #deck a, #deck label, .foot button, .top a").all():
        if target.is_visible():
            box = target.bounding_box()
            assert box
            assert min(box["width"], box["height"]) >= 44, target.inner_text()


def test_a_style_under_the_mouse_is_shown_beside_the_photo_and_the_loupe_zooms(ann_page: Page, live_server):
    ann_page.set_viewport_size({"width": 1440, "height": 900})
    ann_page.goto(f"{live_server.url}/play/")
    shown(ann_page)
    style = ann_page.locator(f"{READY} .style").nth(1)

    point_at(ann_page, style)
    expect(ann_page.locator(".photo.comparing .beside-shot")).to_have_attribute(
        "src", style.get_attribute("data-large") or "nothing"
    )
    ann_page.mouse.move(5, 5, steps=3)
    expect(ann_page.locator(".beside-shot")).to_have_count(0)

    ann_page.keyboard.press("z")
    ann_page.keyboard.press("2")
    shot = ann_page.locator(".pane").nth(1)
    shot.hover()
    ann_page.mouse.wheel(0, -400)
    expect(shot.locator("img")).to_have_css("transform", re.compile(r"matrix\(2\.71"))
    expect(ann_page.locator(".pane img").first).to_have_css("transform", "matrix(1, 0, 0, 1, 0, 0)")
    ann_page.keyboard.press("z")
    expect(ann_page.locator("#loupe")).to_be_hidden()


def test_own_keys_answer_and_the_usual_ones_no_longer_do(ann_page: Page, live_server):
    wishes.choose_keys("ann", {"not_dress": "x", "cant_tell": "n"})
    ann_page.goto(f"{live_server.url}/play/")

    first, second = press(ann_page, "x"), press(ann_page, "n")
    all_saved(ann_page)

    assert kept() == {first: "not_dress", second: "cant_tell"}
    expect(ann_page.locator(f"{READY} [value=not_dress]")).to_have_attribute("aria-keyshortcuts", "x")


def test_a_bonus_round_is_offered_after_thirty_and_can_be_left_alone(ann_page: Page, live_server):
    ann_page.goto(f"{live_server.url}/play/")
    shown(ann_page)
    ann_page.evaluate("sessionStorage.setItem('truther.sitting', 29)")
    ann_page.reload()
    expect(ann_page.locator("#offer")).to_be_hidden()

    press(ann_page, "n")
    expect(ann_page.locator("#offer")).to_be_visible()
    for _ in range(3):
        press(ann_page, "n")

    expect(ann_page.locator("#offer")).to_be_hidden()
