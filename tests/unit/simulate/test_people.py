"""Simulated people: how much they play, when, and what they say."""

import random
from collections import Counter
from dataclasses import replace
from statistics import mean, median

import pytest

from truther.simulate.people import KINDS, Person, hire, say, shared_out, timetable
from truther.simulate.plan import MONDAY, Plan
from truther.simulate.world import Truth

PLAN = Plan(votes=3281)
PEOPLE = hire(PLAN)
HONEST, _, FIRST_TAKING, MODEL_LED, RANDOM = KINDS
SHOWN = ["S2", "S1", "S3"]
CANDIDATES = (("S2", 0.6), ("S1", 0.2), ("S3", 0.1))


def photo(number: int, kind: str = "dress", sku: str = "S1", *, hard: bool = False) -> Truth:
    return Truth(f"p{number}", kind, sku, hard, MONDAY, 0.9, CANDIDATES)


def answers(kind, truths, *, right: float = 0.9) -> Counter[str]:
    person = Person("ann", kind, right, 10)
    return Counter(say(person, truth, SHOWN, seed=1).answer for truth in truths)


def share(counted: Counter[str], answer: str) -> float:
    return counted[answer] / counted.total()


def test_votes_are_shared_out_to_the_last_one_and_everybody_gets_one():
    for votes, people in ((3281, 200), (200, 200), (50, 200), (7, 3)):
        counts = shared_out(votes, [random.Random(number).random() for number in range(people)])
        assert sum(counts) == votes
        assert min(counts) == (1 if votes >= people else 0)


def test_few_play_very_much_and_nobody_more_than_the_keenest_of_the_proof_of_concept():
    votes = sorted(person.votes for person in PEOPLE)

    assert sum(votes) == 3281
    assert votes[-1] <= 0.115 * 3281
    assert mean(votes) > 1.5 * median(votes)


def test_kinds_of_people_come_in_their_shares():
    kinds = Counter(person.kind.name for person in PEOPLE)

    assert kinds == {"honest": 132, "hurried": 36, "first-taking": 12, "model-led": 12, "random": 8}


def test_sittings_are_lunch_breaks_on_weekdays_that_hold_all_votes():
    sittings = timetable(PEOPLE, PLAN)

    assert sum(sitting.votes for sitting in sittings) == 3281
    assert {sitting.begins_at.weekday() for sitting in sittings} == {0, 1, 2, 3, 4}
    assert all(11 <= sitting.begins_at.hour <= 14 for sitting in sittings)
    assert [sitting.begins_at for sitting in sittings] == sorted(sitting.begins_at for sitting in sittings)


def test_nobody_sits_down_twice_on_one_day():
    names = [sitting.name for sitting in timetable(PEOPLE, Plan(votes=20_000))]

    assert len(names) == len(set(names))


def test_an_honest_person_is_right_as_often_as_told():
    said = answers(replace(HONEST, unsure=0.0), [photo(number) for number in range(3000)])

    assert share(said, "style:S1") == pytest.approx(0.9, abs=0.02)


def test_on_hard_photos_people_err_more_and_mostly_with_the_model():
    kind = replace(HONEST, unsure=0.0, slips=0.0)
    said = answers(kind, [photo(number, hard=True) for number in range(3000)])

    wrong = said.total() - said["style:S1"]
    assert share(said, "style:S1") == pytest.approx(0.9 * 0.68, abs=0.03)
    assert said["style:S2"] / wrong == pytest.approx(0.6 + 0.4 / 4, abs=0.04)


def test_who_takes_the_first_option_takes_it_from_its_place_and_not_from_the_model():
    truths = [photo(number, kind="not_dress", sku="") for number in range(3000)]

    assert share(answers(FIRST_TAKING, truths, right=1.0), "style:S2") == pytest.approx(0.30, abs=0.03)
    person = Person("ann", FIRST_TAKING, 1.0, 10)
    turned = Counter(say(person, truth, ["S3", "S1", "S2"], seed=1).answer for truth in truths)
    assert share(turned, "style:S3") == pytest.approx(0.30, abs=0.03)


def test_who_is_led_by_the_model_takes_its_favourite_wherever_it_stands():
    truths = [photo(number, kind="not_dress", sku="") for number in range(3000)]
    person = Person("ann", MODEL_LED, 1.0, 10)

    turned = Counter(say(person, truth, ["S3", "S1", "S2"], seed=1).answer for truth in truths)

    assert share(turned, "style:S2") == pytest.approx(0.30, abs=0.03)


def test_a_random_person_says_anything_alike():
    said = answers(replace(RANDOM, unsure=0.0), [photo(number) for number in range(5000)], right=0.0)

    assert set(said) == {"style:S1", "style:S2", "style:S3", "none", "not_dress"}
    assert max(said.values()) - min(said.values()) < 200


def test_a_style_that_is_not_offered_is_searched_for_or_called_none_of_these():
    kind = replace(HONEST, unsure=0.0, slips=0.0, knows=0.4)
    said = answers(kind, [photo(number, sku="S9") for number in range(3000)], right=1.0)

    assert set(said) == {"style:S9", "none"}
    assert share(said, "style:S9") == pytest.approx(0.4, abs=0.03)


def test_a_slip_is_wrong_and_the_second_look_is_no_slip():
    kind = replace(HONEST, unsure=0.0, slips=1.0)
    person = Person("ann", kind, 1.0, 10)

    first = say(person, photo(1), SHOWN, seed=1)
    second = say(person, photo(1), SHOWN, seed=1, again=True)

    assert (first.slip, second.slip) == (True, False)
    assert first.answer != "style:S1"
    assert second.answer == "style:S1"


def test_the_same_seed_says_the_same():
    person = PEOPLE[0]

    assert say(person, photo(1), SHOWN, seed=1) == say(person, photo(1), SHOWN, seed=1)
    assert hire(PLAN) == PEOPLE
    assert timetable(PEOPLE, PLAN) == timetable(hire(PLAN), PLAN)
