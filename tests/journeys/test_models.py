"""An admin reads why a model serves, and lets an earlier one serve again; others may only read."""

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from kombu.exceptions import OperationalError

from classifier.runs import SHIPPED
from tests.conftest import NOON
from truther.celery import app
from truther.config import config
from truther.flow import promote
from truther.models import ModelRun, NightRun
from truther.shelf import champion_id, index_file, point_to, run_folder

pytestmark = pytest.mark.django_db(databases=["default", "documents"])
MODELS, SERVE = "/control/models/", "/control/models/serve/"
WHY = "It calls every third dress Rosewood."
CHECK = {
    "name": "top3", "title": "Top 3, all photos", "unit": "share", "n": 134, "owners": 61, "champion": 0.993,
    "challenger": 0.978, "difference": -0.015, "low": -0.037, "high": 0.0, "least": 0.0, "passed": False,
    "reason": "Top 3 may be worse than the champion's: 0.978 against 0.993 on 134 photos.",
}  # fmt: skip
SMALL = CHECK | {
    "name": "audit",
    "title": "Photos confirmed by audits",
    "n": 12,
    "difference": None,
    "passed": None,
}
SPEED = CHECK | {"name": "p95", "title": "p95", "unit": "ms", "n": 0, "champion": 20.2, "challenger": 24.0,
                 "difference": 3.8,
                 "low": None, "high": None, "passed": True}  # fmt: skip
SHEET = {"run": "v0", "top1": 0.7, "top3": 0.978, "not_dress_recall": 0.95, "colour_top3": None}
GATE = {
    "promoted": False, "reasons": [CHECK["reason"], "Everything else is well."],
    "checks": [CHECK, SMALL, SPEED],
    "champion_id": "v0", "champion": SHEET, "challenger": SHEET,
}  # fmt: skip


def clear_the_shelf() -> None:
    for name in ("runs", "models"):
        shutil.rmtree(config.data_dir / name, ignore_errors=True)


@pytest.fixture
def judge(db: None) -> Client:
    """Staff who judge photos, and may not change models."""
    client = Client()
    client.force_login(User.objects.create_user("jo", password="a long walk back", is_staff=True))
    return client


@pytest.fixture
def sent(monkeypatch) -> list[tuple]:
    """What was queued for the worker."""
    queued: list[tuple] = []
    monkeypatch.setattr(app, "send_task", lambda name, arguments=(): queued.append((name, *arguments)))
    return queued


@pytest.fixture
def promoted(db: None) -> Iterator[str]:
    """v0 served, then a night's model was promoted; a third one was kept out."""
    clear_the_shelf()
    for number, name in enumerate(("v0", "2026-03-13", "2026-03-14")):
        run = shutil.copytree(SHIPPED, run_folder(name))
        facts = (run / "facts.json").read_text().replace('"id": "v0"', f'"id": "{name}"')
        (run / "facts.json").write_text(facts)
        kept_out = {"gate": GATE, "role": "rejected"} if number == 2 else {}
        parent = "2026-03-13" if number == 2 else "v0" if number else ""
        ModelRun.objects.register(
            name, parent=parent, metrics=SHEET, trained_at=NOON + timedelta(days=number), **kept_out
        )
        (config.data_dir / "models").mkdir(exist_ok=True)
        index_file(name).write_bytes(b"an index")
    point_to("v0")
    promote.promote("2026-03-13", now=NOON, why="Top 3 is surely better.")
    yield "2026-03-13"
    clear_the_shelf()  # these indexes are no indexes


def test_an_admin_reads_what_served_and_why(promoted, staff_client):
    page = staff_client.get(MODELS).content.decode()

    assert "<b>2026-03-13</b> serves" in page
    assert "Top 3 is surely better." in page
    assert "Kept out.</b> Top 3 may be worse" in page
    assert "Everything else is well." not in page


def test_every_figure_of_the_gate_stands_on_the_models_own_page(promoted, staff_client):
    page = staff_client.get(f"{MODELS}2026-03-14/").content.decode()

    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert "Top 3, all photos 134 of 61 people 99.3% 97.8% -1.5 (-3.7 to +0.0) failed" in words
    assert "Photos confirmed by audits 12 of 61 people 99.3% 97.8% – not judged" in words
    assert "p95 – 20 ms 24 ms +4 ms passed" in words
    assert staff_client.get(f"{MODELS}nobody/").status_code == 404


def test_a_parent_is_a_link_only_where_it_is_known(promoted, staff_client):
    ModelRun.objects.filter(pk="v0").update(parent="run_a80")

    assert f'href="{MODELS}v0/"' in staff_client.get(f"{MODELS}{promoted}/").content.decode()
    page = staff_client.get(f"{MODELS}v0/").content.decode()
    assert "on from run_a80" in page
    assert "run_a80/" not in page


def test_the_card_comes_as_a_file(promoted, staff_client, ann_client):
    answer = staff_client.get(f"{MODELS}2026-03-14/card.md")

    assert answer.headers["Content-Disposition"] == 'attachment; filename="2026-03-14.md"'
    assert answer.content.decode().startswith("# Model card: 2026-03-14\n")
    assert ann_client.get(f"{MODELS}2026-03-14/card.md").status_code == 403
    shutil.rmtree(run_folder("2026-03-14"))
    assert staff_client.get(f"{MODELS}2026-03-14/card.md").status_code == 404


