"""The schedules' gaps and the worth of each part of the recipe: tables whose finished parts stay finished."""

import json
from argparse import ArgumentParser
from dataclasses import replace

import numpy as np
import pytest
import torch

from classifier.bench import ablations, schedules
from classifier.bench.registry import BENCHES
from classifier.bench.schedules import gap_of
from classifier.bench.subset import TooFewStyles, split_again
from classifier.checkpoint import read_tensors
from classifier.snapshot import read_snapshot, write_snapshot
from classifier.train import run as training


def options_of(bench, *arguments: object):
    parser = ArgumentParser()
    bench.add_arguments(parser)
    options = parser.parse_args([str(argument) for argument in arguments])
    options.device = "cpu"
    return options


@pytest.fixture
def whole(make_snapshot):
    """Six styles with three photos each, by as many people."""
    snapshot = read_snapshot(make_snapshot(styles=6, others=6, splits=("train", "train", "holdout")))
    photos = [replace(photo, owner=photo.photo) for photo in snapshot.photos]
    write_snapshot(snapshot.folder, id="whole", created_at="", styles=snapshot.styles, photos=photos)
    return snapshot.folder


def test_schedules_start_from_a_trunk_of_other_styles_and_report_the_gap(
    whole, trained, tmp_path, monkeypatch
):
    small = ("--work", tmp_path / "work", "--start", trained / "run", "--size-px", 32, "--seeds", 1)
    options = options_of(schedules, whole, *small, "--steps", 4, "--styles", 3)

    answer = schedules.run(options)

    [table] = answer["tables"]
    assert "3 styles of whole, 6 training photos, 3 holdout photos" in table["title"]
    assert [row["schedule"] for row in table["rows"]] == [
        schedules.FROM_NOTHING,
        schedules.FULL,
        "linear-probe",
        "frozen",
        "lp-ft",
        "gradual-unfreeze",
        "discriminative-lr",
    ]
    for row in table["rows"]:
        assert row["gap"] == pytest.approx(row["train R@1"] - row["holdout R@1"])
        assert row["low"] <= row["gap"] <= row["high"]
    frozen, free = (
        read_tensors(next((tmp_path / "work").glob(f"runs-*/{arm}-32-4-0")) / "weights.safetensors").tensors
        for arm in ("linear-probe", "full-fine-tuning")
    )
    of_run = read_tensors(trained / "run/weights.safetensors").tensors
    name = "net.trunk.body.0.0.weight"
    assert torch.equal(frozen[name], of_run[name])
    assert not torch.equal(free[name], of_run[name])
    monkeypatch.setattr(training, "fit", None)  # nothing is trained again
    assert schedules.run(options) == answer


def test_the_gap_is_of_shares_of_photos_and_its_interval_over_styles():
    part = {
        "train": {"styles": ["a", "a", "b", "b"], "hits": [True, True, True, False]},
        "holdout": {"styles": ["a", "b"], "hits": [True, False]},
    }

    gap, low, high = gap_of([part])

    assert gap == 0.25
    assert (low, high) == (0.0, 0.5)


def test_ablations_play_votes_and_take_one_part_away_at_a_time(whole, trained, tmp_path):
    small = ("--work", tmp_path / "work", "--start", trained / "run", "--size-px", 32, "--seeds", 1)
    options = options_of(ablations, whole, *small, "--steps", 20, "--styles", 3, "--unseen", whole)

    answer = ablations.run(options)

    [table] = answer["tables"]
    assert [row["arm"] for row in table["rows"]] == list(ablations.ARMS)
    assert [name for name in table["rows"][1] if name.endswith("effect")] == [
        "cold effect",
        "warm effect",
        "unseen effect",
    ]
    task = read_snapshot(tmp_path / "work/task-3")
    voted = ablations.voted(task)
    assert {sum(photo.answers.values()) for photo in voted} == {ablations.VOTERS}
    assert all(photo.answers[photo.sku] >= 2 for photo in voted)
    learned = {photo.sku for photo in task.of("train", "style")}
    assert len(task.styles) == 6
    assert {photo.sku for photo in task.of("holdout", "style")} - learned != set()
    assert json.loads(json.dumps(answer)) == answer


def test_people_take_look_alikes_for_each_other_about_as_often_as_said(whole):
    snapshot = read_snapshot(whole)
    photo = snapshot.of("train", "style")[0]

    played = [ablations.play_votes(replace(photo, photo=f"p{n}"), "S9") for n in range(400)]

    assert np.mean([one.answers.get(photo.sku, 0) / 3 for one in played]) == pytest.approx(0.8, abs=0.04)
    assert {one.kind for one in played} == {photo.sku}


def test_no_owner_is_on_both_sides_and_every_style_is_learned(whole):
    photos = [photo for photo in read_snapshot(whole).photos if photo.label == "style"]
    shared = [replace(photo, owner="ann") if photo.photo in ("p0-2", "p1-0") else photo for photo in photos]

    again = split_again(shared)

    sides = {side: {photo.owner for photo in again if photo.split == side} for side in ("train", "holdout")}
    assert sides["train"] & sides["holdout"] == set()
    assert "ann" in sides["holdout"]
    for sku in {photo.sku for photo in photos}:
        assert {photo.split for photo in again if photo.sku == sku} == {"train", "holdout"}


def test_too_few_styles_are_refused(whole, tmp_path):
    with pytest.raises(TooFewStyles, match=r"6 styles .* needs 300"):
        schedules.run(options_of(schedules, whole, "--work", tmp_path / "work"))


def test_both_are_listed():
    assert {"schedules", "ablations"} <= {bench.name for bench in BENCHES}
