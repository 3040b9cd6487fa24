"""The temperature: found again, by how well a style is known, and held back by few photos."""

import numpy as np
import pytest

from classifier.calibrate.links import softmax
from classifier.calibrate.temperature import Sharpness, fit_sharpness


def photos(sharpness: Sharpness, count: int, counts_of_styles: np.ndarray):
    """Similarities, right answers drawn with that sharpness, and counts of the top candidates."""
    chance = np.random.default_rng(3)
    similarities = chance.uniform(-1, 1, (count, len(counts_of_styles)))
    tops = counts_of_styles[similarities.argmax(axis=1)]
    shares = softmax(sharpness.of(tops, similarities.max(axis=1))[:, None] * similarities)
    targets = np.array([chance.choice(len(counts_of_styles), p=share) for share in shares])
    return similarities, targets, tops


def test_the_sharpness_found_is_the_one_the_answers_were_drawn_with():
    similarities, targets, _ = photos(Sharpness(7.0), 4000, np.zeros(12))

    found = fit_sharpness(similarities, targets)

    assert found.base == pytest.approx(7.0, rel=0.05)
    assert found.growth == 0.0  # all cold: the growth is the prior's
    assert found.rise == pytest.approx(0.0, abs=0.5)


def test_styles_people_know_better_may_be_sharper():
    similarities, targets, tops = photos(Sharpness(5.0, 0.25), 8000, np.repeat([0, 2, 8, 20], 3))

    found = fit_sharpness(similarities, targets, tops)

    assert found.base == pytest.approx(5.0, rel=0.08)
    assert found.growth == pytest.approx(0.25, abs=0.04)


def test_photos_that_look_like_nothing_may_be_flatter():
    similarities, targets, tops = photos(Sharpness(12.0, 0.0, 3.0), 8000, np.zeros(5))

    found = fit_sharpness(similarities, targets, tops)

    assert found.base == pytest.approx(12.0, rel=0.08)
    assert found.rise == pytest.approx(3.0, abs=0.3)


def test_it_is_the_best_place_by_the_penalised_likelihood():
    similarities, targets, tops = photos(Sharpness(9.0, 0.1), 300, np.repeat([0, 5], 4))
    found = fit_sharpness(similarities, targets, tops)

    def loss(base: float, growth: float, rise: float) -> float:
        sharpness = Sharpness(base, growth, rise).of(tops, similarities.max(axis=1))
        shares = softmax(sharpness[:, None] * similarities)
        surprise = -np.log(shares[np.arange(300), targets]).sum()
        prior = np.log(base / 16) ** 2 + (growth / 0.1) ** 2 + (rise / 2) ** 2
        return surprise + 0.5 * prior

    best = loss(found.base, found.growth, found.rise)
    for base, growth, rise in [
        (1.02, 0, 0),
        (0.98, 0, 0),
        (1, 0.01, 0),
        (1, -0.01, 0),
        (1, 0, 0.1),
        (1, 0, -0.1),
    ]:
        assert loss(found.base * base, found.growth + growth, found.rise + rise) > best


def test_few_photos_that_are_all_right_do_not_run_away():
    similarities = np.array([[0.9, 0.1], [0.8, 0.3]])

    found = fit_sharpness(similarities, np.array([0, 0]), np.array([0, 9]), Sharpness(20.0, 0.05))

    assert 20.0 < found.base < 25.0
    assert found.growth == pytest.approx(0.05, abs=0.01)
    assert abs(found.rise) < 0.5


def test_answers_that_contradict_every_similarity_end_at_a_bound_and_not_in_nan():
    similarities = np.tile([0.9, -0.9], (500, 1))

    found = fit_sharpness(similarities, np.ones(500, dtype=np.int64))

    assert np.isfinite([found.base, found.growth]).all()
    assert found.base < 2.0
