"""What is fitted keeps its promises on new photos of the same shop, and says what it could not fit."""

import json
from dataclasses import asdict, replace

import numpy as np
import pytest

from classifier.calibrate import Calibration, Evidence, auroc, expected_calibration_error
from classifier.calibrate.dress import FEATURES
from classifier.calibrate.fit import CalibrationPlan, WrongPlan, fit_calibration, fit_probabilities
from classifier.calibrate.links import sigmoid, softmax
from classifier.evaluate.promises import coverage_of, lanes_of
from classifier.truth import Truth
from tests.unit.classifier.calibrate.worlds import STYLES, shop


@pytest.fixture(scope="module")
def calibration() -> Calibration:
    plan = CalibrationPlan(lane_error=0.05)
    return fit_calibration(Calibration(), *shop(6000), plan)


def error_of(confidence: np.ndarray, correct: np.ndarray) -> float:
    error = expected_calibration_error(confidence, correct)
    assert error is not None
    return error


def test_probabilities_of_new_photos_are_honest(calibration):
    evidence, truth, _ = shop(6000, seed=1)

    scores = calibration.judge(evidence)

    right = scores.similarities.argmax(axis=1) == truth.own
    dresses = truth.is_dress
    assert error_of(scores.p_first, right) < 0.02
    assert error_of(scores.p_dress, dresses) < 0.02
    assert error_of(scores.p_listed[dresses], truth.listed[dresses]) < 0.05
    assert error_of(Calibration().judge(evidence).p_first, right) > 0.06


def test_all_answers_together_make_one(calibration):
    evidence, truth, _ = shop(50, seed=2)

    scores = calibration.judge(evidence)

    total = scores.p_answer.sum(axis=1) + scores.p_unlisted + (1 - scores.p_dress)
    assert total == pytest.approx(np.ones(50))
    told = scores.of_truth(truth.own, truth.is_dress)
    for n in range(50):
        if truth.own[n] >= 0:
            assert told[n] == pytest.approx(scores.p_answer[n, truth.own[n]])
        else:
            assert told[n] == (scores.p_unlisted[n] if truth.is_dress[n] else 1 - scores.p_dress[n])


def test_sets_keep_their_promise_in_every_group(calibration):
    evidence, truth, _ = shop(20_000, seed=3)

    found = coverage_of(calibration, evidence, calibration.judge(evidence), truth)

    assert sorted(found) == ["all", "cold", "not_dress", "unlisted", "warm"]
    for each in found.values():
        assert each.n > 1000
        assert each.quantile == "own"
        assert each.covered == pytest.approx(0.9, abs=0.035)  # 500 to 1,000 photos a group fitted it
    sizes = [each.size or 0 for each in (found["warm"], found["cold"])]
    assert 0 < sizes[0] < sizes[1] < STYLES
    assert found["all"].covered == pytest.approx(0.9, abs=0.02)


def test_lanes_keep_their_promise(calibration):
    evidence, truth, _ = shop(20_000, seed=4)
    scores = calibration.judge(evidence)

    right = scores.similarities.argmax(axis=1) == truth.own
    found = lanes_of(calibration.lanes, scores, right, truth.is_dress)

    assert found["accept"].n > 500
    assert max(each.error or 0 for each in found.values()) <= 0.05
    assert sum(each.n for each in found.values()) == 20_000


def test_without_being_asked_there_are_no_lanes():
    assert fit_calibration(Calibration(), *shop(500)).lanes is None


def test_no_photo_both_fits_and_promises():
    """Sets from the photos that fitted would promise too much: what fits differs from all there is."""
    evidence, truth, photos = shop(2000)
    whole = fit_probabilities(Calibration(), evidence, truth, CalibrationPlan())

    fitted = fit_calibration(Calibration(), evidence, truth, photos)

    assert fitted.sets is not None
    assert sum(each.n for each in fitted.sets.quantiles.values()) == pytest.approx(1000, abs=80)
    assert fitted.sharpness != whole.sharpness