def test_an_admin_goes_back_in_one_step_and_the_history_says_so(promoted, staff_client, sent):
    page = staff_client.get(MODELS).content.decode()
    assert "Let v0 serve again" in page

    answer = staff_client.post(SERVE, {"run": "v0", "why": WHY, "agreed": "on"}, follow=True)

    assert answer.redirect_chain == [(MODELS, 302)]
    assert champion_id() == "v0"
    assert dict(ModelRun.objects.values_list("pk", "role"))["v0"] == "champion"
    last = promote.history()[0]
    assert (last.event, last.run, last.before, last.by, last.why) == (
        "rolled back",
        "v0",
        promoted,
        "sam",
        WHY,
    )
    said = answer.content.decode()
    assert "v0 serves again. Undecided photos are scored by it in the background." in said
    assert WHY in said
    assert sent == [("truther.tasks.classify_new",)]
    assert "Let v0 serve again" not in said


@pytest.mark.parametrize(
    ("missing", "sentence"), [({"why": " "}, "Say why"), ({"agreed": ""}, "Tick the box")]
)
def test_what_is_missing_is_said_and_nothing_is_lost(promoted, staff_client, sent, missing, sentence):
    page = staff_client.post(SERVE, {"run": "v0", "why": WHY, "agreed": "on"} | missing).content.decode()

    assert sentence in page
    assert '<details class="more" open>' in page
    assert (WHY in page) == ("why" not in missing)
    assert (champion_id(), sent) == (promoted, [])


def test_a_model_without_an_index_is_built_by_a_worker_first(promoted, staff_client, sent):
    index_file("v0").unlink()

    page = staff_client.post(SERVE, {"run": "v0", "why": WHY, "agreed": "on"}, follow=True).content.decode()

    assert "is being built; it serves in a minute or two" in page
    assert sent == [("truther.tasks.let_serve", "v0", "sam", WHY)]
    assert champion_id() == promoted


def test_a_broker_away_holds_a_rollback_up_only_where_work_is_needed(promoted, staff_client, monkeypatch):
    def away(*_: object) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(app, "send_task", away)
    form = {"run": "v0", "why": WHY, "agreed": "on"}

    assert (
        "undecided photos follow in the night" in staff_client.post(SERVE, form, follow=True).content.decode()
    )
    assert champion_id() == "v0"
    index_file("2026-03-14").unlink()
    page = staff_client.post(SERVE, form | {"run": "2026-03-14"}, follow=True).content.decode()
    assert "no worker can be reached to build it. Nothing changed." in page
    assert champion_id() == "v0"


def test_unknown_damaged_and_lost_models_are_refused_and_change_nothing(promoted, staff_client, sent):
    (run_folder("2026-03-14") / "weights.safetensors").write_bytes(b"cut off")
    shutil.rmtree(run_folder("v0"))
    for name in ("nobody", "2026-03-14", "v0"):
        assert staff_client.post(SERVE, {"run": name, "why": WHY, "agreed": "on"}).status_code == 409, name

    assert (champion_id(), sent) == (promoted, [])


def test_only_admins_may_let_a_model_serve_and_only_by_a_form(
    promoted, staff_client, judge, ann_client, client, sent
):
    form = {"run": "v0", "why": WHY, "agreed": "on"}

    assert judge.get(MODELS).status_code == 200
    assert "serve again" not in judge.get(MODELS).content.decode()
    assert "Let it serve" not in judge.get(f"{MODELS}v0/").content.decode()
    assert [who.post(SERVE, form).status_code for who in (judge, ann_client)] == [403, 403]
    assert client.post(SERVE, form).status_code == 302
    assert staff_client.get(SERVE, form).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.get(username="sam"))
    assert strict.post(SERVE, form).status_code == 403
    assert (champion_id(), sent) == (promoted, [])


def test_photos_taken_down_since_are_said_on_both_pages(promoted, staff_client):
    sentence = "Trained with 2 photos since taken down."
    ModelRun.objects.note_taken_down(
        promoted, {"trained": 2, "measured": 0, "inherited": {}, "sentences": [sentence]}
    )

    assert sentence in staff_client.get(MODELS).content.decode()
    assert sentence in staff_client.get(f"{MODELS}{promoted}/").content.decode()


def test_the_nights_page_has_the_gates_table(promoted, staff_client):
    result = GATE | {"run_id": "2026-03-14"}
    stage = {"name": "promote", "state": "done", "attempts": 1, "result": result, "error": ""}
    NightRun.objects.create(
        id="2026-03-14", at=NOON, stages=[stage], state="done", lease_until=NOON, started_at=NOON
    )

    page = staff_client.get("/control/nights/").content.decode()

    assert "The champion stays. Top 3 may be worse" in page
    assert 'aria-label="The gate on 2026-03-14"' in page
    assert page.count('class="ruled') == 3
