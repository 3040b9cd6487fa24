"""Dress or not, and in stock or not, from a few columns."""

import math

import numpy as np
import pytest

from classifier.calibrate.dress import dress_features, energy, stock_features, threshold_for
from classifier.calibrate.logistic import Logistic, fit_logistic
from classifier.calibrate.measures import auroc

CHANCE = np.random.default_rng(3)


def test_the_logistic_separates_what_its_columns_separate():
    is_dress = CHANCE.random(400) < 0.8
    features = CHANCE.normal(size=(400, 5))
    features[:, 0] += 4 * is_dress

    p_dress = fit_logistic(features, is_dress)(features)

    assert (auroc(p_dress, is_dress) or 0) > 0.98
    assert p_dress.mean() == pytest.approx(is_dress.mean(), abs=0.01)


def test_a_column_that_never_varied_is_ignored_even_when_it_comes_alive():
    is_dress = CHANCE.random(400) < 0.5
    features = CHANCE.normal(size=(400, 5)) + 2 * is_dress[:, None]
    features[:, 4] = 0.3

    fitted = fit_logistic(features, is_dress)
    later = features + np.array([0, 0, 0, 0, 0.5])

    assert fitted.weights[4] == 0.0
    assert np.array_equal(fitted(features), fitted(later))


def photos_like_those(count: int, negatives: int) -> tuple[np.ndarray, np.ndarray]:
    is_dress = np.arange(count) >= negatives
    return CHANCE.normal(size=(count, 5)) + np.array([1.5, -1.0, 1.0, 2.5, 0.5]) * is_dress[:, None], is_dress


def test_two_dozen_non_dresses_hardly_move_what_thousands_said():
    before = fit_logistic(*photos_like_those(4000, 1000))
    features, _ = photos_like_those(4000, 1000)
    told = before(features)

    anew, gently = [], []
    for _ in range(20):
        night = photos_like_those(250, 26)
        anew.append(np.abs(fit_logistic(*night)(features) - told).mean())
        gently.append(np.abs(fit_logistic(*night, before=before)(features) - told).mean())

    assert max(gently) < np.median(anew)
    assert np.mean(gently) < 0.025


def test_a_thousand_photos_of_another_kind_overrule_the_earlier_fit():
    before = fit_logistic(*photos_like_those(4000, 1000))
    features, is_dress = photos_like_those(2000, 1000)
    features[:, 3] *= -1

    fitted = fit_logistic(features, is_dress, before=before)

    assert (auroc(fitted(features), is_dress) or 0) > 0.95
    assert (auroc(before(features), is_dress) or 0) < 0.8


@pytest.mark.parametrize("share", [0.02, 0.05, 0.25])
def test_the_threshold_fails_no_more_dresses_than_stated(share):
    p_dress, is_dress = CHANCE.random(1_000) * 0.6, CHANCE.random(1_000) < 0.7

    threshold = threshold_for(p_dress, is_dress, share)

    failed = (p_dress[is_dress] < threshold).mean()
    assert share - 1 / is_dress.sum() < failed <= share


def test_one_odd_dress_among_few_does_not_move_the_threshold():
    few = np.array([0.05, 0.06, *[0.9] * 58])

    assert threshold_for(few, np.ones(60, bool)) == 0.5
    assert threshold_for(np.repeat(few, 20), np.ones(1_200, bool)) == 0.06


def test_few_dresses_of_which_many_fail_do_move_it():
    p_dress = np.array([*[0.1] * 12, *[0.3] * 12, *[0.9] * 36])

    assert threshold_for(p_dress, np.ones(60, bool)) == 0.1


def test_the_threshold_is_never_above_one_half():
    assert threshold_for(np.array([0.9, 0.95]), np.array([True, True])) == 0.5


def test_an_older_logistic_reads_the_columns_it_knows():
    logistic = Logistic(means=(0.5, 0.1, 0.2, 0.0), spreads=(1.0,) * 4, weights=(3.0, -1.0, 1.0, 1.0))
    empty, head = np.zeros((2, 0)), np.array([0.0, 2.0])

    features = dress_features(empty, empty, head, None, logistic.means)

    assert features.shape == (2, 5)
    assert logistic(features) == pytest.approx([0.5, 1 / (1 + math.exp(-2))])


def test_energy_stays_put_when_the_catalogue_is_offered_twice():
    styles = CHANCE.uniform(-1, 1, (6, 9))

    expected = [math.log(sum(math.exp(16 * s) for s in row) / 9) / 16 for row in styles]

    assert energy(styles) == pytest.approx(expected)
    assert energy(np.tile(styles, 2)) == pytest.approx(expected)


def test_stock_columns_are_the_best_similarity_its_lead_energy_and_the_neighbour():
    styles, near = np.array([[0.2, 0.9, 0.5], [0.1, 0.1, 0.0]]), np.array([0.7, 0.3])
    features = dress_features(styles, np.zeros((2, 0)), np.zeros(2), near, ())

    columns = stock_features(styles, features)

    assert columns[:, 0] == pytest.approx([0.9, 0.1])
    assert columns[:, 1] == pytest.approx([0.4, 0.0])
    assert columns[:, 2] == pytest.approx(energy(styles))
    assert columns[:, 3] == pytest.approx(near)
    assert stock_features(styles[:, :1], features)[:, 1].tolist() == [0.0, 0.0]
