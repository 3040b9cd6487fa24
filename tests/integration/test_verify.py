"""Votes are kept once, in time or late, and can be taken back."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.conftest import MINUTE, NOON
from tests.factories import make_batch, make_photo, make_style
from truther.flow import assign, verify
from truther.flow.verify import Verdict
from truther.models import Batch, Golden, Photo, Serve, Undo, Vote, VoteRule
from truther.models.batches import BatchState
from truther.models.photos import State

pytestmark = pytest.mark.django_db(databases=["default", "documents"])


@pytest.fixture
def photo() -> str:
    """One open photo and the three styles it may show."""
    for sku in ("red-wrap", "blue-column", "green-swing"):
        make_style(sku)
    make_batch()
    return make_photo("p1").pk


def show(person: str, now: datetime = NOON) -> assign.Hand:
    """Deal a person's hand."""
    return assign.deal(session_key=f"{person}-key", person_id=person, now=now)


def vote(person: str, photo_id: str, choice: str = "style", *, now: datetime = NOON, **values: Any) -> Any:
    """Let a person see and answer a photo."""
    show(person, now)
    values = {"vote_id": f"vote-{person}-{photo_id}"} | values
    if choice == "style":
        values = {"style": "red-wrap"} | values
    return verify.cast_vote(Verdict(photo_id=photo_id, choice=choice, **values), person_id=person, now=now)


def test_two_matching_votes_make_a_golden_record(photo: str) -> None:
    vote("ann", photo, fit=True)

    receipt = vote("ben", photo, now=NOON + MINUTE, fit=True)

    golden = Golden.objects.get(pk=photo)
    assert receipt == verify.Receipt("vote-ben-p1", "kept", photo)
    assert (golden.verdict, golden.style, golden.fit, golden.votes) == ("style", "red-wrap", True, 2)
    assert (golden.settled_at, golden.agreement) == (NOON + MINUTE, 1.0)
    assert (golden.rule_version, golden.model_version, golden.batch_id) == (
        "first-to-2.v1",
        "v0",
        "batch-00001",
    )
    stored = Photo.objects.get(pk=photo)
    assert (stored.state, stored.tally, stored.need, stored.rev) == (
        State.SETTLED,
        {"style:red-wrap": 2},
        0,
        2,
    )


def test_the_default_rule_is_stored_with_its_version(photo: str) -> None:
    vote("ann", photo)

    rule = VoteRule.objects.get()
    assert (rule.pk, rule.active, rule.parameters["cap"]) == ("first-to-2.v1", True, 5)


def test_a_vote_sent_again_is_the_same_vote(photo: str) -> None:
    vote("ann", photo)

    receipt = vote("ann", photo, now=NOON + MINUTE)

    assert receipt.state == "already"
    assert Vote.objects.get().cast_at == NOON
    assert Photo.objects.get(pk=photo).tally == {"style:red-wrap": 1}


def test_a_vote_sent_again_mends_what_a_crash_left_undone(photo: str) -> None:
    vote("ann", photo)
    Photo.objects.filter(pk=photo).update(votes=0, tally={}, need=2)
    Serve.objects.update(waiting=True, answered_at=None)

    vote("ann", photo)

    stored = Photo.objects.get(pk=photo)
    assert (stored.votes, stored.tally, stored.need) == (1, {"style:red-wrap": 1}, 1)
    assert Serve.objects.get().answered_at == NOON


def test_a_second_answer_is_refused_and_the_first_is_kept(photo: str) -> None:
    vote("ann", photo)

    with pytest.raises(verify.AlreadyVoted) as refusal:
        vote("ann", photo, "not_dress", vote_id="another-vote")

    assert (refusal.value.choice, refusal.value.style) == ("style", "red-wrap")
    assert Vote.objects.get().style == "red-wrap"


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"choice": "maybe"}, verify.InvalidVote),
        ({"vote_id": "short"}, verify.InvalidVote),
        ({"vote_id": "a vote id with blanks"}, verify.InvalidVote),
        ({"choice": "none", "style": "red-wrap"}, verify.InvalidVote),
        ({"style": ""}, verify.InvalidVote),
        ({"style": "never-heard-of"}, verify.UnknownStyle),
        ({"photo_id": "nowhere"}, verify.UnknownPhoto),
    ],
)
def test_a_vote_about_nothing_is_refused(
    photo: str, values: dict[str, str], refusal: type[Exception]
) -> None:
    show("ann")
    honest = {"vote_id": "vote-ann-p1", "photo_id": photo, "choice": "style", "style": "red-wrap"}

    with pytest.raises(refusal):
        verify.cast_vote(Verdict(**(honest | values)), person_id="ann", now=NOON)  # type: ignore[arg-type]

    assert not Vote.objects.exists()
    assert Photo.objects.get(pk=photo).votes == 0


