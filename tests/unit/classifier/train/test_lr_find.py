"""The sweep suggests a rate at which the loss falls, draws its curve and leaves nothing else behind."""

import hashlib
import json
from dataclasses import replace

import pytest

from classifier.cli import main
from classifier.train import train
from classifier.train.lr_find import TooShort, find_lr, steepest_fall
from tests.tiny import TRAINING


def test_the_suggestion_is_where_the_loss_falls_most_per_decade():
    rates = [10.0**n for n in range(-6, 1)]

    assert steepest_fall(rates, [5.0, 5.0, 4.8, 3.0, 2.0, 1.9, 9.0]) == 1e-3
    assert steepest_fall(rates, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]) == 1e-6  # it never falls


def test_a_sweep_rises_evenly_and_is_the_same_every_time(make_snapshot):
    sweeps = [find_lr(make_snapshot(name), TRAINING, steps=30) for name in ("one", "two")]

    assert sweeps[0] == sweeps[1]
    rates = sweeps[0].rates
    assert rates[0] == 1e-6
    assert rates[2] / rates[1] == pytest.approx(rates[1] / rates[0])
    assert 1e-6 < sweeps[0].suggestion < 1
    assert sweeps[0].losses[-1] > min(sweeps[0].losses)


def test_a_sweep_that_shows_nothing_is_refused(make_snapshot):
    with pytest.raises(TooShort, match="take 20 or more"):
        find_lr(make_snapshot(), TRAINING, steps=5)


def test_the_command_writes_the_curve_and_leaves_the_run_alone(make_snapshot, tmp_path, capsys):
    snapshot, run, out = make_snapshot(), tmp_path / "run", tmp_path / "found"
    train(snapshot, run, replace(TRAINING, steps=5))

    def contents() -> dict[str, str]:
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in run.iterdir()}

    before, beside = contents(), {path.name for path in tmp_path.iterdir()}
    sizes = ("styles_per_batch=4", "others_per_batch=4", "precision=fp32")
    settings = [part for setting in sizes for part in ("--set", setting)]
    command = ["lr-find", "--snapshot", str(snapshot), "--init", str(run), "--out", str(out), "--steps", "20"]

    assert main([*command, *settings, "--json"]) == 0

    answer = json.loads(capsys.readouterr().out)
    curve = json.loads((out / "lr.json").read_bytes())
    assert curve["suggestion"] == answer["suggestion"]
    assert len(curve["rates"]) == len(curve["losses"]) == answer["steps"]
    assert b"steepest fall" in (out / "lr.svg").read_bytes()
    assert contents() == before
    assert {path.name for path in tmp_path.iterdir()} - beside == {"found"}
