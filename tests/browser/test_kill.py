"""The server is killed (-9) in the middle of a game and comes back: every answer is there, and none twice."""

from collections import Counter

import pytest
from playwright.sync_api import Page, expect

from tests.apart import manage
from tests.browser.playing import READY, all_saved, press
from tests.serving import Serve, status_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WORLD = (
    "from tests.browser.conftest import store\n"
    "from tests.factories import make_batch, make_photo, make_style\n"
    "make_batch(1); sha256 = store((90, 120, 160))\n"
    "[make_style(sku, images=[sha256]) for sku in ('red-wrap', 'blue-column', 'green-swing')]\n"
    "[make_photo(f'photo-{number:02}', sha256=sha256) for number in range(80)]"
)
VOTES = "from truther.models import Vote; print(*(vote.photo_id for vote in Vote.objects.filter(live=True)))"


def up(one: Serve, port: int) -> None:
    one.wait_for(lambda: status_of(port, "/healthz") == 200, seconds=60, what="the server")


def shell(one: Serve, script: str) -> str:
    return manage(dict(one.environment), "shell", "--no-imports", "-c", script)


def test_a_killed_server_loses_nothing(page: Page, serve):
    page.set_default_timeout(15_000)
    first = serve("--only", "setup,web", "--no-demo")
    up(first, first.port)
    shell(first, WORLD)
    page.goto(f"http://127.0.0.1:{first.port}/accounts/login/")
    page.get_by_role("button", name="Play as a guest").click()
    page.wait_for_selector(READY)
    expect(page.locator("#deck")).to_have_attribute("data-fetched", "15")

    given = [press(page, "n") for _ in range(3)]
    first.stop()
    given += [press(page, "n") for _ in range(6)]
    expect(page.locator("#saved")).not_to_have_attribute("data-left", "0")
    second = serve("--only", "setup,web", "--no-demo", TRUTHER_PORT=str(first.port))
    up(second, first.port)
    page.evaluate("dispatchEvent(new Event('online'))")
    all_saved(page)

    assert Counter(shell(second, VOTES).split()) == Counter(given)
