import pytest

from tests import small_world
from tests.conftest import MINUTE, NOON
from truther.config import config
from truther.flow import classify, freeze, promote, retrain
from truther.models import ModelRun
from truther.rules import gate
from truther.shelf import RunMissing, alias, champion_id, run_folder

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


def test_with_too_few_holdout_photos_the_champion_stays_and_the_gate_says_so(challenger, monkeypatch):
    monkeypatch.setattr(gate, "MIN_PHOTOS", 1000)

    verdict = promote.judge(challenger, now=NOON + MINUTE)

    assert not verdict.promoted
    assert "it takes 1000 to tell" in verdict.reasons[0]
    assert roles() == {"v0": "champion", challenger: "rejected"}
    assert champion_id() == "v0"


def test_both_models_are_measured_on_the_same_photos_and_the_first_verdict_stays(challenger):
    verdict = promote.judge(challenger, now=NOON + MINUTE)
    again = promote.judge(challenger, now=NOON + 5 * MINUTE)

    assert verdict == again
    assert (verdict.champion["run"], verdict.challenger["run"]) == ("v0", challenger)
    assert verdict.champion["n"] == verdict.challenger["n"] > 0
    assert verdict.challenger["chance"] == 0.5  # three of six styles
    assert ModelRun.objects.get(pk=challenger).judged_at == NOON + MINUTE


def test_a_model_without_an_index_cannot_serve(challenger):
    with pytest.raises(promote.IndexMissing):
        promote.promote(challenger)

    assert champion_id() == "v0"
    assert roles()["v0"] == "champion"


def test_promoting_moves_the_alias_and_the_roles_and_may_be_repeated(challenger):
    classify.refresh_index(now=NOON, run_id=challenger)

    promote.promote(challenger)
    promote.promote(challenger)

    assert alias().resolve() == run_folder(challenger)
    assert roles() == {"v0": "retired", challenger: "champion"}


def test_rolling_back_lets_the_parent_serve_and_ends_at_the_first_model(challenger):
    for run_id in ("v0", challenger):
        classify.refresh_index(now=NOON, run_id=run_id)
    promote.promote(challenger)

    assert promote.rollback() == "v0"

    assert champion_id() == "v0"
    assert roles() == {"v0": "champion", challenger: "retired"}
    with pytest.raises(promote.NoEarlierModel):
        promote.rollback()


def test_an_unknown_model_and_a_lost_folder_are_refused_and_change_nothing(challenger):
    ModelRun.objects.register("lost", parent="v0", trained_at=NOON)
    classify.refresh_index(now=NOON, run_id=challenger)
    index = config.data_dir / "models" / f"index-{challenger}.safetensors"
    index.with_name("index-lost.safetensors").write_bytes(index.read_bytes())

    with pytest.raises(promote.UnknownModel):
        promote.rollback("nobody")
    with pytest.raises(RunMissing):
        promote.promote("lost")

    assert champion_id() == "v0"
    assert roles()["v0"] == "champion"
