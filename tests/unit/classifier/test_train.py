"""Training learns, repeats itself exactly, survives being killed and says what is wrong."""

import json
import shutil
from dataclasses import replace

import pytest
import torch

from classifier.checkpoint import read_tensors
from classifier.data import load_training_set, training_shots
from classifier.evaluate import evaluate
from classifier.runs import RunError, RunExists, read_facts
from classifier.snapshot import SnapshotError, SnapshotStyle, read_snapshot, write_snapshot
from classifier.train import LossDiverged, Progress, train
from classifier.train import loop as training
from classifier.train.batches import BatchPlan
from classifier.train.step import train_step
from tests.tiny import TRAINING


class Killed(BaseException):
    """What a power cut looks like from inside."""


def kill_at(step: int):
    def on_progress(progress: Progress) -> None:
        if progress.step == step:
            raise Killed

    return on_progress


def weights(run) -> dict[str, torch.Tensor]:
    return read_tensors(run / "weights.safetensors").tensors


def assert_same_run(left, right):
    assert (left / "metrics.jsonl").read_bytes() == (right / "metrics.jsonl").read_bytes()
    ours, theirs = weights(left), weights(right)
    assert ours.keys() == theirs.keys()
    assert [name for name in ours if not torch.equal(ours[name], theirs[name])] == []


def test_eight_photos_are_memorised(make_snapshot, tmp_path):
    snapshot = make_snapshot(styles=4, others=0, splits=("train", "train"))

    train(snapshot, tmp_path / "run", replace(TRAINING, steps=60))

    assert evaluate(tmp_path / "run", snapshot, "train").top1 == 1.0


def test_the_same_arguments_give_the_same_run(make_snapshot, tmp_path):
    snapshot = make_snapshot()

    for name in ("one", "two"):
        train(snapshot, tmp_path / name, TRAINING)

    assert_same_run(tmp_path / "one", tmp_path / "two")


def test_another_seed_gives_another_run(make_snapshot, tmp_path):
    snapshot = make_snapshot()

    train(snapshot, tmp_path / "one", replace(TRAINING, steps=5))
    train(snapshot, tmp_path / "two", replace(TRAINING, steps=5, seed=1))

    assert (tmp_path / "one/metrics.jsonl").read_bytes() != (tmp_path / "two/metrics.jsonl").read_bytes()


@pytest.mark.parametrize("step", [20, 25])  # right after a checkpoint, and with a line too many
def test_a_killed_training_goes_on_bit_for_bit(make_snapshot, tmp_path, step):
    snapshot = make_snapshot()
    train(snapshot, tmp_path / "undisturbed", TRAINING)

    with pytest.raises(Killed):
        train(snapshot, tmp_path / "killed", TRAINING, on_progress=kill_at(step))
    assert not (tmp_path / "killed").exists()
    steps = []
    train(snapshot, tmp_path / "killed", TRAINING, on_progress=lambda progress: steps.append(progress.step))

    assert steps[0] == 25
    assert_same_run(tmp_path / "undisturbed", tmp_path / "killed")
    assert not (tmp_path / "killed.partial").exists()


def test_a_checkpoint_of_other_arguments_is_not_continued(make_snapshot, tmp_path):
    snapshot = make_snapshot()
    with pytest.raises(Killed):
        train(snapshot, tmp_path / "run", replace(TRAINING, seed=5), on_progress=kill_at(20))

    train(snapshot, tmp_path / "run", TRAINING)
    train(snapshot, tmp_path / "fresh", TRAINING)

    assert_same_run(tmp_path / "run", tmp_path / "fresh")


def test_a_finished_run_is_returned_and_never_overwritten(make_snapshot, tmp_path):
    snapshot = make_snapshot()
    facts = train(snapshot, tmp_path / "run", replace(TRAINING, steps=5))

    assert train(snapshot, tmp_path / "run", replace(TRAINING, steps=5)) == facts
    with pytest.raises(RunExists):
        train(snapshot, tmp_path / "run", replace(TRAINING, steps=6))
    assert read_facts(tmp_path / "run") == facts


def test_continuing_keeps_the_styles_known_and_gives_new_ones_a_place(make_snapshot, tmp_path):
    train(make_snapshot("first", styles=3), tmp_path / "parent", TRAINING)
    gentle = replace(TRAINING, steps=5, lr=1e-5, norm_frozen=True, trunk="resnet-tiny")

    facts = train(make_snapshot("second", styles=5), tmp_path / "child", gentle, init=tmp_path / "parent")

    assert (facts.parent, facts.trunk) == ("parent", "resnet-nano")
    parent, child = weights(tmp_path / "parent")["head"], weights(tmp_path / "child")["head"]
    assert child.shape == (5, 16)
    assert torch.allclose(child[:3], parent, atol=1e-3)
    assert evaluate(tmp_path / "child", make_snapshot("third", styles=5), "train").top3 == 1.0


def test_frozen_norms_keep_their_statistics(make_snapshot, tmp_path):
    snapshot = make_snapshot()
    train(snapshot, tmp_path / "parent", replace(TRAINING, steps=5))
    recipe = replace(TRAINING, steps=5, norm_frozen=True)
    train(snapshot, tmp_path / "child", recipe, init=tmp_path / "parent")

    parent, child = weights(tmp_path / "parent"), weights(tmp_path / "child")
    assert torch.equal(parent["net.trunk.body.0.1.running_mean"], child["net.trunk.body.0.1.running_mean"])
    assert not torch.equal(parent["net.trunk.body.0.0.weight"], child["net.trunk.body.0.0.weight"])