def test_a_photo_never_shown_to_a_person_takes_no_vote_of_theirs(photo: str) -> None:
    with pytest.raises(verify.NotServed):
        verify.cast_vote(Verdict("vote-ann-p1", photo, "not_dress"), person_id="ann", now=NOON)

    assert not Vote.objects.exists()


def test_another_persons_vote_id_is_no_way_in(photo: str) -> None:
    vote("ann", photo)

    with pytest.raises(verify.ForgedVote):
        vote("ben", photo, vote_id="vote-ann-p1")

    assert Vote.objects.get().person == "ann"


def test_a_removed_photo_takes_no_votes(photo: str) -> None:
    show("ann")
    Photo.objects.update(state=State.REMOVED)

    with pytest.raises(verify.PhotoRemoved):
        verify.cast_vote(Verdict("vote-ann-p1", photo, "not_dress"), person_id="ann", now=NOON)

    assert not Vote.objects.exists()


def test_a_late_vote_is_kept_and_marked(photo: str) -> None:
    show("ann")
    vote("ben", photo)
    vote("cem", photo)

    receipt = verify.cast_vote(Verdict("vote-ann-p1", photo, "not_dress"), person_id="ann", now=NOON + MINUTE)

    assert receipt.state == "late"
    assert Vote.objects.get(person="ann").late
    assert Photo.objects.get(pk=photo).tally == {"style:red-wrap": 2}


def test_a_vote_into_a_batch_that_is_being_frozen_is_late(photo: str) -> None:
    show("ann")
    Batch.objects.update(state=BatchState.FREEZING, frozen_at=NOON)

    receipt = verify.cast_vote(Verdict("vote-ann-p1", photo, "not_dress"), person_id="ann", now=NOON)

    assert receipt.state == "late"
    assert Photo.objects.get(pk=photo).votes == 0


def test_a_vote_remembers_where_its_style_stood(photo: str) -> None:
    options = [option.sku for option in show("ann").current.options]  # type: ignore[union-attr]
    vote("ann", photo)
    make_style("found-by-search")
    vote("ben", photo, style="found-by-search")

    assert Vote.objects.get(person="ann").place == options.index("red-wrap")
    assert Vote.objects.get(person="ben").place == -1


@pytest.mark.parametrize(
    ("said", "kept"), [(2.5, 2.5), (-1.0, None), (float("nan"), None), (9e9, 600.0), (None, None)]
)
def test_only_believable_times_are_kept(photo: str, said: float | None, kept: float | None) -> None:
    vote("ann", photo, seconds=said)

    assert Vote.objects.get().seconds == kept


def test_an_undone_vote_no_longer_counts_and_its_photo_comes_back_first(photo: str) -> None:
    make_photo("p2", taken_at=NOON - timedelta(days=2))
    vote("ann", photo)

    undone = verify.undo(person_id="ann", now=NOON + MINUTE)

    assert undone == verify.Undone("vote-ann-p1", photo, comes_back=True)
    assert show("ann", NOON + MINUTE).current.photo_id == photo  # type: ignore[union-attr]
    stored = Vote.objects.get()
    assert (stored.live, stored.undone_at) == (False, NOON + MINUTE)
    assert (Photo.objects.get(pk=photo).votes, Undo.objects.get().pk) == (0, "vote-ann-p1")


def test_undoing_the_deciding_vote_takes_the_golden_record_away(photo: str) -> None:
    vote("ann", photo)
    vote("ben", photo)

    verify.undo(person_id="ben", now=NOON + MINUTE)

    assert not Golden.objects.exists()
    assert Photo.objects.get(pk=photo).state == State.OPEN


def test_a_vote_after_an_undo_is_a_new_vote(photo: str) -> None:
    vote("ann", photo)
    verify.undo(person_id="ann", now=NOON + MINUTE)

    vote("ann", photo, "not_dress", vote_id="second-thoughts", now=NOON + 2 * MINUTE)

    assert Photo.objects.get(pk=photo).tally == {"not_dress": 1}
    assert Vote.objects.count() == 2


def test_a_replay_of_an_undone_vote_brings_nothing_back(photo: str) -> None:
    vote("ann", photo)
    verify.undo(person_id="ann", now=NOON + MINUTE)

    receipt = vote("ann", photo, now=NOON + 2 * MINUTE)

    assert receipt.state == "undone"
    assert Photo.objects.get(pk=photo).votes == 0


