"""The command line goes from nothing to a measured run, and says in one line what is wrong."""

import json

import pytest

from classifier.cli import main
from classifier.cli.common import WrongSetting
from classifier.cli.training import recipe
from classifier.train import TrainConfig

TINY_SETTINGS = {
    "trunk": "resnet-nano",
    "dim": "16",
    "size_px": "32",
    "steps": "4",
    "styles_per_batch": "3",
    "others_per_batch": "3",
    "log_every": "2",
    "checkpoint_every": "2",
    "precision": "fp32",
}


def answer_of(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict:
    assert main([*map(str, arguments), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_draw_train_measure_ship_and_show(tmp_path, capsys):
    drawn, run = tmp_path / "drawn", tmp_path / "run"
    size = ("--styles", 4, "--photos-per-style", 2, "--negatives", 9)
    made = answer_of(capsys, "studio-snapshot", *size, "--seed", 3, "--out", drawn)
    assert (made["styles"], made["photos"]) == (4, 17)
    assert answer_of(capsys, "studio-snapshot", *size, "--seed", 3, "--out", drawn) == made

    settings = [part for name, value in TINY_SETTINGS.items() for part in ("--set", f"{name}={value}")]
    facts = answer_of(capsys, "train", "--snapshot", drawn, "--out", run, *settings)
    assert (facts["id"], facts["config"]["steps"], facts["snapshot"]) == ("run", 4, made["id"])

    bench = tmp_path / "bench"
    answer_of(capsys, "studio-snapshot", *size, "--seed", 7, "--benchmark", "--out", bench)
    metrics = answer_of(capsys, "evaluate", run, bench)
    assert (metrics["n"], metrics["styles"], metrics["n_not_dress"], metrics["n_unlisted"]) == (8, 4, 7, 2)

    index, photo = tmp_path / "index.safetensors", next((bench / "images").glob("*-0.webp"))
    assert answer_of(capsys, "index", "build", run, bench, "--out", index)["styles"] == 4
    assert len(answer_of(capsys, "predict", run, index, photo)["candidates"]) == 3

    both = answer_of(capsys, "compare", run, run, bench)
    assert (both["promoted"], both["champion"]["n"], both["challenger"]["n"]) == (False, 8, 8)
    assert "Only 8 golden photos" in both["reasons"][0]

    assert answer_of(capsys, "ship", run, tmp_path / "v0")["bytes"] > 1000
    assert answer_of(capsys, "card", tmp_path / "v0")["id"] == "v0"


def test_a_refusal_is_one_line_and_an_exit_code(tmp_path, capsys):
    assert main(["evaluate", str(tmp_path / "nowhere"), str(tmp_path)]) == 1

    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("RunError: ")
    assert printed.err.count("\n") == 1


def test_settings_change_the_recipe():
    config = recipe(TrainConfig(), ["steps=7", "lr=1e-3", "norm_frozen=true", "precision=fp32"])

    assert (config.steps, config.lr, config.norm_frozen, config.precision) == (7, 1e-3, True, "fp32")


@pytest.mark.parametrize("setting", ["speed=3", "steps=many", "steps"])
def test_wrong_settings_are_named(setting):
    with pytest.raises(WrongSetting, match=setting.partition("=")[0]):
        recipe(TrainConfig(), [setting])


def test_people_get_a_table(trained, capsys):
    assert main(["evaluate", str(trained / "run"), str(trained / "snapshot")]) == 0

    said = capsys.readouterr().out
    assert "run on holdout" in said
    everything = next(line.split() for line in said.splitlines() if line.startswith("all "))
    assert float(everything[-1]) == 1.0
