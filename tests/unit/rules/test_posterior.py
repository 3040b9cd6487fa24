"""How sure an answer is, and what settles under a posterior rule."""

import math
from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import MINUTE, NOON
from truther.rules.consensus import Ballot, Outcome, Rule, consensus_of
from truther.rules.posterior import ANSWERS, certainty, votes_missing, weight

SURE = Rule("posterior-99.v2", "posterior", cap=5, posterior=0.99)


def cast(*said: tuple[str, float], start: int = 0) -> list[Ballot]:
    """Make one ballot for each answer and accuracy, a minute apart."""
    return [
        Ballot(f"v{n}", f"p{n}", answer, NOON + n * MINUTE, accuracy=accuracy)
        for n, (answer, accuracy) in enumerate(said, start=start)
    ]


def by_hand(said: Sequence[tuple[str, float]], answer: str) -> float:
    """Bayes' rule as the textbook has it: one product of likelihoods for each thing that may be true."""
    seen = sorted({each for each, _ in said} | {answer})
    worlds = seen + [f"unseen {n}" for n in range(ANSWERS - len(seen))]
    likelihood = {
        truth: math.prod(
            accuracy if each == truth else (1 - accuracy) / (ANSWERS - 1) for each, accuracy in said
        )
        for truth in worlds
    }
    return likelihood[answer] / sum(likelihood.values())


@pytest.mark.parametrize(
    "said",
    [
        [("a", 0.9)],
        [("a", 0.9), ("a", 0.9)],
        [("a", 0.6), ("b", 0.9), ("a", 0.8)],
        [("a", 0.9), ("b", 0.9), ("c", 0.9), ("d", 0.9), ("e", 0.7), ("a", 0.5)],
    ],
)
def test_certainty_is_bayes_rule(said: list[tuple[str, float]]) -> None:
    scores: dict[str, float] = {}
    for answer, accuracy in said:
        scores[answer] = scores.get(answer, 0.0) + weight(accuracy)

    assert certainty(scores, "a") == pytest.approx(by_hand(said, "a"), abs=1e-12)
    assert certainty(scores, "never said") == pytest.approx(by_hand(said, "never said"), abs=1e-12)


def test_two_average_people_are_996_in_a_thousand_sure() -> None:
    assert certainty({"a": 2 * weight(0.9)}, "a") == pytest.approx(1296 / 1300)


def test_nobody_counts_for_more_than_the_surest_and_nobody_counts_against_what_they_say() -> None:
    assert weight(1.0) == weight(0.99)
    assert weight(0.2) == weight(0.1) == weight(0.0) == 0.0


def test_no_number_of_votes_overflows() -> None:
    assert certainty({"a": 10_000.0, "b": 1.0}, "a") == 1.0
    assert certainty({"a": 10_000.0, "b": 1.0}, "b") == 0.0


def test_two_average_people_who_agree_settle_and_a_third_voice_asks_for_more() -> None:
    assert consensus_of(cast(("style:red", 0.9), ("style:red", 0.9)), SURE).answer == "style:red"

    torn = consensus_of(cast(("style:red", 0.9), ("style:blue", 0.9), ("style:red", 0.9)), SURE)

    assert (torn.state, torn.need) == ("open", 1)


def test_people_often_wrong_need_company() -> None:
    hurried = [("style:red", 0.6)] * 4

    states = [consensus_of(cast(*hurried[:count]), SURE).state for count in (2, 3, 4)]

    assert states == ["open", "open", "settled"]


def test_one_persons_word_never_settles_however_sure() -> None:
    outcome = consensus_of(cast(("style:red", 0.999), ("style:blue", 0.1), ("style:green", 0.1)), SURE)

    assert outcome.state == "open"
    assert outcome.need == 1


def test_none_of_these_calls_an_expert_when_it_is_sure() -> None:
    outcome = consensus_of(cast(("none", 0.9), ("none", 0.9)), SURE)

    assert (outcome.state, outcome.why) == ("contested", "none")


def test_cannot_tell_says_nothing_for_or_against_but_counts_toward_the_cap() -> None:
    unsure = cast(("style:red", 0.9), ("cant_tell", 0.9), ("style:red", 0.9))
    split = cast(*((f"style:{n}", 0.9) for n in range(4)), ("cant_tell", 0.9))

    assert consensus_of(unsure, SURE).state == "settled"
    assert consensus_of(unsure, SURE).votes == 3
    assert (consensus_of(split, SURE).state, consensus_of(split, SURE).why) == ("contested", "split")


def test_two_who_cannot_tell_call_an_expert() -> None:
    outcome = consensus_of(cast(("cant_tell", 0.9), ("style:red", 0.9), ("cant_tell", 0.9)), SURE)

    assert (outcome.state, outcome.why) == ("contested", "cant_tell")


