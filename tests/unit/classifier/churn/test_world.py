"""The catalogue comes and goes by the seed alone, and people are as right as the settings say."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from classifier.bench.drawing import Sketch
from classifier.churn import Settings, WrongSimulation
from classifier.churn.voting import CAP, settle
from classifier.churn.world import Post, calendar, exam_of, posts_of
from classifier.snapshot import split_of

SETTINGS = Settings(
    seed=3, styles=12, arrivals=3, retirements=2, archive=60, photos=30, exam=1, exam_others=12
)
OFFERED = ("A", "B", "C")


def post(label="style", sku="A", number=0) -> Post:
    return Post(f"p{number}", "ann", label, sku, Sketch("images/p.webp", "dress"))


def test_more_nights_begin_with_the_same_ones():
    assert calendar(SETTINGS, 6)[:4] == calendar(SETTINGS, 3)


def test_styles_arrive_and_what_is_retired_never_comes_back():
    days = calendar(SETTINGS, 6)

    for before, day in pairwise(days):
        assert [style.sku for style in day.active[-3:]] == [style.sku for style in day.arrivals]
        assert len(day.active) == len(before.active) + 1
        assert day.retired[: len(before.retired)] == before.retired
        assert not {style.sku for style in day.active} & {style.sku for style in day.retired}


def test_a_catalogue_never_runs_empty():
    last = calendar(replace(SETTINGS, arrivals=0, retirements=5), 9)[-1]

    assert len(last.active) == 2
    assert len(last.retired) == 10


def test_posts_show_what_is_on_offer_and_the_exam_shares_no_photo_with_them():
    day = calendar(SETTINGS, 1)[1]
    posts = posts_of(day, replace(SETTINGS, photos=300))

    assert posts == posts_of(day, replace(SETTINGS, photos=300))
    assert {each.sku for each in posts} - {""} <= {style.sku for style in day.active}
    shares = [
        np.mean([each.label == label for each in posts]) for label in ("style", "not_dress", "unlisted")
    ]
    assert shares == pytest.approx([0.69, 0.25, 0.06], abs=0.06)
    exam = exam_of(day.active, SETTINGS)
    assert len(exam) == len(day.active) + 12
    assert not {each.sketch.seed for each in exam} & {each.sketch.seed for each in posts}


def settled_shares(settings: Settings, shown: Post) -> dict[str, float]:
    chance = np.random.default_rng(5)
    found = [settle(replace(shown, photo=f"p{n}"), OFFERED, settings, chance) for n in range(2000)]
    assert all(2 <= each.votes <= CAP for each in found)
    assert all(sum(each.row.answers.values()) == each.votes for each in found)
    return {
        "right": sum(each.right for each in found) / 2000,
        "first": sum(each.row.sku == "A" for each in found) / 2000,
        "expert": sum(each.asked_expert for each in found) / 2000,
        "audit": sum(each.row.tags == ("audit",) for each in found) / 2000,
    }


def test_two_people_who_agree_settle_a_photo_and_errors_drift_to_the_first_guess():
    settings = replace(SETTINGS, audits=0.0)
    drifting = settled_shares(settings, post(sku="B"))
    still = settled_shares(replace(settings, drift=0.0), post(sku="B"))

    assert drifting["right"] == pytest.approx(0.97, abs=0.02)  # FACTS: first to 2 of people right .9
    assert still["right"] > drifting["right"]
    assert drifting["first"] > 2 * still["first"]
    assert drifting["expert"] < 0.05


def test_people_who_are_always_right_settle_in_two_votes():
    found = settle(post(), OFFERED, replace(SETTINGS, accuracy=1.0), np.random.default_rng(0))

    assert (found.row.label, found.row.sku, dict(found.row.answers)) == ("style", "A", {"style:A": 2})
    assert (found.votes, found.asked_expert, found.right) == (2, False, True)
    assert found.row.split == split_of("ann", "p0")


def test_a_style_that_was_not_shown_goes_to_an_expert():
    shares = settled_shares(SETTINGS, post(sku="Z"))

    assert shares["expert"] > 0.95
    assert shares["right"] == pytest.approx(0.95, abs=0.03)
    assert shares["audit"] == pytest.approx(SETTINGS.audits, abs=0.03)


@pytest.mark.parametrize(
    ("label", "sku", "answer"), [("not_dress", "", {"not_dress": 2}), ("unlisted", "", {"none": 2})]
)
def test_what_is_no_style_is_settled_as_such(label, sku, answer):
    found = settle(post(label, sku), OFFERED, replace(SETTINGS, accuracy=1.0), np.random.default_rng(0))

    assert (found.row.label, found.row.sku, dict(found.row.answers)) == (label, "", answer)


@pytest.mark.parametrize(
    ("setting", "said"),
    [({"styles": 3}, "styles start at 4"), ({"accuracy": 1.2}, "shares"), ({"lr": 0}, "lr")],
)
def test_what_cannot_be_simulated_is_named(setting, said):
    with pytest.raises(WrongSimulation, match=said):
        replace(SETTINGS, **setting)