def test_the_same_undo_twice_is_one_undo(photo: str) -> None:
    vote("ann", photo)

    first = verify.undo(person_id="ann", now=NOON + MINUTE, vote_id="vote-ann-p1")
    second = verify.undo(person_id="ann", now=NOON + MINUTE, vote_id="vote-ann-p1")

    assert first == second
    assert Undo.objects.count() == 1


def test_an_undo_that_crashed_half_way_is_finished_by_the_next(photo: str) -> None:
    vote("ann", photo)
    Undo.objects.create(pk="vote-ann-p1", person="ann", photo_id=photo, undone_at=NOON)

    verify.undo(person_id="ann", now=NOON + MINUTE)

    assert not Vote.objects.get().live
    assert Photo.objects.get(pk=photo).votes == 0


def test_undo_reaches_ten_votes_back(photo: str) -> None:
    for number in range(2, 13):
        make_photo(f"p{number}")
    for number in range(12):
        hand = show("ann", NOON + number * MINUTE)
        assert hand.current is not None
        vote("ann", hand.current.photo_id, "none", now=NOON + number * MINUTE)
    for number in range(10):
        verify.undo(person_id="ann", now=NOON + (20 + number) * MINUTE)

    with pytest.raises(verify.NothingToUndo):
        verify.undo(person_id="ann", now=NOON + 40 * MINUTE)

    assert Vote.objects.live().count() == 2


def test_nothing_can_be_undone_before_the_first_vote(photo: str) -> None:
    with pytest.raises(verify.NothingToUndo):
        verify.undo(person_id="ann", now=NOON)


def test_another_persons_vote_cannot_be_undone(photo: str) -> None:
    vote("ann", photo)

    with pytest.raises(verify.NothingToUndo):
        verify.undo(person_id="ben", now=NOON, vote_id="vote-ann-p1")

    assert Vote.objects.get().live


def test_a_frozen_vote_stays(photo: str) -> None:
    vote("ann", photo)
    Batch.objects.update(state=BatchState.FROZEN, frozen_at=NOON + MINUTE)

    with pytest.raises(verify.BatchFrozen):
        verify.undo(person_id="ann", now=NOON + 2 * MINUTE)

    assert Vote.objects.get().live
    assert not Undo.objects.exists()


def test_a_style_found_by_search_may_be_offered_on_another_photo_of_the_same_batch(photo: str) -> None:
    make_style("grey-shift")
    make_photo("p2", candidates=[{"sku": "grey-shift", "probability": 0.9}])
    show("ann")

    receipts = verify.take(
        [Verdict(f"vote-ann-{photo_id}", photo_id, "style", "grey-shift") for photo_id in (photo, "p2")],
        person_id="ann",
        now=NOON,
    )

    assert [receipt.state for receipt in receipts] == ["kept", "kept"]
    assert dict(Vote.objects.values_list("photo_id", "place")) == {photo: -1, "p2": 0}


def test_an_answer_goes_with_its_photo_and_what_was_undone_before_stays_undone(photo: str) -> None:
    make_photo("p2")
    vote("ann", photo)
    vote("ann", "p2")
    verify.undo(person_id="ann", now=NOON, vote_id="vote-ann-p2")
    for name in (photo, "p2"):
        Photo.objects.remove(name)

    with pytest.raises(verify.NothingToUndo) as refusal:
        verify.undo(person_id="ann", now=NOON, vote_id="vote-ann-p1")
    again = verify.undo(person_id="ann", now=NOON, vote_id="vote-ann-p2")

    assert "taken down" in str(refusal.value)
    assert again == verify.Undone("vote-ann-p2", "p2", comes_back=False)


def test_an_undo_ahead_of_its_vote_is_one_undo(photo: str) -> None:
    first = verify.undo(person_id="ann", now=NOON, vote_id="vote-ann-p1")
    second = verify.undo(person_id="ann", now=NOON + MINUTE, vote_id="vote-ann-p1")

    assert first == second == verify.Undone("vote-ann-p1", "", comes_back=False)
    assert vote("ann", photo, now=NOON + MINUTE).state == "undone"
    stored = Vote.objects.get()
    assert (stored.live, stored.undone_at, Undo.objects.count()) == (False, NOON, 1)


def test_an_undo_ahead_of_nobodys_vote_is_the_first_ones(photo: str) -> None:
    verify.undo(person_id="ann", now=NOON, vote_id="vote-to-come")

    with pytest.raises(verify.NothingToUndo):
        verify.undo(person_id="ben", now=NOON, vote_id="vote-to-come")

    assert Undo.objects.get().person == "ann"


def test_what_can_be_no_votes_id_undoes_nothing(photo: str) -> None:
    with pytest.raises(verify.InvalidVote):
        verify.undo(person_id="ann", now=NOON, vote_id="no id")

    assert not Undo.objects.exists()
