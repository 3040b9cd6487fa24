"""An expert's bench in a real browser: one key a case, nothing to wait for, the last one taken back."""

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import NOON
from truther.models import Golden, Photo, Vote
from truther.models.photos import State

pytestmark = [
    pytest.mark.browser,
    # An idle connection may outlive the server by a moment: its thread then finds the database unshared.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning"),
    pytest.mark.django_db(databases=["default", "documents"], transaction=True),
]
READY = "[data-card][data-ready]"


@pytest.fixture
def bench(ann_page: Page, live_server) -> Page:
    """Eight photos on which ben and cem found none of our styles, before ann, who is an expert."""
    for number in range(8):
        photo = f"photo-{number:02}"
        for person in ("ben", "cem"):
            Vote.objects.create(
                id=f"vote-{person}-{photo}", photo_id=photo, person=person, choice="none", cast_at=NOON
            )
        Photo.objects.filter(pk=photo).update(taken_at=NOON.replace(minute=59 - number))
        Photo.objects.recount(photo, now=NOON)
    ann_page.goto(f"{live_server.url}/control/contested/")
    return ann_page


def on_table(page: Page, photo: str) -> None:
    page.wait_for_selector(f"{READY}[data-photo='{photo}']")


def kept(page: Page) -> dict[str, str]:
    page.wait_for_load_state("networkidle")
    return {golden.pk: golden.style or golden.verdict for golden in Golden.objects.all()}


def test_cases_are_judged_by_keys_and_one_is_taken_back(bench: Page):
    for number, key in enumerate("1n2"):
        on_table(bench, f"photo-{number:02}")
        bench.keyboard.press(key)
    on_table(bench, "photo-03")
    bench.keyboard.press("u")
    on_table(bench, "photo-02")
    bench.keyboard.press("n")
    on_table(bench, "photo-03")

    assert kept(bench) == {"photo-00": "red-wrap", "photo-01": "not_dress", "photo-02": "not_dress"}
    expect(bench.locator("#bench .case > p")).to_contain_text("5 wait for you.")


def test_the_next_case_is_there_before_the_server_has_answered(bench: Page):
    on_table(bench, "photo-00")
    bench.route(
        "**/control/contested/", lambda route: None if route.request.method == "POST" else route.continue_()
    )

    bench.keyboard.press("n")
    on_table(bench, "photo-01")

    assert Golden.objects.count() == 0


def test_a_judgement_that_could_not_be_sent_puts_its_case_back(bench: Page):
    on_table(bench, "photo-00")
    bench.context.set_offline(True)

    bench.keyboard.press("n")

    expect(bench.locator("#refused")).to_contain_text("offline")
    on_table(bench, "photo-00")
    bench.context.set_offline(False)
    bench.keyboard.press("1")
    on_table(bench, "photo-01")
    assert kept(bench) == {"photo-00": "red-wrap"}


def test_a_case_that_another_expert_judged_is_said_and_left(bench: Page):
    on_table(bench, "photo-00")
    Photo.objects.filter(pk="photo-00").update(state=State.OPEN)

    bench.keyboard.press("n")

    expect(bench.locator("#refused")).to_contain_text("does not wait for a judgement any more")
    on_table(bench, "photo-01")


def test_a_style_is_named_by_typing(bench: Page):
    on_table(bench, "photo-00")
    bench.keyboard.press("0")
    bench.keyboard.type("green")
    expect(bench.locator(".pick")).to_have_count(1)
    bench.keyboard.press("Enter")
    bench.keyboard.press("Enter")

    on_table(bench, "photo-01")
    assert kept(bench) == {"photo-00": "green-swing"}


def test_the_bench_is_done_when_the_last_case_is(bench: Page):
    for number in range(8):
        on_table(bench, f"photo-{number:02}")
        bench.keyboard.press("n")

    expect(bench.locator("#bench h1")).to_have_text("Nobody disagrees.")
    assert len(kept(bench)) == 8
