"""A training that gains nothing more on half of the calibration split ends, with its best weights."""

import json
from dataclasses import replace

import pytest

from classifier.snapshot import SnapshotError, read_snapshot, write_snapshot
from classifier.train import WrongRecipe, train
from classifier.train.watch import is_watched
from tests.tiny import TRAINING

WATCHING = replace(TRAINING, steps=400, log_every=5, checkpoint_every=10, early_stop=2)


@pytest.fixture
def snapshot(make_snapshot):
    """Photos of the calibration split by many owners; those of one owner would all be on one side."""
    frozen = read_snapshot(make_snapshot(splits=("train", "train", *["calibration"] * 6)))
    photos = [replace(photo, owner=photo.photo) for photo in frozen.photos]
    write_snapshot(frozen.folder, id="s", created_at="", styles=frozen.styles, photos=photos)
    return frozen.folder


def test_it_ends_when_two_looks_brought_nothing_and_serves_the_best(snapshot, tmp_path):
    train(snapshot, tmp_path / "run", WATCHING)

    lines = [json.loads(line) for line in (tmp_path / "run/metrics.jsonl").read_text().splitlines()]
    looks = [
        (line["calibration_top1"], -line["calibration_nll"]) for line in lines if "calibration_nll" in line
    ]
    best = max(range(len(looks)), key=looks.__getitem__)
    assert len(looks) < 40
    assert best == len(looks) - 3
    assert not (tmp_path / "run/best.safetensors").exists()


def test_the_photos_watched_are_half_of_the_owners(snapshot):
    photos = read_snapshot(snapshot).of("calibration")

    watched = [is_watched(photo) for photo in photos]

    assert 0.25 < sum(watched) / len(watched) < 0.75
    assert [is_watched(replace(photo, photo="other")) for photo in photos] == watched  # by owner alone


def test_too_few_photos_to_watch_are_refused(make_snapshot, tmp_path):
    with pytest.raises(SnapshotError, match="early_stop has to watch 8 photos"):
        train(make_snapshot(splits=("train",)), tmp_path / "run", WATCHING)


def test_half_precision_without_a_gpu_is_refused(snapshot, tmp_path):
    with pytest.raises(WrongRecipe, match="needs a GPU"):
        train(snapshot, tmp_path / "run", replace(TRAINING, precision="fp16"), device="cpu")
