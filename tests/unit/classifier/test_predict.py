"""What is served: calibrated candidates of active styles, the same after saving and loading."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from classifier.checkpoint import read_tensors
from classifier.decode import decode
from classifier.embedded import embed_snapshot
from classifier.evaluate import evaluate, slices_of
from classifier.index import IndexMismatch, StyleIndex
from classifier.predict import DeepDress
from classifier.runs import RunError, read_facts, write_facts
from classifier.ship import ship
from classifier.snapshot import Snapshot, SnapshotPhoto, SnapshotStyle, read_snapshot
from tests.tiny import dress, noise


@pytest.fixture
def run(trained) -> Path:
    return trained / "run"


@pytest.fixture
def own_run(run, tmp_path) -> Path:
    """A copy that a test may damage."""
    return shutil.copytree(run, tmp_path / "run")


@pytest.fixture
def model(run) -> DeepDress:
    return DeepDress.load(run, "cpu")


@pytest.fixture
def index(model, run) -> StyleIndex:
    snapshot = read_snapshot(run.with_name("snapshot"))
    return embed_snapshot(model, snapshot).index(model)


def street(style: int):
    return dress(style, np.random.default_rng(99), 110)


def test_the_three_candidates_are_probabilities_below_p_dress(model, index):
    for prediction in model.predict([street(2), street(3), noise(np.random.default_rng(8))], index):
        probabilities = [candidate.probability for candidate in prediction.candidates]
        assert len(probabilities) == 3
        assert probabilities == sorted(probabilities, reverse=True)
        assert 0 < sum(probabilities) <= prediction.p_dress + 1e-6 <= 1 + 1e-6  # single precision
        assert prediction.version == "run"


def test_dresses_and_noise_are_told_apart(model, index):
    dresses, noises = [street(n) for n in range(5)], [noise(np.random.default_rng(n)) for n in range(5)]

    found = model.predict([*dresses, *noises], index)

    assert [prediction.candidates[0].sku for prediction in found[:5]] == ["S0", "S1", "S2", "S3", "S4"]
    assert min(p.p_dress for p in found[:5]) > max(p.p_dress for p in found[5:])


def test_a_style_is_served_once_catalogued_and_never_once_retired(model, index):
    photo = street(2)
    index.retire("S2")
    assert "S2" not in [c.sku for c in model.predict([photo], index, top=5)[0].candidates]

    index.add("S2-again", studio=model.embed([dress(2, np.random.default_rng(5), 245)]))

    assert model.predict([photo], index)[0].candidates[0].sku == "S2-again"


def test_an_empty_catalogue_offers_nothing_but_still_judges_dresses(model):
    [prediction] = model.predict([street(1)], model.new_index())

    assert prediction.candidates == ()
    assert 0 < prediction.p_dress < 1


def test_no_pictures_give_no_predictions(model, index):
    assert model.predict([], index) == []


def test_saved_and_loaded_it_predicts_the_same(model, index, run, tmp_path):
    index.save(tmp_path / "index.safetensors")
    photos = [street(n) for n in range(5)]

    again = DeepDress.load(run, "cpu").predict(photos, StyleIndex.load(tmp_path / "index.safetensors"))

    assert again == model.predict(photos, index)


def test_alone_or_in_a_batch_a_picture_gets_the_same_answer(model):
    photos = [street(n % 5) for n in range(70)]  # more than one batch

    assert model.embed(photos)[[69]] == pytest.approx(model.embed([photos[69]]), abs=1e-5)


def test_an_index_of_another_model_is_refused(model):
    other = StyleIndex("another", np.zeros(16, np.float32))

    with pytest.raises(IndexMismatch, match="another"):
        model.predict([street(0)], other)


def test_a_shipped_copy_is_small_and_predicts_alike(run, model, index, tmp_path):
    ship(run, tmp_path / "v0")

    tensors = read_tensors(tmp_path / "v0/weights.safetensors").tensors
    copy = DeepDress.load(tmp_path / "v0", "cpu")
    assert "head" not in tensors
    assert copy.version == "v0"
    assert copy.embed([street(1)]) == pytest.approx(model.embed([street(1)]), abs=5e-3)


def test_facts_that_do_not_fit_the_weights_are_refused(own_run):
    write_facts(own_run, replace(read_facts(own_run), dim=32))

    with pytest.raises(RunError, match="do not fit"):
        DeepDress.load(own_run, "cpu")


def test_facts_that_are_no_facts_are_refused(own_run):
    (own_run / "facts.json").write_text("[]")

    with pytest.raises(RunError, match="damaged"):
        read_facts(own_run)


def test_evaluation_reports_chance_and_the_colour_floor_beside_the_model(run):
    metrics = evaluate(run, run.with_name("snapshot"), "holdout")

    assert (metrics.styles, metrics.n, metrics.n_not_dress, metrics.chance) == (5, 40, 30, 0.6)
    assert metrics.top1 == 1.0
    assert metrics.colour_top3 is not None
    assert metrics.auroc is not None
    assert metrics.auroc > 0.99
    assert metrics.recall_by_kind["noise"] == metrics.not_dress_recall
    then = read_facts(run).metrics
    for name, now in metrics.summary().items():  # other batches, other last digits
        assert now == (pytest.approx(then[name], abs=1e-6) if isinstance(now, float) else then[name]), name


def test_each_photo_and_each_negative_is_reported_with_its_slices(run):
    metrics = evaluate(run, run.with_name("snapshot"), "holdout")

    slices = metrics.per_photo.slices
    assert sorted(slices) == ["audit", "cold", "warm"]
    assert [int(slices[name].sum()) for name in ("audit", "cold", "warm")] == [0, 0, 40]
    assert len(metrics.per_negative.photos) == metrics.n_not_dress
    assert metrics.per_negative.found.mean() == metrics.not_dress_recall
    assert not any(name.startswith("per_") for name in metrics.summary())


def test_slices_know_colours_audits_and_what_nobody_has_verified(tmp_path):
    styles = (SnapshotStyle("S1", True, (), "red"), SnapshotStyle("S2", True, (), "blue"))
    taught = SnapshotPhoto("p0", "0.png", "ann", "train", "style", "S1")
    asked = [
        SnapshotPhoto("p1", "1.png", "ben", "holdout", "style", "S1", tags=("audit",)),
        SnapshotPhoto("p2", "2.png", "ben", "holdout", "style", "S2"),
    ]

    slices = slices_of(Snapshot(tmp_path, "s", "", "", styles, (taught, *asked)), asked)

    assert {name: hits.tolist() for name, hits in slices.items()} == {
        "cold": [False, True],
        "warm": [True, False],
        "audit": [True, False],
        "colour:blue": [False, True],
        "colour:red": [True, False],
    }


def test_a_split_without_photos_is_measured_as_nothing(make_snapshot, run):
    metrics = evaluate(run, make_snapshot("only-train"), "holdout")

    assert (metrics.n, metrics.top3, metrics.auroc, metrics.ece) == (0, None, None, None)
    assert metrics.why["ece, brier"] == "no photo at all"
    assert "NaN" not in json.dumps(metrics.summary())


def test_files_and_pictures_are_described_alike(model, run):
    path = run.with_name("snapshot") / "images/photo-0-0.png"

    from_file = model.describe_files([path]).embeddings

    assert np.array_equal(from_file, model.embed([decode(path.read_bytes())]))
