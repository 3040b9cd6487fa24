"""Experts judge what people cannot, and every standing can be derived again from the votes."""

from typing import Any

import pytest

from tests.conftest import MINUTE, NOON
from tests.factories import make_batch, make_photo, make_style
from truther.flow import settle
from truther.models import Batch, Golden, Photo, Undo, Vote, VoteRule
from truther.models.photos import State

pytestmark = pytest.mark.django_db(databases=["default", "documents"])


@pytest.fixture
def contested() -> str:
    """A photo on which ann and ben found none of our styles."""
    make_batch()
    make_style("red-wrap")
    photo_id = make_photo("p1").pk
    store_votes(photo_id, ann="none", ben="none")
    Photo.objects.recount(photo_id, now=NOON)
    return photo_id


def store_votes(photo_id: str, **answers: str) -> None:
    """Store votes, a minute apart, without counting them."""
    for number, (person, answer) in enumerate(answers.items()):
        choice, _, style = answer.partition(":")
        Vote.objects.create(
            pk=f"vote-{person}-{photo_id}",
            photo_id=photo_id,
            person=person,
            choice=choice,
            style=style,
            fit=True,
            batch_id="batch-00001",
            cast_at=NOON + number * MINUTE,
        )


def judge(photo_id: str, choice: str, person: str = "sam", minute: int = 10, **values: Any) -> settle.Judged:
    """Let an expert judge."""
    return settle.judge(photo_id, choice, person_id=person, now=NOON + minute * MINUTE, **values)


def test_an_expert_settles_a_contested_photo_alone(contested: str) -> None:
    judged = judge(contested, "style", style="red-wrap", fit=True)

    golden = Golden.objects.get(pk=contested)
    assert judged.state == State.SETTLED
    assert (golden.style, golden.by_expert, golden.fit, golden.votes) == ("red-wrap", True, True, 3)
    assert golden.settled_at == NOON + 10 * MINUTE
    vote = Vote.objects.get(pk=judged.vote_id)
    assert (vote.expert, vote.late, vote.person) == (True, False, "sam")


def test_a_dress_that_is_none_of_ours_becomes_unlisted(contested: str) -> None:
    judge(contested, "none")

    assert Golden.objects.get(pk=contested).verdict == "unlisted"


def test_an_expert_may_find_no_dress(contested: str) -> None:
    judge(contested, "not_dress")

    assert Golden.objects.get(pk=contested).verdict == "not_dress"


def test_an_expert_who_cannot_tell_leaves_it_for_another(contested: str) -> None:
    assert judge(contested, "cant_tell").state == State.CONTESTED
    assert Photo.objects.get(pk=contested).why == "expert"

    assert judge(contested, "style", "tess", 11, style="red-wrap").state == State.SETTLED


def test_an_experts_own_earlier_vote_gives_way_to_the_judgement(contested: str) -> None:
    judged = judge(contested, "style", "ann", style="red-wrap")

    assert judged.state == State.SETTLED
    assert not Vote.objects.get(pk="vote-ann-p1").live
    assert Undo.objects.get().pk == "vote-ann-p1"
    assert Photo.objects.get(pk=contested).tally == {"none": 1, "style:red-wrap": 1}


def test_an_expert_may_think_again(contested: str) -> None:
    judge(contested, "cant_tell")

    assert judge(contested, "style", style="red-wrap", minute=11).state == State.SETTLED
    assert Vote.objects.live().filter(person="sam").count() == 1


def test_judging_in_the_same_words_mends_what_a_crash_left_undone(contested: str) -> None:
    first = judge(contested, "style", style="red-wrap")
    Photo.objects.filter(pk=contested).update(state=State.CONTESTED)
    Golden.objects.all().delete()

    second = judge(contested, "style", style="red-wrap", minute=11)

    assert first == second
    assert Golden.objects.get().settled_at == NOON + 10 * MINUTE


