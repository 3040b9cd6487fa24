"""A run calibrated again is a new run; nothing is overwritten and nothing half-written."""

import errno
import json
import shutil
from dataclasses import replace

import pytest

from classifier.calibrate import renew
from classifier.calibrate.fit import NothingToCalibrate
from classifier.calibrate.renew import calibrate_run
from classifier.cli import main
from classifier.index import StyleIndex
from classifier.predict import DeepDress
from classifier.runs import RunError, RunExists, read_facts, write_facts
from classifier.snapshot import SnapshotPhoto
from classifier.train.watch import is_watched


def test_a_run_is_calibrated_into_a_new_folder(trained, tmp_path, capsys):
    run, out = trained / "run", tmp_path / "run2"
    before = (run / "facts.json").read_bytes()

    code = main(
        [
            "calibrate",
            str(run),
            str(trained / "snapshot"),
            "--out",
            str(out),
            "--json",
            "--plots",
            str(tmp_path / "plots"),
        ]
    )

    answer = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)  # no NaN, no Infinity
    assert code == 0
    assert answer["after"]["ece"] <= answer["before"]["ece"] + 0.02
    assert (run / "facts.json").read_bytes() == before
    assert (out / "weights.safetensors").read_bytes() == (run / "weights.safetensors").read_bytes()
    facts = read_facts(out)
    assert (facts.id, facts.parent, facts.calibrated_on) == ("run2", "run", "snapshot")
    assert facts.metrics == answer["after"]
    numbers = json.loads((tmp_path / "plots/reliability.json").read_text())
    assert sum(each["n"] for each in numbers["after"]) == 70
    assert (tmp_path / "plots/reliability.svg").read_text().startswith("<?xml")
    assert DeepDress.load(out, "cpu").version == "run2"


def test_people_see_before_and_after_side_by_side(trained, tmp_path, capsys):
    main(["calibrate", str(trained / "run"), str(trained / "snapshot"), "--out", str(tmp_path / "run2")])

    lines = capsys.readouterr().out.splitlines()
    assert any(line.split() == ["probabilities", "before", "after"] for line in lines)


def test_a_run_is_never_overwritten(trained, tmp_path):
    (tmp_path / "run2").mkdir()

    with pytest.raises(RunExists, match="never overwritten"):
        calibrate_run(trained / "run", trained / "snapshot", tmp_path / "run2")


def test_a_snapshot_without_calibration_photos_is_refused(trained, make_snapshot, tmp_path, capsys):
    snapshot = make_snapshot("no-calibration", splits=("train", "holdout"))

    with pytest.raises(NothingToCalibrate, match="no photo in its calibration split"):
        calibrate_run(trained / "run", snapshot, tmp_path / "run2")

    assert not (tmp_path / "run2").exists()
    assert main(["calibrate", str(trained / "run"), str(snapshot), "--out", str(tmp_path / "run2")]) == 1
    assert capsys.readouterr().err.startswith("NothingToCalibrate: ")


def test_too_few_of_everything_is_refused_with_all_reasons(trained, make_snapshot, tmp_path):
    snapshot = make_snapshot("few", splits=("train", "calibration"))

    with pytest.raises(NothingToCalibrate, match=r"temperature stays.*P\(dress\) stays"):
        calibrate_run(trained / "run", snapshot, tmp_path / "run2")


@pytest.mark.parametrize("fails", ["write_facts", "_link"])
def test_a_full_disk_leaves_nothing_behind(trained, tmp_path, monkeypatch, fails):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(renew, fails, full)

    with pytest.raises(OSError, match="No space"):
        calibrate_run(trained / "run", trained / "snapshot", tmp_path / "run2")

    assert list(tmp_path.iterdir()) == []


def test_weights_are_copied_where_they_cannot_be_linked(trained, tmp_path, monkeypatch):
    def refuse(*_: object) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr("os.link", refuse)

    calibrate_run(trained / "run", trained / "snapshot", tmp_path / "run2")

    assert (tmp_path / "run2/weights.safetensors").stat().st_nlink == 1


def test_photos_that_stopped_a_training_early_fit_nothing(trained, tmp_path):
    run = shutil.copytree(trained / "run", tmp_path / "run")
    facts = read_facts(run)
    write_facts(run, replace(facts, config={**facts.config, "early_stop": 3}))

    # ann's photos, which are all the dresses, are watched; ben's are not, and nothing but noise is left
    watched = [is_watched(SnapshotPhoto("", "", owner, "calibration", "style")) for owner in ("ann", "ben")]
    assert watched == [True, False]
    with pytest.raises(NothingToCalibrate, match="too few photos"):
        calibrate_run(run, trained / "snapshot", tmp_path / "run2")


def test_facts_of_an_unknown_format_are_refused(trained, tmp_path):
    write_facts(tmp_path, read_facts(trained / "run"))
    text = (tmp_path / "facts.json").read_text()
    (tmp_path / "facts.json").write_text(text.replace("deepdress-run/2", "deepdress-run/9"))

    with pytest.raises(RunError, match="format"):
        read_facts(tmp_path)


def test_an_empty_index_is_judged_without_styles(trained):
    model = DeepDress.load(trained / "run", "cpu")
    described = model.describe([])

    scores = model.score(described, StyleIndex(model.version, model.serving.shift))

    assert scores.p_first.shape == (0,)
