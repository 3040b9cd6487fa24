import json
import os
import shutil
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests import small_world
from tests.conftest import MINUTE, NOON
from truther import night
from truther.config import config
from truther.flow import classify, freeze, promote, retrain
from truther.models import Audit, Golden, ModelRun, NightRun, Photo
from truther.night import walk, words
from truther.night.lease import Lease
from truther.night.walk import NAMES
from truther.shelf import champion_id, index_file, run_folder

pytestmark = pytest.mark.django_db(databases=["default", "documents"])
DAY = timedelta(days=1)


@pytest.fixture
def played(small_shop, monkeypatch) -> list[str]:
    """Sixty photos of which most are settled, and a training of twenty steps."""
    quick = config.model_copy(update={"train_steps": 20})
    monkeypatch.setattr(retrain, "config", quick)
    photo_ids = small_world.post(60)
    classify.classify_new(now=NOON)
    freeze.top_up(now=NOON)
    small_world.play(photo_ids, at=NOON)
    return photo_ids


def results(run: NightRun) -> dict:
    return {entry["name"]: entry["result"] for entry in run.stages}


def test_a_night_freezes_trains_judges_and_moves_back(played):
    run = night.run_night(NOON + MINUTE)

    found = results(run)
    assert run.state == "done"
    assert found["freeze"]["golden"] == Golden.objects.count() == 48
    assert found["train"]["run_id"] == run.id
    assert (run_folder(run.id) / "weights.safetensors").exists()
    verdict = ModelRun.objects.get(pk=run.id)
    assert verdict.gate["reasons"]
    assert champion_id() == (run.id if verdict.gate["promoted"] else "v0")
    assert found["promote"]["reasons"] == verdict.gate["reasons"]
    assert Photo.objects.filter(batch_id="batch-00002").count() == 12
    assert found["classify"]["again"] == 12  # with prototypes the verified photos have sharpened


def test_a_night_draws_an_audit_and_counts_the_people(played):
    run = night.run_night(NOON + MINUTE)

    found = results(run)
    assert (found["audit"]["settled"], found["audit"]["drawn"], found["audit"]["open"]) == (48, 1, 1)
    assert Audit.objects.get().drawn_at == NOON + MINUTE
    assert (found["people"]["estimated"]["people"], found["people"]["rolled_up"]["days"]) == (2, 30)
    assert found["people"]["estimated"] == {"people": 2, "known": 0}
    assert words.sentences("audit", found["audit"]) == [
        "1 of 48 newly settled photos is drawn for a second look.",
        "1 waits for second looks.",
    ]


@pytest.mark.parametrize("done", [0, 2, 6])
def test_a_night_that_an_older_truther_began_is_given_the_stages_it_lacks(played, done):
    night_id = night.begin_night(at=NOON + MINUTE, now=NOON)
    older = [entry for entry in NightRun.objects.get().stages if entry["name"] not in ("audit", "people")]
    NightRun.objects.update(stages=older)
    for entry in older[:done]:  # as the older one would have: it knew no more than these
        assert stage_by_stage(night_id, entry["name"]) == "done"
    kept = [entry for entry in NightRun.objects.get().stages if entry["name"] not in ("audit", "people")]
    NightRun.objects.update(stages=kept, state="running")

    run = night.run_night(NOON + MINUTE)

    assert run.state == "done"
    assert [entry["name"] for entry in run.stages] == list(NAMES)
    assert {entry["state"] for entry in run.stages} == {"done"}
    assert [entry["attempts"] for entry in run.stages] == [1] * len(NAMES)
    assert Audit.objects.count() == 1


def stage_by_stage(night_id: str, stage: str) -> str:
    """Do one stage as if it were the next, and return the state it came to."""
    entries = NightRun.objects.get(pk=night_id).stages
    entry = next(entry for entry in entries if entry["name"] == stage)
    with Lease(night_id) as lease:
        walk._perform(lease, stage, lambda *said: None)
    entry = next(entry for entry in NightRun.objects.get(pk=night_id).stages if entry["name"] == stage)
    return str(entry["state"])


def test_a_night_asked_for_twice_happens_once(played):
    first = night.run_night(NOON + MINUTE)
    said: list[str] = []

    again = night.run_night(NOON + 2 * MINUTE, on_progress=lambda stage, text: said.append(stage))

    assert (again.stages, again.at, said) == (first.stages, first.at, [])
    assert NightRun.objects.count() == 1


