"""How often people are right, learned from the votes, against a plain loop and a crowd with known truth."""

import random
from collections import defaultdict
from statistics import mean

import pytest

from truther.rules.accuracy import Estimate, estimate
from truther.rules.crowd import count_crowds, dawid_skene, gather, majority

Votes = list[tuple[str, str, str]]


def plain(votes: Votes, known: dict[str, str], rounds: int) -> dict[str, float]:
    """The same in loops, as one would explain it: beliefs about photos and people in turn."""
    people = {person for _, person, _ in votes}
    accuracy = dict.fromkeys(people, 0.9)
    by_photo: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for photo, person, answer in votes:
        by_photo[photo].append((person, answer))
    for _ in range(rounds):
        right, count = dict.fromkeys(people, 9.0), dict.fromkeys(people, 10.0)
        for photo, cast in by_photo.items():
            said = {answer for _, answer in cast}
            worlds = [*said, *(f"unseen {n}" for n in range(5 - len(said)))]
            likelihood = dict.fromkeys(worlds, 1.0)
            for truth in worlds:
                for person, answer in cast:
                    share = accuracy[person]
                    likelihood[truth] *= share if answer == truth else (1 - share) / 4
            whole = sum(likelihood.values())
            for person, answer in cast:
                if photo in known:
                    right[person] += answer == known[photo]
                elif len(cast) > 1:
                    right[person] += likelihood[answer] / whole
                count[person] += photo in known or len(cast) > 1
        accuracy = {person: right[person] / count[person] for person in people}
    return accuracy


def small_crowd() -> tuple[Votes, dict[str, str]]:
    """Sixty votes of six people, some photos known, some answered by one person alone."""
    chance = random.Random(3)
    votes = [
        (f"photo-{photo}", person, chance.choice(["style:a", "style:a", "style:b", "none", "not_dress"]))
        for photo in range(20)
        for person in chance.sample(["ann", "ben", "cem", "dora", "eve", "fay"], chance.randint(1, 5))
    ]
    return votes, {"photo-0": "style:a", "photo-1": "not_dress", "photo-2": "style:never-said"}


def test_it_finds_what_a_plain_loop_finds() -> None:
    votes, known = small_crowd()

    found = estimate(votes, known)

    assert found.converged
    expected = plain(votes, known, found.rounds)
    assert {name: person.accuracy for name, person in found.people.items()} == pytest.approx(
        expected, abs=1e-9
    )


def test_the_same_votes_in_any_order_give_the_same_digits() -> None:
    votes, known = small_crowd()
    shuffled = random.Random(1).sample(votes, len(votes))

    assert estimate(shuffled, known) == estimate(votes, known)


def test_nobody_voted() -> None:
    assert estimate([]) == Estimate({}, {}, 0, converged=True)


def test_somebody_alone_is_believed_as_the_prior_says() -> None:
    found = estimate([("p1", "ann", "style:a"), ("p2", "ann", "none")])

    assert found.people["ann"].accuracy == pytest.approx(0.9)
    assert found.people["ann"].answers == 0


def test_known_truths_are_not_outvoted() -> None:
    votes = [
        (f"p{n}", person, "style:b" if person == "ann" else "style:a")
        for n in range(10)
        for person in ("ann", "ben", "cem")
    ]

    found = estimate(votes, {f"p{n}": "style:b" for n in range(10)})

    assert found.people["ann"].accuracy == pytest.approx(19 / 20)
    assert found.people["ben"].accuracy == pytest.approx(9 / 20)
    assert found.answers["p0"] == "style:b"


def test_a_truth_nobody_gave_makes_everybody_wrong() -> None:
    found = estimate([("p1", "ann", "style:a"), ("p1", "ben", "style:a")], {"p1": "none"})

    assert found.people["ann"].accuracy == pytest.approx(9 / 11)


def test_a_person_who_guesses_is_told_from_those_who_look() -> None:
    chance = random.Random(5)
    answers = ["style:a", "style:b", "style:c", "none", "not_dress"]
    votes = [
        (f"p{n}", person, "style:a" if person != "gus" else chance.choice(answers))
        for n in range(80)
        for person in ("ann", "ben", "gus")
    ]

    people = estimate(votes).people

    assert people["ann"].accuracy > 0.95
    assert people["gus"].accuracy < 0.4


def test_simulated_people_are_recovered_and_better_than_by_the_prior_alone() -> None:
    crowd = gather(20_000, seed=1)

    found = estimate(crowd.votes)

    assert found.converged
    seen = {name: person for name, person in found.people.items() if person.answers >= 50}
    missed = mean(abs(person.accuracy - crowd.accuracies[name]) for name, person in seen.items())
    ignorant = mean(abs(0.9 - crowd.accuracies[name]) for name in seen)
    assert len(seen) > 50
    assert missed < 0.04
    assert missed < 0.7 * ignorant


def test_one_coin_beats_the_majority_and_a_matrix_for_everybody_loses_to_both() -> None:
    one_coin, by_majority, matrices = count_crowds(3281, seeds=(1, 2, 3))

    assert 12 <= gather(3281, seed=2).median_votes <= 16
    assert one_coin.right > by_majority.right + 0.005
    assert matrices.right < by_majority.right


def test_the_textbooks_ways_agree_where_everybody_does() -> None:
    votes = [(f"p{n}", person, f"style:{n % 3}") for n in range(9) for person in ("ann", "ben", "cem")]

    assert majority(votes) == dawid_skene(votes) == estimate(votes).answers
