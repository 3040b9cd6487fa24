import json
import shutil
from dataclasses import replace
from functools import partial

import pytest
from django.core.management import CommandError, call_command

from classifier.gate import Limits, Ruling
from classifier.gate.contest import contest
from classifier.runs import read_facts, write_facts
from tests import small_world
from tests.conftest import MINUTE, NOON
from truther import tasks
from truther.config import config
from truther.flow import classify, examine, freeze, promote, retrain
from truther.models import ModelRun
from truther.shelf import (
    NoEarlierChampion,
    RunMissing,
    alias,
    champion_id,
    index_file,
    registry,
    run_folder,
)

pytestmark = pytest.mark.django_db(databases=["default", "documents"])
CHALLENGER = "2026-03-14"


@pytest.fixture
def challenger(small_shop, monkeypatch) -> str:
    """A challenger trained for ten steps on sixty played photos."""
    monkeypatch.setattr(retrain, "config", config.model_copy(update={"train_steps": 10}))
    photo_ids = small_world.post(60)
    classify.classify_new(now=NOON)
    freeze.top_up(now=NOON)
    small_world.play(photo_ids, at=NOON)
    freeze.freeze_batch(at=NOON + MINUTE)
    retrain.take_snapshot(CHALLENGER, at=NOON + MINUTE)
    return retrain.train_candidate(CHALLENGER, now=NOON + MINUTE)


def roles() -> dict[str, str]:
    return dict(ModelRun.objects.values_list("pk", "role"))


def test_with_too_few_holdout_photos_the_champion_stays_and_the_gate_says_so(challenger):
    assert registry().challenger() == challenger

    verdict = examine.judge(challenger, now=NOON + MINUTE)

    assert not verdict.promoted
    assert "it takes 100 photos of 20 owners to tell two models apart" in verdict.reasons[0]
    assert registry().challenger() == ""
    assert roles() == {"v0": "champion", challenger: "rejected"}
    assert champion_id() == "v0"


def test_both_models_are_measured_on_the_same_photos_and_the_first_verdict_stays(challenger):
    verdict = examine.judge(challenger, now=NOON + MINUTE)
    again = examine.judge(challenger, now=NOON + 5 * MINUTE)

    assert verdict == again
    assert (verdict.champion["run"], verdict.challenger["run"]) == ("v0", challenger)
    assert verdict.champion["n"] == verdict.challenger["n"] > 0
    assert verdict.challenger["chance"] == 0.5  # three of six styles
    assert ModelRun.objects.get(pk=challenger).judged_at == NOON + MINUTE


def test_the_verdict_lies_in_the_run_folder_and_on_its_card(challenger, monkeypatch):
    low = Limits(photos=1, owners=1, slice=1, p95_ms=60_000)
    monkeypatch.setattr(examine, "contest", partial(contest, limits=low))

    verdict = examine.judge(challenger, now=NOON + MINUTE)

    kept = json.loads((run_folder(challenger) / "gate.json").read_text())
    assert kept["checks"] == list(verdict.checks) == ModelRun.objects.get(pk=challenger).gate["checks"]
    card = (run_folder(challenger) / "card.md").read_text()
    assert "## Against v0" in card
    assert verdict.reasons[0] in card
    assert {check["name"] for check in verdict.checks} >= {"top3", "top1", "negatives", "ece", "p95"}


@pytest.fixture
def elsewhere(challenger, tmp_path):
    """A copy of the challenger under another name, as if it came from another machine."""
    folder = tmp_path / "from-the-gpu"
    shutil.copytree(run_folder(challenger), folder)
    write_facts(folder, replace(read_facts(folder), id=folder.name))
    return folder


def test_a_run_from_elsewhere_serves_when_it_beats_the_champion(elsewhere, monkeypatch, capsys):
    def won(*args, **kwargs):
        return replace(contest(*args, **kwargs), ruling=Ruling(True, ("Top 3 is better.",)))

    monkeypatch.setattr(examine, "contest", won)

    call_command("model", "challenge", str(elsewhere))

    assert "Top 3 is better." in capsys.readouterr().err
    assert champion_id() == "from-the-gpu"
    assert promote.history()[0].why == "Beat the champion before the gate."
    assert index_file("from-the-gpu").exists()


def test_a_run_from_elsewhere_that_cannot_show_it_is_better_does_not_serve(elsewhere, capsys):
    call_command("model", "challenge", str(elsewhere))

    assert "it takes 100 photos of 20 owners" in capsys.readouterr().err
    assert champion_id() == "v0"
    assert roles()["from-the-gpu"] == "rejected"


def test_before_the_first_night_there_is_nothing_to_compare_models_on(small_shop, tmp_path):
    shutil.copytree(run_folder(champion_id()), tmp_path / "other")
    write_facts(tmp_path / "other", replace(read_facts(tmp_path / "other"), id="other"))

    with pytest.raises(CommandError, match="let a night freeze some first"):
        call_command("model", "challenge", str(tmp_path / "other"))

    assert champion_id() == "v0"


def test_a_model_without_an_index_cannot_serve(challenger):
    with pytest.raises(promote.IndexMissing):
        promote.promote(challenger, now=NOON)

    assert champion_id() == "v0"
    assert roles()["v0"] == "champion"


def test_promoting_moves_the_alias_and_the_roles_and_may_be_repeated(challenger):
    classify.refresh_index(now=NOON, run_id=challenger)

    promote.promote(challenger, now=NOON, why="Top 3 is surely better.")
    promote.promote(challenger, now=NOON + MINUTE)

    assert [(entry.by, entry.why) for entry in promote.history()[:1]] == [
        ("the night", "Top 3 is surely better.")
    ]
    assert alias().resolve() == run_folder(challenger)
    assert roles() == {"v0": "retired", challenger: "champion"}


def test_rolling_back_lets_the_one_before_serve_and_ends_at_the_first_model(challenger):
    for run_id in ("v0", challenger):
        classify.refresh_index(now=NOON, run_id=run_id)
    promote.promote(challenger, now=NOON)
    with pytest.raises(promote.NoReason):
        promote.rollback(now=NOON, by="sam", why="  ")

    assert promote.rollback(now=NOON, by="sam", why="it names nothing") == "v0"

    assert champion_id() == "v0"
    assert roles() == {"v0": "champion", challenger: "retired"}
    assert (promote.history()[0].by, promote.history()[0].why) == ("sam", "it names nothing")
    with pytest.raises(NoEarlierChampion):
        promote.rollback(now=NOON, by="sam", why="again")


def test_a_worker_builds_the_index_and_lets_it_serve(challenger, monkeypatch):
    asked: list[str] = []
    monkeypatch.setattr(tasks.classify_new, "delay", lambda: asked.append("classify"))

    tasks.let_serve(challenger, "sam", "the gate was too strict")

    assert index_file(challenger).exists()
    assert champion_id() == challenger
    assert (promote.history()[0].by, asked) == ("sam", ["classify"])


def test_an_unknown_model_and_a_lost_folder_are_refused_and_change_nothing(challenger):
    ModelRun.objects.register("lost", parent="v0", trained_at=NOON)
    classify.refresh_index(now=NOON, run_id=challenger)
    index = config.data_dir / "models" / f"index-{challenger}.safetensors"
    index.with_name("index-lost.safetensors").write_bytes(index.read_bytes())

    with pytest.raises(promote.UnknownModel):
        promote.rollback("nobody", now=NOON, by="sam", why="why not")
    with pytest.raises(RunMissing):
        promote.promote("lost", now=NOON)

    assert champion_id() == "v0"
    assert roles()["v0"] == "champion"
