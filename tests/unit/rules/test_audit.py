"""What second looks say of a golden record."""

import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import MINUTE, NOON
from truther.rules.audit import Finding, finding_of, pattern_of
from truther.rules.consensus import FIRST_TO_2, Ballot, Rule
from truther.rules.quality import wilson

ANSWERS = ("style:red", "style:blue", "none", "not_dress", "cant_tell")


def looks(*answers: str) -> list[Ballot]:
    return [
        Ballot(f"v{number}", f"p{number}", answer, NOON + number * MINUTE)
        for number, answer in enumerate(answers)
    ]


def test_the_look_that_decides_dates_the_finding_and_later_ones_do_not_count():
    found = finding_of("style:red", looks("style:red", "style:red", "style:blue"), FIRST_TO_2)

    assert found == Finding("confirmed", 2, "style:red", NOON + MINUTE)


def test_the_rule_that_settled_the_photo_counts_its_looks():
    stricter = Rule("three", first_to=3, cap=7)

    assert finding_of("style:red", looks("style:red", "style:red"), stricter).state == "open"


def test_an_experts_word_ends_it_whatever_the_looks_say():
    word = Ballot("e", "sam", "style:blue", NOON + timedelta(hours=1), expert=True)
    split = looks("style:red", "style:blue")

    assert finding_of("style:red", split, FIRST_TO_2, word=word) == Finding(
        "corrected", 2, "style:blue", word.cast_at
    )
    assert finding_of("style:blue", split, FIRST_TO_2, word=word).state == "upheld"


@given(st.lists(st.sampled_from(ANSWERS), max_size=8), st.sampled_from(ANSWERS[:4]), st.randoms())
def test_the_order_in_which_looks_are_read_does_not_matter(answers, golden, chance):
    ballots = looks(*answers)
    shuffled = ballots[:]
    chance.shuffle(shuffled)

    found = finding_of(golden, ballots, FIRST_TO_2)

    assert finding_of(golden, shuffled, FIRST_TO_2) == found
    assert (found.closed_at is None) == (found.state == "open")
    assert (found.state == "confirmed") == (found.state != "open" and found.found == golden)


@pytest.mark.parametrize(
    ("votes", "agreement", "by_expert", "pattern"),
    [
        (2, 1.0, False, "2-0"),
        (3, 2 / 3, False, "2-1"),
        (5, 0.6, False, "3-2"),
        (7, 3 / 7, False, "3-4"),
        (3, 1 / 3, True, "expert"),
    ],
)
def test_a_pattern_counts_the_votes_for_and_against(votes, agreement, by_expert, pattern):
    assert pattern_of(votes, agreement, by_expert=by_expert) == pattern


def test_what_an_audit_measures_holds_the_truth_as_often_as_its_interval_says():
    """People are right nine times in ten, golden records 95 times in a hundred; experts see the truth."""
    chance = random.Random(7)
    held = sum(_measured(chance, drawn=100) for _ in range(200))

    assert 0.92 <= held / 200 <= 0.995


def _measured(chance: random.Random, *, drawn: int) -> bool:
    """Audit some photos by people and an expert; return whether the interval holds the true accuracy."""
    right = 0
    for _ in range(drawn):
        golden = "style:true" if chance.random() < 0.95 else "style:0"
        said = ["style:true" if chance.random() < 0.9 else f"style:{chance.randrange(4)}" for _ in range(5)]
        found = finding_of(golden, looks(*said), FIRST_TO_2)
        if found.state == "disputed":
            word = Ballot("e", "sam", "style:true", NOON + timedelta(hours=1), expert=True)
            found = finding_of(golden, looks(*said), FIRST_TO_2, word=word)
        right += found.state in ("confirmed", "upheld")
    low, high = wilson(right, drawn)
    return low <= 0.95 <= high