def test_an_expert_decides_alone() -> None:
    word = Ballot("word", "sam", "style:blue", NOON + 9 * MINUTE, expert=True)

    outcome = consensus_of([*cast(("none", 0.9), ("none", 0.9)), word], SURE)

    assert (outcome.answer, outcome.by_expert) == ("style:blue", True)


def test_what_is_missing_of_a_fresh_photo_is_two() -> None:
    assert consensus_of([], SURE).need == 2
    assert votes_missing({}, "style:red", 0.9999) == 3


ANSWERED = st.sampled_from(["style:a", "style:b", "style:c", "style:d", "style:e", "none", "not_dress"])
ACCURACIES = st.floats(0.0, 1.0)
SAID = st.lists(st.tuples(st.one_of(ANSWERED, st.just("cant_tell")), ACCURACIES), max_size=8)
RULES = st.builds(
    Rule,
    version=st.just("any.v1"),
    rule=st.just("posterior"),
    min_humans=st.integers(2, 4),
    cap=st.integers(4, 9),
    posterior=st.floats(0.51, 0.9999),
)


@given(SAID, RULES, st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(said, rule, chance) -> None:
    ballots = cast(*said)
    shuffled = list(ballots)
    chance.shuffle(shuffled)

    assert consensus_of(shuffled, rule) == consensus_of(ballots, rule)


@given(st.lists(st.tuples(ANSWERED, ACCURACIES), min_size=1, max_size=5))
def test_how_sure_an_answer_is_does_not_depend_on_the_order_of_the_votes(said) -> None:
    found = set()
    for order in permutations(said):
        scores: dict[str, float] = {}
        for answer, accuracy in order:
            scores[answer] = scores.get(answer, 0.0) + weight(accuracy)
        found.add(round(certainty(scores, said[0][0]), 9))

    assert len(found) == 1


@given(st.lists(st.tuples(ANSWERED, ACCURACIES), max_size=8), ANSWERED, ACCURACIES)
def test_a_vote_never_speaks_against_its_answer_nor_for_another(said, answer, accuracy) -> None:
    scores: dict[str, float] = {}
    for each, known in said:
        scores[each] = scores.get(each, 0.0) + weight(known)
    more = scores | {answer: scores.get(answer, 0.0) + weight(accuracy)}

    assert certainty(more, answer) >= certainty(scores, answer) - 1e-12
    for other in {each for each, _ in said} - {answer}:
        assert certainty(more, other) <= certainty(scores, other) + 1e-12


@given(SAID, RULES)
def test_what_settles_is_sure_and_said_by_enough(said, rule) -> None:
    outcome = consensus_of(cast(*said), rule)

    if outcome.state == "settled":
        counted = [(a, min(max(known, 0.2), 0.99)) for a, known in said[: outcome.votes] if a != "cant_tell"]
        assert outcome.tally[outcome.answer] >= rule.min_humans
        assert outcome.answer not in ("none", "cant_tell")
        assert by_hand(counted, outcome.answer) >= rule.posterior - 1e-9
    assert outcome.votes <= rule.cap
    assert (outcome.need > 0) == (outcome.state == "open")


@given(SAID, RULES)
def test_as_many_matching_votes_as_are_needed_settle_an_open_photo(said, rule) -> None:
    roomy = Rule("roomy.v1", "posterior", min_humans=rule.min_humans, cap=25, posterior=rule.posterior)
    before = consensus_of(cast(*said), roomy)
    named = sorted(answer for answer in before.tally if answer not in ("none", "cant_tell")) or ["style:a"]

    def with_more(count: int) -> list[Outcome]:
        ends = (cast(*said) + cast(*[(answer, 0.9)] * count, start=len(said)) for answer in named)
        return [consensus_of(ballots, roomy) for ballots in ends]

    if before.state == "open":
        assert "settled" in {outcome.state for outcome in with_more(before.need)}
        assert {outcome.state for outcome in with_more(before.need - 1)} == {"open"}


@given(SAID, RULES, ANSWERED, ACCURACIES)
def test_what_is_decided_stays_decided_when_a_later_vote_comes(said, rule, answer, accuracy) -> None:
    before = consensus_of(cast(*said), rule)
    late = Ballot("late", "late", answer, NOON + timedelta(hours=1), accuracy=accuracy)

    if before.state != "open":
        assert consensus_of([*cast(*said), late], rule) == before


@given(SAID, RULES)
def test_experts_decide_alone_under_any_rule(said, rule) -> None:
    word = Ballot("word", "sam", "style:z", NOON + timedelta(hours=1), expert=True)

    outcome = consensus_of([*cast(*said), word], rule)

    assert (outcome.state, outcome.answer, outcome.by_expert) == ("settled", "style:z", True)
