"""What votes say together."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import MINUTE, NOON
from truther.rules.consensus import FIRST_TO_2, Ballot, Outcome, Rule, consensus_of


def outcome_of(*answers: str, rule: Rule = FIRST_TO_2, fits: tuple[bool | None, ...] = ()) -> Outcome:
    """Cast one ballot per answer, a minute apart."""
    padded = [*fits, *[None] * len(answers)]
    ballots = [
        Ballot(f"v{n}", f"p{n}", answer, NOON + n * MINUTE, padded[n]) for n, answer in enumerate(answers)
    ]
    return consensus_of(ballots, rule)


def test_two_people_who_agree_settle() -> None:
    outcome = outcome_of("style:red", "style:red")

    assert (outcome.state, outcome.answer, outcome.agreement) == ("settled", "style:red", 1.0)
    assert outcome.settled_at == NOON + MINUTE


def test_the_first_answer_to_reach_two_settles_and_later_votes_do_not_count() -> None:
    outcome = outcome_of("style:red", "style:blue", "style:blue", "style:red", "style:red")

    assert (outcome.answer, outcome.votes) == ("style:blue", 3)
    assert outcome.tally == {"style:red": 1, "style:blue": 2}
    assert outcome.agreement == pytest.approx(2 / 3)


def test_one_vote_is_not_enough() -> None:
    assert outcome_of("style:red") == Outcome("open", 1, 1, {"style:red": 1})


def test_two_different_styles_never_merge() -> None:
    assert outcome_of("style:red", "style:red-long").state == "open"


@pytest.mark.parametrize("answer", ["none", "cant_tell"])
def test_two_who_find_no_style_of_ours_call_an_expert(answer: str) -> None:
    outcome = outcome_of(answer, "style:red", answer)

    assert (outcome.state, outcome.why, outcome.need) == ("contested", answer, 0)


def test_people_who_never_agree_call_an_expert_at_the_cap() -> None:
    outcome = outcome_of("style:a", "style:b", "style:c", "style:d", "style:e", "style:e")

    assert (outcome.state, outcome.why, outcome.votes) == ("contested", "split", 5)


def test_not_a_dress_settles_like_a_style() -> None:
    assert outcome_of("not_dress", "not_dress").answer == "not_dress"


def test_an_expert_decides_alone() -> None:
    ballots = [
        Ballot("v1", "ann", "none", NOON),
        Ballot("v2", "ben", "none", NOON + MINUTE),
        Ballot("v3", "sam", "style:red", NOON + 2 * MINUTE, fit=True, expert=True),
    ]

    outcome = consensus_of(ballots, FIRST_TO_2)

    assert (outcome.state, outcome.answer, outcome.by_expert, outcome.fit) == (
        "settled",
        "style:red",
        True,
        True,
    )
    assert outcome.agreement == pytest.approx(1 / 3)
    assert outcome.votes == 3


def test_an_expert_who_cannot_tell_leaves_it_contested() -> None:
    ballots = [
        Ballot("v1", "ann", "none", NOON),
        Ballot("v2", "sam", "cant_tell", NOON + MINUTE, expert=True),
    ]

    outcome = consensus_of(ballots, FIRST_TO_2)

    assert (outcome.state, outcome.why) == ("contested", "expert")


@pytest.mark.parametrize(
    ("fits", "fit"),
    [((True, True), True), ((True, False), False), ((None, True), True), ((None, None), False)],
)
def test_most_people_decide_whether_it_is_fit_to_show_and_a_tie_is_unfit(
    fits: tuple[bool | None, ...], fit: bool
) -> None:
    assert outcome_of("style:red", "style:red", fits=fits).fit is fit


def test_a_rule_that_can_settle_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot settle"):
        Rule("bad.v1", first_to=3, cap=2)


ANSWERS = st.sampled_from(["style:a", "style:b", "style:c", "none", "not_dress", "cant_tell"])
RULES = st.builds(
    Rule,
    version=st.just("any.v1"),
    first_to=st.integers(1, 3),
    min_humans=st.integers(1, 4),
    cap=st.integers(4, 7),
)


@st.composite
def votes(draw: st.DrawFn) -> list[Ballot]:
    """Votes of different people, some cast in the same moment."""
    answers = draw(st.lists(ANSWERS, max_size=9))
    minutes = draw(st.lists(st.integers(0, 4), min_size=len(answers), max_size=len(answers)))
    return [
        Ballot(f"v{n}", f"p{n}", answer, NOON + timedelta(minutes=minute), n % 2 == 0)
        for n, (answer, minute) in enumerate(zip(answers, minutes, strict=True))
    ]


@given(votes(), RULES, st.randoms())
def test_the_order_of_arrival_changes_nothing(ballots: list[Ballot], rule: Rule, chance: object) -> None:
    shuffled = list(ballots)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    assert consensus_of(shuffled, rule) == consensus_of(ballots, rule)


@given(votes(), RULES)
def test_nothing_settles_below_the_least_number_of_people_or_above_the_cap(
    ballots: list[Ballot], rule: Rule
) -> None:
    outcome = consensus_of(ballots, rule)

    if outcome.state == "settled":
        assert outcome.votes >= rule.min_humans
        assert outcome.tally[outcome.answer] >= rule.first_to
        assert 0 < outcome.agreement <= 1
    assert outcome.votes <= rule.cap


@given(votes(), RULES)
def test_the_tally_adds_up_and_only_open_photos_need_votes(ballots: list[Ballot], rule: Rule) -> None:
    outcome = consensus_of(ballots, rule)

    assert sum(outcome.tally.values()) == outcome.votes
    assert (outcome.need > 0) == (outcome.state == "open")


@given(votes(), ANSWERS, RULES)
def test_a_vote_taken_back_and_given_again_as_the_last_counts_as_the_last(
    ballots: list[Ballot], answer: str, rule: Rule
) -> None:
    before = consensus_of(ballots, rule)
    again = Ballot("again", "late", answer, NOON + 10 * MINUTE)

    after = consensus_of([*ballots, again], rule)

    assert consensus_of([b for b in [*ballots, again] if b.id != "again"], rule) == before
    if before.state != "open":
        assert after == before
