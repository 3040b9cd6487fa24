"""Measures against plain loops."""

import numpy as np
import pytest

from classifier.calibrate.measures import (
    adaptive_calibration_error,
    auroc,
    brier,
    expected_calibration_error,
    false_positive_rate,
    surprise,
)

CHANCE = np.random.default_rng(3)
CONFIDENCE, CORRECT = CHANCE.random(200), CHANCE.random(200) < 0.5


def test_ece_is_the_weighted_gap_of_each_bin():
    expected = 0.0
    for low in range(15):
        inside = [n for n in range(200) if low / 15 <= CONFIDENCE[n] < (low + 1) / 15]
        if inside:
            sure = sum(CONFIDENCE[n] for n in inside) / len(inside)
            right = sum(CORRECT[n] for n in inside) / len(inside)
            expected += len(inside) / 200 * abs(sure - right)

    assert expected_calibration_error(CONFIDENCE, CORRECT) == pytest.approx(expected)


def test_adaptive_ece_is_the_same_over_equally_full_bins():
    order = sorted(range(195), key=lambda n: CONFIDENCE[n])

    expected = 0.0
    for low in range(0, 195, 13):
        inside = order[low : low + 13]
        expected += abs(sum(CONFIDENCE[n] - CORRECT[n] for n in inside)) / 195

    assert adaptive_calibration_error(CONFIDENCE[:195], CORRECT[:195]) == pytest.approx(expected)
    assert adaptive_calibration_error(np.array([0.9, 0.3]), np.array([True, False])) == pytest.approx(0.2)


def test_brier_and_surprise_are_means_over_photos():
    squares = [(sure - right) ** 2 for sure, right in zip(CONFIDENCE, CORRECT, strict=True)]

    assert brier(CONFIDENCE, CORRECT) == pytest.approx(sum(squares) / 200)
    assert surprise(np.array([1.0, np.exp(-2.0)])) == pytest.approx(1.0)
    assert surprise(np.zeros(3)) == pytest.approx(-np.log(1e-12))


def test_auroc_counts_pairs_and_halves_ties():
    scores, positive = np.round(CONFIDENCE[:60], 1), CORRECT[:60]

    pairs = [(p, n) for p in scores[positive] for n in scores[~positive]]
    expected = sum(1.0 if p > n else 0.5 if p == n else 0.0 for p, n in pairs) / len(pairs)

    assert auroc(scores, positive) == pytest.approx(expected)


def test_fpr95_is_the_share_of_negatives_above_what_lets_95_percent_pass():
    positives, negatives = np.arange(100) / 100, np.array([0.01, 0.04, 0.05, 0.5])
    scores, positive = np.concatenate([positives, negatives]), np.arange(104) < 100

    assert (scores[positive] >= 0.05).mean() == 0.95
    assert false_positive_rate(scores, positive) == 0.5


@pytest.mark.parametrize(
    "measure", [expected_calibration_error, adaptive_calibration_error, brier, auroc, false_positive_rate]
)
def test_of_nothing_there_is_no_number(measure):
    assert measure(np.zeros(0), np.zeros(0, dtype=bool)) is None


@pytest.mark.parametrize("measure", [auroc, false_positive_rate])
@pytest.mark.parametrize("positive", [True, False])
def test_one_class_alone_cannot_be_told_from_another(measure, positive):
    assert measure(np.arange(3.0), np.full(3, positive)) is None