@pytest.mark.parametrize(
    ("choice", "style", "refusal"),
    [
        ("maybe", "", settle.ForgedVerdict),
        ("style", "", settle.ForgedVerdict),
        ("none", "red-wrap", settle.ForgedVerdict),
        ("style", "never-heard-of", settle.UnknownStyle),
    ],
)
def test_a_judgement_that_says_nothing_is_refused(
    contested: str, choice: str, style: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        judge(contested, choice, style=style)

    assert Vote.objects.count() == 2


def test_only_contested_photos_are_judged(contested: str) -> None:
    judge(contested, "not_dress")

    with pytest.raises(settle.NotContested):
        judge(contested, "style", "tess", 11, style="red-wrap")

    assert Golden.objects.get().verdict == "not_dress"


def test_derivation_of_what_is_in_step_changes_nothing(contested: str) -> None:
    before = Photo.objects.values().get()

    report = settle.rederive(now=NOON)

    assert (report.photos, report.undos_mended, report.drifts) == (1, 0, ())
    assert Photo.objects.values().get() == before


def test_drift_is_found_reported_and_mended(contested: str) -> None:
    make_photo("p2")
    store_votes("p2", ann="style:red-wrap", ben="style:red-wrap")
    Photo.objects.filter(pk=contested).update(votes=7)

    report = settle.rederive(now=NOON)

    found = {(drift.photo_id, drift.what): (drift.stored, drift.derived) for drift in report.drifts}
    assert found[("p1", "photo.votes")] == (7, 2)
    assert found[("p2", "photo.state")] == ("open", "settled")
    assert found[("p2", "golden.style")] == (None, "red-wrap")
    assert report.photos_mended == 2
    assert Photo.objects.get(pk=contested).votes == 2
    assert Golden.objects.get(pk="p2").settled_at == NOON + MINUTE
    assert settle.rederive(now=NOON).drifts == ()


def test_an_undoing_that_was_stored_but_not_marked_is_finished(contested: str) -> None:
    Undo.objects.create(pk="vote-ann-p1", person="ann", photo_id=contested, undone_at=NOON)

    report = settle.rederive(now=NOON)

    assert report.undos_mended == 1
    assert Photo.objects.get(pk=contested).state == State.OPEN


def test_a_golden_record_without_votes_is_taken_away(contested: str) -> None:
    store_votes_and_count("p2")
    Vote.objects.filter(photo_id="p2").update(live=False)

    settle.rederive(now=NOON)

    assert not Golden.objects.filter(pk="p2").exists()
    assert Photo.objects.get(pk="p2").state == State.OPEN


def store_votes_and_count(photo_id: str) -> None:
    """Make a photo that two people settled."""
    make_photo(photo_id)
    store_votes(photo_id, ann="style:red-wrap", ben="style:red-wrap")
    Photo.objects.recount(photo_id, now=NOON)


def test_a_settled_photo_keeps_the_rule_that_settled_it(contested: str) -> None:
    store_votes_and_count("p2")
    VoteRule.objects.create(
        pk="first-to-3.v2",
        parameters={"first_to": 3, "min_humans": 2, "cap": 7, "tie": "expert"},
        active=True,
        created_at=NOON + MINUTE,
    )
    make_photo("p3")
    store_votes("p3", ann="style:red-wrap", ben="style:red-wrap")

    settle.rederive(now=NOON + MINUTE)

    assert Golden.objects.get(pk="p2").rule_version == "first-to-2.v1"
    assert (Photo.objects.get(pk="p3").state, Photo.objects.get(pk="p3").need) == (State.OPEN, 1)


@pytest.mark.parametrize("state", [State.REMOVED, State.DUPLICATE, State.NEW])
def test_states_that_follow_no_votes_are_left_alone_and_have_no_record(contested: str, state: State) -> None:
    store_votes_and_count("p2")
    Photo.objects.filter(pk="p2").update(state=state)

    Photo.objects.recount("p2", now=NOON)

    assert Photo.objects.get(pk="p2").state == state
    assert not Golden.objects.filter(pk="p2").exists()


def test_styles_show_only_what_is_fit_and_granted(contested: str) -> None:
    for number, (rights, fit) in enumerate([("granted", True), ("unknown", True), ("granted", False)]):
        make_photo(f"s{number}", rights=rights)
        store_votes(f"s{number}", ann="style:red-wrap", ben="style:red-wrap")
        Vote.objects.filter(photo_id=f"s{number}").update(fit=fit)
        Photo.objects.recount(f"s{number}", now=NOON)

    assert [golden.pk for golden in Golden.objects.for_style("red-wrap")] == ["s0"]


def test_a_sku_with_a_dot_and_a_dollar_is_counted_like_any_other(contested: str) -> None:
    make_photo("p2")
    store_votes("p2", ann="style:A.1$b", ben="none")

    Photo.objects.recount("p2", now=NOON)

    assert Photo.objects.get(pk="p2").tally == {"style:A.1$b": 1, "none": 1}


def test_an_expert_takes_the_last_judgement_back(contested: str) -> None:
    judged = judge(contested, "style", style="red-wrap")

    assert settle.unjudge(person_id="sam", now=NOON + 11 * MINUTE) == contested

    assert not Vote.objects.get(pk=judged.vote_id).live
    assert Photo.objects.get(pk=contested).state == State.CONTESTED
    assert not Golden.objects.exists()
    assert judge(contested, "not_dress", minute=12).state == State.SETTLED


def test_only_ones_own_judgement_is_taken_back(contested: str) -> None:
    judge(contested, "style", style="red-wrap")

    with pytest.raises(settle.NothingToUndo):
        settle.unjudge(person_id="ann", now=NOON + 11 * MINUTE)

    assert Golden.objects.get().style == "red-wrap"
    assert Vote.objects.live().count() == 3


def test_a_judgement_that_a_night_has_frozen_stays(contested: str) -> None:
    judge(contested, "style", style="red-wrap")
    Batch.objects.update(state="frozen")

    with pytest.raises(settle.NothingToUndo, match="last night"):
        settle.unjudge(person_id="sam", now=NOON + 11 * MINUTE)

    assert Golden.objects.get().style == "red-wrap"
