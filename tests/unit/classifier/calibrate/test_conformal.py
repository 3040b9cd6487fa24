"""Conformal sets keep their promise where photos can be exchanged, and say where a group was too small."""

import numpy as np
import pytest

from classifier.calibrate.conformal import GROUPS, TooFewPhotos, fit_conformal, quantile


def draw(chance: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities of the right answer, spread differently in each group."""
    names = chance.choice(GROUPS, count, p=[0.3, 0.4, 0.2, 0.1])
    spread = np.select([names == name for name in GROUPS], [1.0, 4.0, 8.0, 0.5])
    return chance.beta(spread, 1.0), names


@pytest.mark.parametrize("miss", [0.05, 0.1, 0.2])
def test_coverage_is_as_promised_in_every_group(miss):
    covered: dict[str, list[float]] = {name: [] for name in GROUPS}
    for seed in range(30):
        chance = np.random.default_rng(seed)
        sets = fit_conformal(*draw(chance, 2000), miss=miss)
        p_truth, names = draw(chance, 20_000)
        for name in GROUPS:
            covered[name].append(sets.holds(p_truth, names)[names == name].mean())

    for name in GROUPS:
        assert np.mean(covered[name]) == pytest.approx(1 - miss, abs=0.01)


def test_one_calibration_of_a_thousand_a_group_stays_within_two_points():
    chance = np.random.default_rng(11)
    sets = fit_conformal(*draw(chance, 10_000), miss=0.1)
    p_truth, names = draw(chance, 40_000)

    for name in GROUPS:
        assert sets.holds(p_truth, names)[names == name].mean() == pytest.approx(0.9, abs=0.02)


def test_pooled_quantiles_alone_would_break_the_promise_for_some_group():
    chance = np.random.default_rng(5)
    p_truth, names = draw(chance, 20_000)
    pooled = quantile(1 - p_truth, 0.1)

    shares = [(1 - p_truth[names == name] <= pooled).mean() for name in GROUPS]

    assert max(shares) - min(shares) > 0.2


def test_the_quantile_has_the_finite_sample_correction():
    scores = np.arange(1, 20) / 100  # 19 of them: ceil(20 * .9) = 18th

    assert quantile(scores, 0.1) == 0.18
    assert quantile(scores[:9], 0.1) == 0.09  # ceil(10 * .9) = 9th
    assert quantile(scores[:8], 0.1) == 1.0  # too few for a promise: everything is let in


def test_a_group_too_small_takes_the_quantile_of_all_and_says_so():
    chance = np.random.default_rng(2)
    p_truth, names = chance.random(500), np.where(np.arange(500) < 40, "warm", "cold")

    sets = fit_conformal(p_truth, names, 0.1)

    assert sets.quantiles["cold"].own
    assert sets.quantiles["cold"].n == 460
    for name in ("warm", "not_dress", "unlisted"):
        assert not sets.quantiles[name].own
        assert sets.quantiles[name].value == quantile(1 - p_truth, 0.1)


def test_a_rare_miss_needs_more_photos():
    with pytest.raises(TooFewPhotos, match="999"):
        fit_conformal(np.linspace(0, 1, 500), np.full(500, "warm"), 0.001)


def test_too_few_of_everything_is_refused():
    with pytest.raises(TooFewPhotos, match="there are 3"):
        fit_conformal(np.ones(3), np.full(3, "warm"))


@pytest.mark.parametrize("miss", [0.0, 1.0, -0.1])
def test_a_promise_out_of_range_is_refused(miss):
    with pytest.raises(ValueError, match="between 0 and 1"):
        fit_conformal(np.ones(100), np.full(100, "warm"), miss)


def test_styles_are_judged_by_how_well_they_are_known():
    chance = np.random.default_rng(1)
    sets = fit_conformal(*draw(chance, 4000), miss=0.1)

    cold, warm = sets.style_limits(np.array([0, 3]))

    assert cold == 1 - sets.quantiles["cold"].value
    assert warm == 1 - sets.quantiles["warm"].value
    assert cold < warm
