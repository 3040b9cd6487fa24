"""Plans and rules as the command line names them."""

from datetime import UTC, datetime

import pytest

from truther.simulate.plan import Plan, WrongPlan, rule_variant


def test_first_to_2_asks_at_most_5_people_and_first_to_3_at_most_7():
    assert rule_variant("first_to:2").parameters == {
        "rule": "first_to",
        "first_to": 2,
        "min_humans": 2,
        "cap": 5,
        "tie": "expert",
    }
    assert rule_variant("first_to:3").parameters["cap"] == 7


def test_a_posterior_rule_may_name_its_cap():
    variant = rule_variant("posterior:.99:9")

    assert (variant.parameters["posterior"], variant.parameters["cap"]) == (0.99, 9)
    assert variant.version == "simulated-posterior-99-9.v1"


@pytest.mark.parametrize("text", ["first_to", "first_to:0", "first_to:x", "posterior:1", "majority:2", ""])
def test_what_is_no_rule_is_refused_in_a_sentence(text):
    with pytest.raises(WrongPlan, match="A rule is written first_to:2 or posterior"):
        rule_variant(text)


def test_photos_follow_from_the_votes_unless_they_are_named():
    assert Plan(votes=3281).size == 1367
    assert Plan(votes=3281, photos=500).size == 500


def test_weekends_lie_between_working_days():
    assert Plan().working_day(4) == datetime(2026, 3, 6, tzinfo=UTC)
    assert Plan().working_day(5) == datetime(2026, 3, 9, tzinfo=UTC)


@pytest.mark.parametrize("wrong", [{"people": 1}, {"days": 0}, {"votes": 0}, {"styles": 5}, {"hard": 1.5}])
def test_a_plan_that_cannot_be_played_names_its_option(wrong):
    with pytest.raises(WrongPlan, match=f"--{next(iter(wrong))}"):
        Plan(**wrong)
