"""Invented worlds: shares, and a model that is as often right as it says."""

from statistics import mean

from truther.simulate.plan import Plan
from truther.simulate.world import KNOWN, invent

WORLD = invent(Plan(photos=6000))
DRESSES = [photo for photo in WORLD.photos if photo.kind == "dress"]


def within(photo, count: int) -> bool:
    return photo.sku in [sku for sku, _ in photo.candidates[:count]]


def test_kinds_come_in_their_shares():
    kinds = [photo.kind for photo in WORLD.photos]

    assert abs(kinds.count("dress") / 6000 - 0.74) < 0.02
    assert abs(kinds.count("unlisted") / 6000 - 0.07) < 0.02
    assert abs(mean(photo.hard for photo in WORLD.photos) - 0.15) < 0.02


def test_the_model_finds_what_it_is_said_to_find_and_less_on_hard_photos():
    easy = [photo for photo in DRESSES if not photo.hard]
    hard = [photo for photo in DRESSES if photo.hard]

    assert abs(mean(within(photo, 1) for photo in easy) - 0.75) < 0.03
    assert abs(mean(within(photo, 3) for photo in easy) - 0.92) < 0.02
    assert abs(mean(within(photo, 1) for photo in hard) - 0.45) < 0.06


def test_the_first_candidate_is_right_about_as_often_as_its_probability_says():
    sure = [photo for photo in DRESSES if photo.candidates[0][1] / photo.p_dress > 0.8]
    unsure = [photo for photo in DRESSES if photo.candidates[0][1] / photo.p_dress < 0.5]

    for photos in (sure, unsure):
        said = mean(photo.candidates[0][1] / photo.p_dress for photo in photos)
        assert abs(mean(within(photo, 1) for photo in photos) - said) < 0.05


def test_some_photos_without_a_dress_score_high():
    others = [photo for photo in WORLD.photos if photo.kind == "not_dress"]

    assert 0.1 < mean(photo.p_dress > 0.5 for photo in others) < 0.2


def test_candidates_are_different_styles_with_shares_that_add_up():
    for photo in WORLD.photos[:200]:
        skus, shares = zip(*photo.candidates, strict=True)
        assert len(set(skus)) == 15
        assert abs(sum(shares) - photo.p_dress) < 1e-3


def test_truth_is_said_as_a_tally_says_it():
    said = {photo.kind: photo.answer for photo in WORLD.photos if photo.kind != "dress"}

    assert said == {"unlisted": "none", "not_dress": "not_dress"}
    assert DRESSES[0].answer == f"style:{DRESSES[0].sku}"


def test_the_same_seed_invents_the_same_world_and_the_rule_has_no_part_in_it():
    small = invent(Plan(photos=50, styles=40))

    assert invent(Plan(photos=50, styles=40, rule="posterior:.99")) == small
    assert invent(Plan(photos=50, styles=40, seed=2)) != small
    assert len(small.known) == min(KNOWN, 50)