def test_photos_of_one_owner_all_fit_since_they_cannot_be_parted():
    evidence, truth, photos = shop(500)
    ours = [replace(photo, owner="ann") for photo in photos]

    fitted = fit_calibration(Calibration(), evidence, truth, ours)

    assert (fitted.sets, fitted.lanes) == (None, None)
    assert fitted.notes[-1].startswith("no sets and no lanes: one owner has nearly all")
    assert fitted.same_probabilities(fit_probabilities(Calibration(), evidence, truth, CalibrationPlan()))


def test_with_few_photos_all_of_them_fit_and_nothing_is_promised():
    evidence, truth, photos = shop(300)

    fitted = fit_calibration(Calibration(), evidence, truth, photos)

    assert (fitted.sets, fitted.lanes) == (None, None)
    assert fitted.notes[-1] == "no sets and no lanes: they need 400 calibration photos, there are 300"
    assert fitted.same_probabilities(fit_probabilities(Calibration(), evidence, truth, CalibrationPlan()))


def test_a_parents_promises_are_not_kept_for_a_child(calibration):
    child = fit_calibration(calibration, *shop(300))

    assert calibration.sets is not None
    assert (child.sets, child.lanes) == (None, None)


def test_one_class_alone_leaves_the_earlier_numbers_and_says_so():
    evidence, truth, photos = shop(300)
    only = np.flatnonzero(truth.listed)

    fitted = fit_calibration(Calibration(), evidence[only], truth[only], [photos[n] for n in only])

    assert fitted.dress == Calibration().dress
    assert fitted.stock is None
    assert [note.partition(" stays")[0] for note in fitted.notes[:2]] == ["P(dress)", "P(in stock)"]


def test_no_photo_and_no_style_are_no_error():
    nothing = Evidence(np.zeros((0, 0)), np.zeros((0, len(FEATURES))), np.zeros(0, dtype=np.int64))
    nobody = Truth(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=bool))

    fitted = fit_calibration(Calibration(), nothing, nobody, [])

    assert fitted.same_probabilities(Calibration())
    assert len(fitted.notes) == 4


@pytest.mark.parametrize("wrong", [{"miss": 0.0}, {"false_positives": 1.0}, {"lane_error": -1.0}])
def test_a_plan_out_of_range_is_refused(wrong):
    with pytest.raises(WrongPlan, match=next(iter(wrong))):
        CalibrationPlan(**wrong)


def test_it_is_read_back_as_it_was_written(calibration):
    written = json.dumps(asdict(calibration), allow_nan=False)

    assert Calibration.from_json(json.loads(written)) == calibration


def test_a_calibration_of_the_first_format_says_the_very_same():
    drawn, _, _ = shop(40)
    evidence = replace(drawn, similarities=drawn.similarities.astype(np.float32))  # as networks give them
    dress = {
        "means": [0.7, 0.5, 0.4, 2.8],
        "spreads": [0.14, 0.17, 0.12, 3.4],
        "weights": [1.1, -0.5, 0.9, 2.5],
        "bias": 3.5,
    }

    read = Calibration.from_json({"dress": dress, "threshold": 0.5, "sharpness": 23.815135911532767})
    scores = read.judge(evidence)

    four = np.ascontiguousarray(evidence.features[:, :4])
    scaled = (four - np.array(dress["means"])) / np.array(dress["spreads"])
    p_dress = sigmoid(scaled @ np.array(dress["weights"]) + dress["bias"])
    p_style = softmax(23.815135911532767 * evidence.similarities)
    assert np.array_equal(scores.p_dress, p_dress)
    assert np.array_equal(scores.p_answer, p_dress[:, None] * p_style)


def test_in_stock_or_not_is_told_apart_from_dress_or_not(calibration):
    evidence, truth, _ = shop(4000, seed=5)
    scores = calibration.judge(evidence)

    dresses = truth.is_dress
    assert (auroc(scores.p_listed[dresses], truth.listed[dresses]) or 0) > 0.8
    assert (scores.p_dress[truth.unlisted] > calibration.threshold).mean() > 0.95
