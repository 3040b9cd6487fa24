"""Everybody can use every page: no axe violation at 360 and 1440 px, in light and dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.factories import make_style
from truther.models import Photo
from truther.models.photos import State

pytestmark = [
    pytest.mark.browser,
    # An idle connection may outlive the server by a moment: its thread then finds the database unshared.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning"),
    pytest.mark.django_db(databases=["default", "documents"], transaction=True),
]
PAGES = (
    "/play/",
    "/me/",
    "/me/settings/",
    "/play/recap/",
    "/play/bonus/",
    "/album/",
    "/styles/",
    "/styles/red-wrap/",
    "/control/",
    "/control/board/",
    "/control/contested/",
    "/control/rules/",
    "/control/rules/preview/?rule=posterior&posterior=0.99&min_humans=2&cap=7",
    "/control/models/",
    "/control/recommenders/",
    "/control/nights/",
    "/play/naming/?photo=photo-01&q=red",
    "/nowhere/",
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_no_page_has_an_axe_violation(ann_page: Page, live_server, width, scheme):
    ann_page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    ann_page.set_viewport_size({"width": width, "height": 800})
    found = {}
    for path in PAGES:
        ann_page.goto(live_server.url + path)
        ann_page.wait_for_timeout(150)
        result = Axe().run(ann_page)
        if result.violations_count:
            found[path] = [(v["id"], v["nodes"][0]["html"][:160]) for v in result.response["violations"]]
        assert ann_page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path

    assert found == {}


def test_the_sign_in_has_no_axe_violation(page: Page, live_server):
    page.goto(f"{live_server.url}/accounts/login/")

    assert Axe().run(page).violations_count == 0


def opened(page: Page, state: str) -> None:
    """Bring the game into one of its states."""
    page.wait_for_selector("#deck [data-ready]")
    if state == "naming":
        page.locator("[data-naming]").click()
        page.wait_for_selector("#found .pick")
    elif state == "help":
        page.locator("#help").click()
    elif state == "loupe":
        page.locator("[data-zoom]").click()
        page.locator("[data-choices] button").first.click()
    elif state == "offline":
        page.route("**/api/v1/votes", lambda route: route.abort())
        page.locator("[value=not_dress]").click()
        page.wait_for_selector("#saved.wait")
    elif state == "refused":
        page.locator("#undo button").click()
        page.wait_for_selector("#refused")
    elif state == "end":
        for photo in Photo.objects.all():
            photo.state = State.SETTLED
            photo.save()
        page.reload()
        page.wait_for_selector("[data-end]")


STATES = ("naming", "help", "loupe", "refused", "offline", "end")
CANDIDATES = ("red-wrap", "blue-column", "green-swing", "grey-maxi")


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (768, "dark"), (1440, "dark")])
def test_no_state_of_the_game_has_an_axe_violation(ann_page: Page, live_server, width, scheme):
    Photo.objects.update(candidates=[{"sku": sku, "probability": 0.2} for sku in CANDIDATES])
    make_style("grey-maxi")
    ann_page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    ann_page.set_viewport_size({"width": width, "height": 800})
    found = {}
    for state in STATES:
        ann_page.goto(f"{live_server.url}/play/")
        opened(ann_page, state)
        result = Axe().run(ann_page)
        if result.violations_count:
            found[state] = [(v["id"], v["nodes"][0]["html"][:160]) for v in result.response["violations"]]
        ann_page.unroute_all()

    assert found == {}
