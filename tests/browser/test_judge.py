"""An expert's bench in a real browser: one key a case, nothing to wait for, the last one taken back."""

import json
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.conftest import NOON
from tests.model_process import ModelProcess, answering
from truther.config import config
from truther.flow import explain
from truther.models import Golden, Photo, Style, Vote
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


def kept() -> dict[str, str]:
    return {golden.pk: golden.style or golden.verdict for golden in Golden.objects.all()}


def keeps(page: Page, expected: dict[str, str]) -> None:
    """The next case is on the table before the last judgement has reached the server: wait for it."""
    for _ in range(100):
        if kept() == expected:
            break
        page.wait_for_timeout(50)
    assert kept() == expected


def test_cases_are_judged_by_keys_and_one_is_taken_back(bench: Page):
    for number, key in enumerate("1n2"):
        on_table(bench, f"photo-{number:02}")
        bench.keyboard.press(key)
    on_table(bench, "photo-03")
    bench.keyboard.press("u")
    on_table(bench, "photo-02")
    bench.keyboard.press("n")
    on_table(bench, "photo-03")

    keeps(bench, {"photo-00": "red-wrap", "photo-01": "not_dress", "photo-02": "not_dress"})
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
    keeps(bench, {"photo-00": "red-wrap"})


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
    keeps(bench, {"photo-00": "green-swing"})


def test_the_bench_is_done_when_the_last_case_is(bench: Page):
    for number in range(8):
        on_table(bench, f"photo-{number:02}")
        bench.keyboard.press("n")

    expect(bench.locator("#bench h1")).to_have_text("Nobody disagrees.")
    keeps(bench, {f"photo-{number:02}": "not_dress" for number in range(8)})


WHY = {
    "model_version": "v0",
    "p_dress": 0.97,
    "frame": {"width": 80, "height": 96, "left": 2, "top": 0, "photo_width": 77, "photo_height": 96},
    "nearest": [],
}


@pytest.fixture
def model_process(monkeypatch) -> Iterator[ModelProcess]:
    """A process that explains three styles by their own studio shots."""
    styles = [
        {
            "sku": style.pk,
            "probability": 0.6 - number / 4,
            "similarity": 0.8 - number / 5,
            "cells": [[0.01 * (row + column + number) for column in range(5)] for row in range(6)],
            "studio": [{"name": style.portrait, "sku": style.pk, "similarity": 0.7}],
            "verified": [],
        }
        for number, style in enumerate(Style.objects.order_by("pk"))
    ]
    with answering() as process:
        monkeypatch.setattr(explain, "config", config.model_copy(update={"model_url": process.url}))
        process.answer = json.dumps(WHY | {"styles": styles}).encode()
        yield process


def test_what_deepdress_saw_opens_on_the_first_case_and_on_the_next(bench: Page, model_process):
    on_table(bench, "photo-00")
    bench.get_by_text("What did DeepDress see?").click()
    expect(bench.locator(".reasons .speaks > li")).to_have_count(3)
    expect(bench.locator(".reasons .warm svg rect").first).to_be_visible()

    bench.keyboard.press("n")
    on_table(bench, "photo-01")
    expect(bench.locator(".reasons")).to_have_count(0)
    bench.get_by_text("What did DeepDress see?").click()
    expect(bench.locator(".reasons .speaks > li")).to_have_count(3)

    assert Axe().run(bench).response["violations"] == []
    bench.keyboard.press("1")
    on_table(bench, "photo-02")
    keeps(bench, {"photo-00": "not_dress", "photo-01": "red-wrap"})


def test_without_the_model_the_bench_says_so_and_works(bench: Page, model_process):
    model_process.status = 503
    on_table(bench, "photo-00")

    bench.get_by_text("What did DeepDress see?").click()

    expect(bench.locator(".reasons")).to_contain_text("away just now")
    bench.keyboard.press("n")
    on_table(bench, "photo-01")


def test_without_scripts_the_reasons_are_a_page(bench: Page, model_process, browser, live_server):
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(bench.context.cookies())
    page = context.new_page()
    page.goto(f"{live_server.url}/control/contested/")

    page.get_by_text("What did DeepDress see?").click()

    expect(page.locator(".reasons .speaks > li")).to_have_count(3)
    page.get_by_text("Back to the bench").click()
    expect(page.locator(".case h1")).to_have_text("What do you say?")
    context.close()
