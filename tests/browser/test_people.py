"""A round of twins by keys, a smile without a reload, and every page of one's own for everybody's eyes."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.factories import make_golden
from truther.models import Bonus, Photo, Player, Smile, Team, Vote

pytestmark = [
    pytest.mark.browser,
    # An idle connection may outlive the server by a moment: its thread then finds the database unshared.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning"),
    pytest.mark.django_db(databases=["default", "documents"], transaction=True),
]


@pytest.fixture
def settled(world) -> None:
    """Twelve photos with a history: ann said something about four of them, three are no dress."""
    names = [f"photo-{number:02}" for number in range(12)]
    Photo.objects.filter(pk__in=names).update(state="settled")
    for number, name in enumerate(names):
        make_golden(name, **({"verdict": "not_dress"} if number < 3 else {}))
    for number in range(8, 12):
        fields = {"choice": "style", "style": "red-wrap", "place": -1, "cast_at": timezone.now()}
        Vote.objects.create(id=f"vote-{number}", photo_id=f"photo-{number:02}", person="ann", **fields)
    Team.objects.create(id="atelier", name="Atelier")
    Player.objects.note("ann", team_id="atelier")


def test_a_round_is_played_by_keys_alone(settled, ann_page: Page, live_server):
    ann_page.goto(f"{live_server.url}/play/bonus/")

    for number in range(1, 6):
        expect(ann_page.get_by_text(f"Twins · {number} of 5")).to_be_visible()
        ann_page.keyboard.press("12"[number % 2])
        expect(ann_page.get_by_text("this is the one")).to_be_visible()
        if number < 5:
            ann_page.keyboard.press("Enter")

    assert Bonus.objects.count() == 5
    expect(ann_page.get_by_text("That was the round")).to_be_visible()
    ann_page.keyboard.press("Enter")
    ann_page.wait_for_url(re.compile("/play/$"))


def test_a_smile_needs_no_reload_and_keeps_the_focus(settled, ann_page: Page, live_server):
    ann_page.goto(f"{live_server.url}/album/")
    smiles = ann_page.get_by_role("button", name="Made me smile")
    ann_page.evaluate("window.same = true")

    smiles.nth(1).press("Enter")
    expect(smiles.nth(1)).to_have_attribute("aria-pressed", "true")
    expect(smiles.nth(1)).to_be_focused()
    assert Smile.objects.count() == 1

    smiles.nth(1).press("Enter")
    expect(smiles.nth(1)).to_have_attribute("aria-pressed", "false")
    assert Smile.objects.count() == 0
    assert ann_page.evaluate("window.same")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_full_of_numbers_have_no_axe_violation(settled, ann_page: Page, live_server, scheme):
    ann_page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    ann_page.set_viewport_size({"width": 360, "height": 800})
    found = {}
    for path in ("/me/", "/play/recap/", "/album/", "/play/bonus/"):
        ann_page.goto(live_server.url + path)
        result = Axe().run(ann_page)
        if result.violations_count:
            found[path] = [(v["id"], v["nodes"][0]["html"][:160]) for v in result.response["violations"]]
        assert ann_page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path

    assert found == {}