def spoil(monkeypatch, *, when) -> None:
    """Let the loss be no number whenever `when(learner)` says so."""
    real = train_step

    def spoiled(learner, kept):
        images = real(learner, kept)
        if when(learner):
            learner.window[-1] |= {"loss": torch.tensor(float("nan"))}
        return images

    monkeypatch.setattr(training, "train_step", spoiled)


def test_a_loss_that_stays_no_number_stops_and_keeps_the_last_good_checkpoint(
    make_snapshot, tmp_path, monkeypatch
):
    spoil(monkeypatch, when=lambda learner: learner.step >= 22)

    with pytest.raises(LossDiverged, match=r"by step 25, 4 times .* step 20"):
        train(make_snapshot(), tmp_path / "run", TRAINING)

    kept = read_tensors(tmp_path / "run.partial/checkpoint.safetensors")
    assert json.loads(kept.notes["progress"])["step"] == 20
    assert all(torch.isfinite(tensor).all() for tensor in kept.tensors.values())
    assert not (tmp_path / "run").exists()


def test_a_loss_that_was_no_number_once_goes_on_from_the_last_good_step_with_other_batches(
    make_snapshot, tmp_path, monkeypatch
):
    spoil(monkeypatch, when=lambda learner: learner.step == 22 and not learner.rollbacks)
    snapshot = make_snapshot()
    train(snapshot, tmp_path / "run", TRAINING)
    with pytest.raises(Killed):
        train(snapshot, tmp_path / "killed", TRAINING, on_progress=kill_at(30))
    train(snapshot, tmp_path / "killed", TRAINING)
    monkeypatch.undo()
    train(snapshot, tmp_path / "undisturbed", TRAINING)

    lines = [
        (run / "metrics.jsonl").read_text().splitlines()
        for run in (tmp_path / "run", tmp_path / "undisturbed")
    ]
    steps = [json.loads(line)["step"] for line in lines[0]]
    assert steps == [5, 10, 15, 20, 25, 30, 35, 40]
    assert lines[0][:4] == lines[1][:4]
    assert lines[0][4] != lines[1][4]
    assert_same_run(tmp_path / "run", tmp_path / "killed")


def test_calibration_and_holdout_are_never_trained_on(make_snapshot):
    snapshot = read_snapshot(make_snapshot(splits=("train", "calibration", "holdout", "train")))

    named = {shot.image for shot in training_shots(snapshot, studio_only_styles=True)}

    others = {photo.image for photo in snapshot.photos if photo.split != "train"}
    assert named & others == set()
    assert "images/photo-0-3.png" in named


def test_a_batch_has_its_make_up_and_depends_on_the_step_alone(make_snapshot):
    snapshot = read_snapshot(make_snapshot(styles=6))
    data, plan = load_training_set(snapshot, size_px=32, studio_only_styles=True), BatchPlan(4, 3, 5, seed=9)

    rows = plan.rows(data, 17)

    assert rows.tolist() == plan.rows(data, 17).tolist() != plan.rows(data, 18).tolist()
    assert (data.styles[rows[12:]] == -1).all()
    for style in rows[:12].reshape(4, 3):
        assert len(set(data.styles[style])) == 1
        assert style[0] in data.studio_rows[data.styles[style[0]]]
        assert set(style[1:]) <= set(data.photo_rows[data.styles[style[0]]])


def test_styles_nobody_verified_learn_from_their_studio_shots(make_snapshot):
    snapshot = read_snapshot(make_snapshot(splits=("holdout",)))

    data = load_training_set(snapshot, size_px=32, studio_only_styles=True)

    assert len(data.skus) == 4
    assert len(BatchPlan(4, 3, 4, seed=0).rows(data, 0)) == 12
    with pytest.raises(SnapshotError, match="two styles"):
        load_training_set(snapshot, size_px=32, studio_only_styles=False)


def test_one_style_is_too_few(make_snapshot, tmp_path):
    with pytest.raises(SnapshotError, match="at least two styles"):
        train(make_snapshot(styles=1), tmp_path / "run", TRAINING)


def test_an_empty_catalogue_is_refused(make_snapshot, tmp_path):
    with pytest.raises(SnapshotError, match="catalogue is empty"):
        train(make_snapshot(styles=0), tmp_path / "run", TRAINING)


def test_a_style_without_a_picture_is_named(make_snapshot, tmp_path):
    snapshot = read_snapshot(make_snapshot())
    bare = SnapshotStyle("BARE", active=True, images=())
    write_snapshot(
        snapshot.folder, id="s", created_at="", styles=(*snapshot.styles, bare), photos=snapshot.photos
    )

    with pytest.raises(SnapshotError, match="BARE has no picture"):
        train(snapshot.folder, tmp_path / "run", TRAINING)


def test_a_damaged_picture_is_named(make_snapshot, tmp_path):
    folder = make_snapshot()
    (folder / "images/photo-2-1.png").write_bytes(b"\x89PNG\r\n\x1a\n")

    with pytest.raises(ValueError, match="photo-2-1"):
        train(folder, tmp_path / "run", TRAINING)


def test_a_parent_that_is_no_run_is_refused(make_snapshot, tmp_path):
    with pytest.raises(RunError, match=r"facts\.json is missing|damaged"):
        train(make_snapshot(), tmp_path / "run", TRAINING, init=tmp_path / "nowhere")


def test_cut_off_weights_are_refused(make_snapshot, tmp_path):
    run = tmp_path / "run"
    train(make_snapshot(), run, replace(TRAINING, steps=5))
    cut = tmp_path / "cut"
    shutil.copytree(run, cut)
    (cut / "weights.safetensors").write_bytes((run / "weights.safetensors").read_bytes()[:4000])

    with pytest.raises(RunError, match="damaged"):
        evaluate(cut, make_snapshot("again"))
