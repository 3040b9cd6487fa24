import json
import shutil

import pytest

from classifier.runs import read_facts
from classifier.snapshot import read_snapshot, split_of
from classifier.train import Progress
from tests import small_world
from tests.conftest import MINUTE, NOON
from truther.config import config
from truther.flow import classify, freeze, retrain
from truther.models import Audit, ModelRun, Photo, Snapshot, Style
from truther.shelf import champion_id, picture_file, run_folder, snapshot_folder

pytestmark = pytest.mark.django_db(databases=["default", "documents"])


@pytest.fixture
def frozen(small_shop, monkeypatch) -> list[str]:
    """Thirty photos played and frozen, and a training of ten steps."""
    monkeypatch.setattr(retrain, "config", config.model_copy(update={"train_steps": 10}))
    photo_ids = small_world.post(30)
    classify.classify_new(now=NOON)
    freeze.top_up(now=NOON)
    small_world.play(photo_ids, at=NOON)
    freeze.freeze_batch(at=NOON + MINUTE)
    return photo_ids


def test_a_snapshot_holds_what_is_golden_split_by_owner(frozen):
    taken = retrain.take_snapshot("2026-03-14", at=NOON + MINUTE)

    snapshot = read_snapshot(snapshot_folder("2026-03-14"))
    assert (taken.photos, taken.styles, taken.sha256) == (24, 6, snapshot.sha256)
    for photo in snapshot.photos:
        truth = small_world.truth_of(int(photo.photo[1:]))
        assert photo.split == split_of(photo.owner, photo.photo)
        assert (photo.label, photo.sku) == (("not_dress", "") if truth == "not_dress" else ("style", truth))
        answer = truth if truth == "not_dress" else f"style:{truth}"
        assert photo.answers == {answer: 2}
    assert Snapshot.objects.get().batch_id == "batch-00001"


def test_a_snapshot_knows_colours_and_what_audits_confirmed(frozen):
    Style.objects.filter(pk="S1").update(attributes={"Colour": "Rosewood", "cut": "wrap"})
    for number, (photo_id, state) in enumerate(
        [("p000", "confirmed"), ("p002", "corrected"), ("p003", "open"), ("p004", "confirmed")]
    ):
        closed_at = None if state == "open" else NOON if number < 3 else NOON + 2 * MINUTE
        Audit.objects.create(
            id=photo_id,
            lot=0.5,
            answer="style:S0",
            pattern="2-0",
            state=state,
            drawn_at=NOON,
            closed_at=closed_at,
        )

    retrain.take_snapshot("2026-03-14", at=NOON + MINUTE)

    snapshot = read_snapshot(snapshot_folder("2026-03-14"))
    assert {style.sku: style.colour for style in snapshot.styles if style.colour} == {"S1": "rosewood"}
    tagged = {photo.photo for photo in snapshot.photos if photo.tags == ("audit",)}
    assert tagged == {"p002"}  # p000 has one vote only and is not golden, p004 was confirmed after the cut


def test_what_was_settled_after_the_cut_is_left_for_the_next_snapshot(frozen):
    small_world.vote("p000", "ben", small_world.truth_of(0), at=NOON + 2 * MINUTE)

    taken = retrain.take_snapshot("2026-03-14", at=NOON + MINUTE)

    assert taken.photos == 24


def test_a_snapshot_killed_half_way_is_made_afresh(frozen):
    folder = snapshot_folder("2026-03-14.partial")
    (folder / "images").mkdir(parents=True)
    (folder / "photos.jsonl").write_text("half a li")

    first = retrain.take_snapshot("2026-03-14", at=NOON + MINUTE)
    again = retrain.take_snapshot("2026-03-14", at=NOON + MINUTE)

    assert first == again
    assert not folder.exists()


def test_a_picture_that_is_gone_is_left_out_and_a_retired_style_is_marked(frozen):
    Style.objects.filter(pk="S5").update(retired_on=NOON.date())
    picture_file(Photo.objects.get(pk="p002").sha256).unlink()

    retrain.take_snapshot("2026-03-14", at=NOON + MINUTE)

    snapshot = read_snapshot(snapshot_folder("2026-03-14"))
    assert "p002" not in {photo.photo for photo in snapshot.photos}
    assert [style.sku for style in snapshot.styles if not style.active] == ["S5"]


def test_a_challenger_is_trained_once_from_the_champion_and_named_after_its_snapshot(frozen):
    retrain.take_snapshot("2026-03-14", at=NOON + MINUTE)

    run_id = retrain.train_candidate("2026-03-14", now=NOON + MINUTE)
    weights = run_folder(run_id) / "weights.safetensors"
    written_at = weights.stat().st_mtime_ns
    again = retrain.train_candidate("2026-03-14", now=NOON + 2 * MINUTE)

    assert run_id == again == "2026-03-14"
    assert weights.stat().st_mtime_ns == written_at
    assert read_facts(run_folder(run_id)).parent == "v0" == champion_id()
    run = ModelRun.objects.get(pk=run_id)
    assert (run.role, run.parent, run.snapshot_id) == ("challenger", "v0", "2026-03-14")
    assert run.trained_at == NOON + MINUTE


def test_a_training_stopped_half_way_ends_with_the_weights_of_an_undisturbed_one(frozen, monkeypatch):
    monkeypatch.setattr(retrain, "config", config.model_copy(update={"train_steps": 80}))
    retrain.take_snapshot("2026-03-14", at=NOON + MINUTE)
    run = run_folder(retrain.train_candidate("2026-03-14", now=NOON))
    calm = (run / "weights.safetensors").read_bytes()
    shutil.rmtree(run)

    class Stopped(Exception):
        pass

    def stop(progress: Progress) -> None:
        if progress.step == 60:
            raise Stopped

    with pytest.raises(Stopped):
        retrain.train_candidate("2026-03-14", now=NOON, on_progress=stop)
    retrain.train_candidate("2026-03-14", now=NOON)

    assert (run / "weights.safetensors").read_bytes() == calm
    steps = [json.loads(line)["step"] for line in (run / "metrics.jsonl").read_text().splitlines()]
    assert steps == [20, 40, 60, 80]
