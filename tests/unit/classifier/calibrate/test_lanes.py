"""Lanes past the people keep their promise, and second looks tell when they no longer do."""

import numpy as np
import pytest

from classifier.calibrate.bounds import lower_bound, upper_bound
from classifier.calibrate.lanes import Lane, Lanes, Outcome, audit, fewest_photos, fit_lane, fit_lanes, route

LANES = Lanes(0.05, 0.95, accept=Lane(0.9), reject=Lane(0.95))


@pytest.mark.parametrize(
    ("wrong", "n", "expected"),
    [(0, 100, 0.02951), (1, 100, 0.04656), (10, 200, 0.08336), (100, 100, 1.0)],  # R: binom.test
)
def test_the_upper_bound_is_clopper_and_pearsons(wrong, n, expected):
    assert upper_bound(wrong, n, 0.95) == pytest.approx(expected, abs=1e-4)


def test_the_lower_bound_mirrors_it():
    assert lower_bound(0, 50, 0.95) == 0.0
    assert lower_bound(90, 100, 0.95) == pytest.approx(1 - upper_bound(10, 100, 0.95))
    assert upper_bound(300, 20_000, 0.95) == pytest.approx(0.0165, abs=2e-4)


def draw(chance: np.random.Generator, count: int):
    """Scores that are honest probabilities of being right."""
    scores = chance.beta(6, 0.5, count)
    return scores, chance.random(count) > scores


def test_no_more_is_wrong_than_promised_except_in_one_of_twenty_calibrations():
    error, chance = 0.02, np.random.default_rng(8)
    scores, wrong = draw(chance, 100_000)  # stands for all photos to come

    broken, decided = 0, []
    for _ in range(200):
        lane = fit_lane(*draw(chance, 2000), error=error, confidence=0.95)
        if lane.threshold is not None:
            taken = scores >= lane.threshold
            broken += wrong[taken].mean() > error
            decided.append(taken.mean())

    assert broken <= 16  # of 200: 10 expected at most, 16 is three in a hundred more
    assert len(decided) > 150  # and the promise is worth something
    assert np.mean(decided) > 0.2


def test_what_was_tested_is_written_down():
    scores, wrong = draw(np.random.default_rng(1), 2000)

    lane = fit_lane(scores, wrong, error=0.05, confidence=0.95)

    assert lane.threshold is not None
    taken = scores >= lane.threshold
    assert (lane.n, lane.wrong) == (taken.sum(), wrong[taken].sum())
    assert lane.bound is not None
    assert lane.wrong / lane.n < lane.bound <= 0.05


def test_without_photos_enough_or_good_enough_there_is_no_lane():
    few, bad = np.ones(50), np.ones(2000)

    assert fit_lane(few, few < 0, error=0.01, confidence=0.95) == Lane(None)
    assert fit_lane(bad, np.arange(2000) % 10 == 0, error=0.01, confidence=0.95) == Lane(None)
    assert fit_lane(np.zeros(0), np.zeros(0, dtype=bool), error=0.1, confidence=0.95) == Lane(None)


@pytest.mark.parametrize(("error", "confidence"), [(0.01, 0.95), (0.05, 0.95), (0.2, 0.975)])
def test_one_photo_fewer_than_the_fewest_opens_no_lane_whatever_they_say(error, confidence):
    fewest = fewest_photos(error, confidence)
    scores = np.linspace(0.5, 1.0, fewest)
    right = np.zeros(fewest, dtype=bool)

    assert fit_lane(scores, right, error=error, confidence=confidence).n == fewest
    assert fit_lane(scores[1:], right[1:], error=error, confidence=confidence) == Lane(None)


def test_both_lanes_come_from_the_same_photos():
    chance = np.random.default_rng(4)
    is_dress = chance.random(4000) < 0.6
    p_dress = np.where(is_dress, chance.beta(9, 1, 4000), chance.beta(1, 30, 4000))
    p_first = p_dress * chance.beta(9, 1, 4000)

    lanes = fit_lanes(p_first, is_dress & (p_first > 0.6), p_dress, is_dress, error=0.02)

    assert lanes.decide(0.99, 0.99) == "accept"
    assert lanes.decide(0.001, 0.001) == "reject"
    assert lanes.decide(0.4, 0.6) == "ask"
    assert (
        Lanes.from_json(
            {
                "error": 0.02,
                "confidence": 0.95,
                "accept": vars_of(lanes.accept),
                "reject": vars_of(lanes.reject),
            }
        )
        == lanes
    )


def vars_of(lane: Lane) -> dict:
    return {"threshold": lane.threshold, "n": lane.n, "wrong": lane.wrong, "bound": lane.bound}


@pytest.mark.parametrize(("error", "confidence"), [(0.0, 0.95), (1.0, 0.95), (0.01, 1.0)])
def test_a_promise_out_of_range_is_refused(error, confidence):
    nothing = np.zeros(0)
    with pytest.raises(ValueError, match="between 0 and 1"):
        fit_lanes(nothing, nothing > 0, nothing, nothing > 0, error=error, confidence=confidence)


def test_without_lanes_people_are_asked_everything():
    assert route(None, "p1", 1.0, 1.0).decision == "ask"
    assert route(LANES, "p1", 0.5, 0.9).propensity == 1.0


def test_a_random_share_of_automatic_decisions_is_seen_and_its_chance_is_known():
    routes = [route(LANES, f"p{n}", 0.95, 1.0, share=0.04) for n in range(5000)]

    assert {each.decision for each in routes} == {"accept"}
    assert {each.propensity for each in routes} == {0.04}
    assert np.mean([each.seen for each in routes]) == pytest.approx(0.04, abs=0.01)
    assert routes == [route(LANES, f"p{n}", 0.95, 1.0, share=0.04) for n in range(5000)]


def outcomes(n: int, wrong: int, propensity: float = 0.04) -> list[Outcome]:
    return [
        Outcome(f"p{propensity}-{k}", "accept", right=k >= wrong, propensity=propensity) for k in range(n)
    ]


def test_second_looks_confirm_break_or_leave_open():
    assert audit(outcomes(400, 8), LANES)["accept"].verdict == "holds"
    assert audit(outcomes(400, 40), LANES)["accept"].verdict == "broken"
    assert audit(outcomes(40, 1), LANES)["accept"].verdict == "open"
    nothing = audit([], LANES)["reject"]
    assert (nothing.n, nothing.share, nothing.verdict) == (0, None, "open")


def test_looks_with_a_higher_chance_are_thinned_to_the_lowest():
    # where it is easy to look, half is looked at and all is right; elsewhere little is, and a fifth is wrong
    easy, hard = outcomes(4000, 0, propensity=0.5), outcomes(400, 80, propensity=0.05)

    found = audit([*easy, *hard], LANES)["accept"]

    assert found.n == pytest.approx(800, abs=80)
    assert found.share == pytest.approx(0.1, abs=0.02)  # not 80 of 4400
    assert found.verdict == "broken"


def test_a_propensity_that_is_no_chance_is_refused():
    with pytest.raises(ValueError, match="chance of having been shown"):
        audit([Outcome("p1", "accept", right=True, propensity=0.0)], LANES)