def test_a_night_with_nothing_new_says_so_and_keeps_the_champion(small_shop):
    run = night.run_night(NOON)

    found = results(run)
    assert "skipped" in found["freeze"]
    assert found["promote"]["promoted"] is False
    assert champion_id() == "v0"


def test_an_earlier_night_cannot_be_cut_after_a_later_one(small_shop):
    night.run_night(NOON + DAY)

    with pytest.raises(night.NightOutOfOrder):
        night.run_night(NOON)

    assert NightRun.objects.count() == 1


def test_while_one_runs_a_night_another_is_sent_away(small_shop):
    night_id = night.begin_night(at=NOON, now=NOON)

    with Lease(night_id), pytest.raises(night.NightBusy):
        night.run_night(NOON)

    assert NightRun.objects.get().state == "running"


def test_the_lease_of_a_dead_process_is_free_at_once_and_its_writes_are_fenced_off(small_shop):
    night_id = night.begin_night(at=NOON, now=NOON)
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    with Lease(night_id) as lost:
        host = lost.owner.split(":")[0]
        NightRun.objects.filter(pk=night_id).update(lease_owner=f"{host}:{child}:gone")
        with Lease(night_id), pytest.raises(night.LeaseLost):
            lost.write(error="from the grave")

    assert NightRun.objects.get().error == ""


def test_a_stage_that_fails_is_written_down_and_tried_again_until_the_night_is_given_up(played, monkeypatch):
    def broken(*args: object, **kwargs: object) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(retrain, "take_snapshot", broken)
        for _ in range(2):
            with pytest.raises(night.StageFailed):
                night.run_night(NOON + MINUTE)
        with pytest.raises(night.NightFailed):
            night.run_night(NOON + MINUTE)
    assert "no space left" in NightRun.objects.get().error
    assert NightRun.objects.get().state == "failed"

    assert night.run_night(NOON + MINUTE).state == "done"


def test_rolling_back_puts_the_earlier_model_in_charge(played):
    run = night.run_night(NOON + MINUTE)
    classify.refresh_index(now=NOON, run_id=run.id)
    classify.refresh_index(now=NOON, run_id="v0")
    promote.promote(run.id, now=NOON)

    assert promote.rollback(now=NOON, by="sam", why="it names nothing") == "v0"

    assert champion_id() == "v0"
    roles = dict(ModelRun.objects.values_list("pk", "role"))
    assert roles["v0"] == "champion"
    assert roles[run.id] != "champion"
    with pytest.raises(promote.UnknownModel):
        promote.rollback("nobody", now=NOON, by="sam", why="why not")


def test_the_command_answers_people_and_machines(played):
    table, document = StringIO(), StringIO()

    call_command("nightly", "--at", (NOON + MINUTE).isoformat(), stdout=table)
    call_command("nightly", "--at", (NOON + MINUTE).isoformat(), "--json", stdout=document)

    assert "48 golden, 12 carried over." in table.getvalue()
    assert json.loads(document.getvalue())["stages"]["freeze"]["result"]["golden"] == 48


def test_a_model_trained_elsewhere_is_taken_in_and_serves(small_shop, tiny_run, tmp_path):
    elsewhere = tmp_path / "mine"
    shutil.copytree(tiny_run, elsewhere)
    facts = json.loads((elsewhere / "facts.json").read_text())
    (elsewhere / "facts.json").write_text(json.dumps(facts | {"id": "mine"}))

    call_command("model", "install", str(elsewhere), stdout=StringIO(), stderr=StringIO())

    assert champion_id() == "mine"
    assert index_file("mine").exists()
    told = StringIO()
    call_command("model", "history", "--json", stdout=told)
    assert [(entry["event"], entry["run"], entry["before"]) for entry in json.loads(told.getvalue())][:1] == [
        ("promoted", "mine", "v0")
    ]
    call_command("model", "rollback", "--why", "a slip", stdout=StringIO(), stderr=StringIO())
    assert champion_id() == "v0"
    call_command("model", "rollback", "mine", stdout=StringIO(), stderr=StringIO())
    with pytest.raises(CommandError, match=r"facts\.json"):
        call_command("model", "install", str(tmp_path), stdout=StringIO())
    assert champion_id() == "mine"
