"""`bench dresses-v1` trains what is missing, measures all methods on one gallery, and goes on when killed."""

import json
from dataclasses import replace

import pytest

from classifier.bench import dresses_v1
from classifier.bench.dresses import RECIPE
from classifier.bench.dresses_v1 import BenchPlan
from classifier.bench.retrieval import find_by_features, teaching_photos
from classifier.bench.task import judged, ranks_of, task_of
from classifier.cli import main
from classifier.snapshot import Split, read_snapshot
from classifier.train import TrainConfig
from tests.unit.classifier.conftest import write_tiny_snapshot

NANO = ("trunk=resnet-nano", "dim=16", "size_px=32", "sizes=", "steps=4", "log_every=2",
        "styles_per_batch=3", "others_per_batch=3", "checkpoint_every=2", "precision=fp32")  # fmt: skip


@pytest.fixture
def data(tmp_path):
    """What would have been drawn."""
    write_tiny_snapshot(tmp_path / "data/train", styles=4, others=8, splits=("train",) * 4)
    splits: tuple[Split, ...] = ("train", "holdout", "holdout", "calibration")
    write_tiny_snapshot(tmp_path / "data/test-5", styles=5, others=8, splits=splits)
    return tmp_path / "data"


def answer(capsys, *arguments):
    assert main(["bench", "dresses-v1", *map(str, arguments), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_seeds_are_trained_measured_and_kept(data, tmp_path, capsys):
    call = ["--skus", 5, "--data", data, "--out", tmp_path / "out", "--seeds", 2, "--softmax-steps", 1]
    call += ["--features", "", *(part for setting in NANO for part in ("--set", setting))]

    first = answer(capsys, *call)

    which, doubt, minus, trainings = first["tables"]
    methods = ["chance", "mean colour", "colour histogram", "softmax alexnet-mini", "ours"]
    assert [row["method"] for row in which["rows"]] == methods
    assert [row["seeds"] for row in which["rows"]] == [None, 1, 1, 2, 2]
    assert (first["photos"], which["rows"][0]["R@1"]) == (10, 0.2)
    assert [row["seed"] for row in trainings["rows"]] == [0, 1]
    assert len(minus["rows"]) == 6
    assert len(doubt["rows"]) == 4
    assert answer(capsys, *call) == first


def test_trainings_made_before_are_taken(data, trained, capsys):
    told = answer(capsys, "--skus", 5, "--data", data, "--runs", trained / "run", "--softmax-steps", 0,
                  "--features", "")  # fmt: skip

    assert [row["method"] for row in told["tables"][0]["rows"]][-1] == "ours"


def test_nowhere_to_train_is_refused(data, capsys):
    assert main(["bench", "dresses-v1", "--skus", "5", "--data", str(data)]) == 1

    assert "--out" in capsys.readouterr().err


def test_the_published_recipe_is_one():
    assert TrainConfig(**RECIPE).size_at(0) < TrainConfig(**RECIPE).size_px


def test_frozen_features_are_taught_by_few_of_each(data):
    shown = teaching_photos(read_snapshot(data / "train"), most=3)

    assert sum(dress for _, dress in shown) <= 3
    assert 0 < sum(not dress for _, dress in shown) <= 3


def test_what_is_missing_is_drawn_once(tmp_path, capsys, monkeypatch):
    tiny = BenchPlan(
        3, 1, holdout=1, calibration=1, verified=1, far=1, near=1, teach_styles=4, teach_others=4
    )
    monkeypatch.setattr(dresses_v1, "plan_of", lambda skus, seed: replace(tiny, skus=skus, seed=seed))
    call = ["--skus", 3, "--out", tmp_path, "--runs", "--softmax-steps", 0, "--features", ""]

    first = answer(capsys, *call)
    monkeypatch.setattr(dresses_v1, "plan_of", lambda skus, seed: pytest.fail("drawn again"))

    assert answer(capsys, *call) == first
    assert first["snapshot"] == "dresses-v1-test-3-seed1"
    assert sorted(path.name for path in (tmp_path / "data-1").iterdir()) == ["test-3"]


def test_frozen_features_find_dresses_and_learn_what_is_none(data):
    task = task_of(read_snapshot(data / "test-5"))

    found = find_by_features(task, "efficientnet-lite0", data / "train", "cpu")

    assert (ranks_of(task, found) < 3).mean() > 0.8
    assert judged(task, found)["auroc_far"] == 1.0  # dresses against noise
