"""Everybody can use every page: no axe violation at 360 and 1440 px, in light and dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

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
