"""Two runs before the gate, measured on the same photos in one process."""

import shutil

import pytest

from classifier.evaluate import evaluate
from classifier.gate import Limits
from classifier.gate.contest import answers_of, contest
from classifier.snapshot import read_snapshot


@pytest.fixture
def run(trained):
    return trained / "run"


@pytest.fixture
def again(run, tmp_path):
    """The same run under another name."""
    return shutil.copytree(run, tmp_path / "again")


def test_a_run_against_itself_is_kept_out_with_all_its_figures(run, again):
    snapshot = run.with_name("snapshot")

    held = contest(run, again, snapshot, limits=Limits(photos=20, owners=1, slice=5, p95_ms=60_000))

    document = held.document()
    assert not held.ruling.promoted
    assert document["reasons"][0].startswith("No gain is certain")
    assert document["champion"]["top3"] == document["challenger"]["top3"]
    lines = {check["name"]: check for check in document["checks"]}
    assert (lines["top3"]["n"], lines["top3"]["difference"]) == (held.champion.n, 0.0)
    assert lines["p95"]["champion"] > 0 < lines["p95"]["challenger"]
    assert lines["seen"]["n"] == held.champion.n


def test_the_owners_come_from_the_snapshot(run):
    snapshot = run.with_name("snapshot")
    owners = {photo.photo: photo.owner for photo in read_snapshot(snapshot).photos}

    answers = answers_of(evaluate(run, snapshot), owners)

    assert answers.owners == tuple(owners[photo] for photo in answers.photos)
    assert len(answers.negative_owners) == len(answers.found)


def test_nothing_held_out_keeps_the_champion(make_snapshot, run, again):
    held = contest(run, again, make_snapshot("only-train"), "holdout")

    assert not held.ruling.promoted
    assert "Only 0 golden photos of 0 owners" in held.ruling.reasons[0]
