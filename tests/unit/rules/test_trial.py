"""The simulation behind the table of rules: the same table for the same seed, and what arithmetic says."""

import pytest

from truther.rules.trial import CALM, STRESS, scenes_of, try_rules


def test_the_same_seed_gives_the_same_table() -> None:
    tables = [list(try_rules([STRESS], photos=200, seed=seed)) for seed in (1, 1, 2)]

    assert tables[0] == tables[1]
    assert tables[0] != tables[2]


def test_what_can_be_computed_by_hand_comes_out() -> None:
    found = {tried.rule: tried for tried in try_rules([CALM], photos=4000, seed=1)}

    one = found["one vote"]
    assert (one.votes, one.contested) == (1.0, 0.0)
    assert one.right == pytest.approx(0.9, abs=0.02)
    # Two of two agree with .9 ** 2 + 4 * .025 ** 2; otherwise a third vote is cast, and so on.
    assert found["first to 2, cap 5"].votes == pytest.approx(2.21, abs=0.04)
    # What two average people say alike is wrong with 4 * .025 ** 2 of .8125; a lead of two is asked for.
    assert found["posterior .99, cap 7"].right == pytest.approx(0.997, abs=0.003)


def test_stress_makes_people_err_together() -> None:
    right = {
        (tried.world, tried.rule): tried.right for tried in try_rules([CALM, STRESS], photos=3000, seed=1)
    }

    for rule in ("first to 2, cap 5", "posterior .99, cap 7"):
        assert right["stress", rule] < right["calm", rule] - 0.01
    assert right["stress", "posterior .99, cap 7"] > right["stress", "first to 2, cap 5"] + 0.01


def test_a_scene_holds_a_vote_for_each_that_a_rule_may_ask_for() -> None:
    scenes = list(scenes_of(STRESS, photos=20, seed=1))

    assert {len(scene.ballots) for scene in scenes} == {7}
    assert {ballot.accuracy for scene in scenes for ballot in scene.ballots} == {0.9}
