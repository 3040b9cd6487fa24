"""Photos come to people by need, back in time, once each."""

import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command

from tests.conftest import MINUTE, NOON
from tests.factories import make_batch, make_golden, make_photo, make_style
from truther.config import config
from truther.flow import assign, settle, verify
from truther.flow.assign import Card, Hand
from truther.models import Audit, Batch, Golden, Photo, PlaySession, Serve, Style, Vote, VoteRule
from truther.models.audits import AuditState
from truther.models.batches import BatchState
from truther.models.photos import State
from truther.models.sessions import ServeReason
from truther.rules.walk import Arm

pytestmark = pytest.mark.django_db(databases=["default", "documents"])
HOUR = timedelta(hours=1)
SHOWN = {
    *("photo_id", "image_sha", "width", "height", "caption", "hashtags", "taken_at", "options", "serve_id")
}


@pytest.fixture(autouse=True)
def catalogue_and_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three styles, an open batch, and nothing mixed into the walk."""
    for sku in ("red-wrap", "blue-column", "green-swing"):
        make_style(sku)
    make_batch()
    mix(monkeypatch)


def mix(monkeypatch: pytest.MonkeyPatch, **shares: float) -> None:
    """Set how much is mixed into the walk: nothing that is not named."""
    nothing = {"audit_share": 0.0, "random_share": 0.0, "gold_dose": 0.0, "dosed_sessions": 0.0}
    changed = config.model_copy(update=nothing | shares)
    monkeypatch.setattr(assign, "config", changed)


def make_photos(count: int, **values: Any) -> list[str]:
    """Make photos one hour apart, newest first."""
    return [
        make_photo(f"p{number:03d}", taken_at=NOON - number * HOUR, **values).pk for number in range(count)
    ]


def deal(
    person: str = "ann", *, key: str = "", fresh: int = 4, minute: int = 0, have: Sequence[str] = ()
) -> Hand:
    """Deal a hand in a session named after the person."""
    return assign.deal(
        session_key=key or f"{person}-key",
        person_id=person,
        now=NOON + minute * MINUTE,
        fresh=fresh,
        have=have,
    )


def photos_in(hand: Hand) -> list[str]:
    """Return the ids of the photos in a hand."""
    return [card.photo_id for card in hand.cards]


def answer(person: str, photo_id: str, minute: int = 0, choice: str = "cant_tell") -> None:
    """Let a person answer a photo."""
    verdict = verify.Verdict(f"vote-{person}-{photo_id}", photo_id, choice)
    verify.cast_vote(verdict, person_id=person, now=NOON + minute * MINUTE)


def walk_through(person: str = "ann", *, key: str = "", most: int = 100) -> list[str]:
    """Answer card after card until nothing is left, and return the photos in order."""
    met = []
    for minute in range(most):
        hand = deal(person, key=key, minute=minute)
        if hand.current is None:
            break
        met.append(hand.current.photo_id)
        answer(person, hand.current.photo_id, minute)
    return met


def test_a_walk_goes_back_in_time_wraps_once_and_stops_where_it_began() -> None:
    photos = make_photos(30)

    met = walk_through()

    start = photos.index(met[0])
    assert met == photos[start:] + photos[:start]


def test_sessions_start_where_votes_are_missing() -> None:
    make_photos(20, need=0)
    make_photo("needy", need=2, taken_at=NOON - timedelta(days=9))

    starts = {photos_in(deal(f"person{number}", fresh=1, minute=9 * number))[0] for number in range(6)}

    assert starts == {"needy"}


def test_the_same_seed_and_state_walk_the_same_walk() -> None:
    make_photos(25)
    first = walk_through()
    begun = PlaySession.objects.get()
    Serve.objects.all().delete()
    PlaySession.objects.all().delete()
    Photo.objects.update(state=State.OPEN, need=2, votes=0, tally={}, leased_by="")
    Vote.objects.all().delete()

    second = walk_through()

    assert first == second
    assert PlaySession.objects.get().seed == begun.seed


def test_different_sessions_start_at_different_places() -> None:
    make_photos(40)

    starts = {photos_in(deal(f"person{number}", fresh=1))[0] for number in range(8)}

    assert len(starts) > 4


def test_a_reload_shows_the_same_hand() -> None:
    make_photos(10)

    assert deal() == deal(minute=5)
    assert Serve.objects.count() == 4


def test_two_tabs_and_a_new_sign_in_hold_the_same_cards() -> None:
    make_photos(10)

    assert photos_in(deal()) == photos_in(deal(key="another browser"))


def test_the_hand_is_filled_up_after_an_answer() -> None:
    make_photos(10)
    before = photos_in(deal())
    answer("ann", before[0])

    after = photos_in(deal(minute=1))

    assert after[:3] == before[1:]
    assert len(after) == 4


def test_nobody_is_shown_a_photo_twice() -> None:
    photos = make_photos(12)

    met = walk_through(key="first") + walk_through(key="second")

    assert sorted(met) == sorted(photos)


def test_two_people_who_play_at_once_hold_different_photos_while_there_are_enough() -> None:
    make_photos(16)

    hands = [photos_in(deal(person)) for person in ("ann", "ben", "cem")]

    assert len({photo for hand in hands for photo in hand}) == 12


def test_a_lent_photo_is_dealt_when_nothing_else_is_left_and_may_be_voted_on() -> None:
    make_photos(4)
    held = photos_in(deal("ann"))

    assert sorted(photos_in(deal("ben"))) == sorted(held)
    answer("ben", held[0])
    assert Photo.objects.get(pk=held[0]).votes == 1


def test_a_loan_ends_by_itself() -> None:
    make_photos(8)
    lent = photos_in(deal("ann"))

    assert not Photo.objects.get(pk=lent[0]).lent_to_another("ben", now=NOON + 2 * MINUTE)
    assert Photo.objects.get(pk=lent[0]).lent_to_another("ben", now=NOON + MINUTE)


def test_settled_and_contested_photos_are_passed_over() -> None:
    photos = make_photos(6)
    Photo.objects.filter(pk=photos[1]).update(state=State.SETTLED)
    Photo.objects.filter(pk=photos[2]).update(state=State.CONTESTED)
    Photo.objects.filter(pk=photos[3]).update(state=State.REMOVED)

    assert sorted(walk_through()) == [photos[0], photos[4], photos[5]]


def test_a_card_whose_photo_was_settled_meanwhile_is_withdrawn() -> None:
    make_photos(6)
    before = photos_in(deal())
    Photo.objects.filter(pk=before[0]).update(state=State.SETTLED)

    after = photos_in(deal(minute=1))

    assert before[0] not in after
    assert not Serve.objects.get(photo_id=before[0]).waiting
    assert Serve.objects.get(photo_id=before[0]).answered_at is None


def test_options_are_shuffled_per_person_and_stored_with_the_models_version() -> None:
    photos = make_photos(1)
    people = [f"person{number}" for number in range(12)]

    cards = [deal(person).current for person in people]

    orders = {tuple(option.sku for option in card.options) for card in cards if card}
    assert len(orders) > 2
    serve = Serve.objects.get(person="person0")
    assert (serve.photo_id, serve.model_version, serve.number) == (photos[0], "v0", 0)
    assert serve.options == [option.sku for option in cards[0].options]  # type: ignore[union-attr]


def test_a_retired_style_gives_way_to_the_next_best() -> None:
    make_style("next-best")
    make_photos(
        1,
        candidates=[
            {"sku": sku, "probability": 0.2}
            for sku in ("red-wrap", "blue-column", "green-swing", "next-best")
        ],
    )
    Style.objects.filter(pk="blue-column").update(retired_on=NOON.date())

    card = deal().current

    assert card is not None
    assert {option.sku for option in card.options} == {"red-wrap", "green-swing", "next-best"}


def test_a_style_retired_after_dealing_is_not_offered_any_more() -> None:
    make_photos(1)
    deal()
    Style.objects.filter(pk="blue-column").update(retired_on=NOON.date())

    card = deal(minute=1).current

    assert card is not None
    assert {option.sku for option in card.options} == {"red-wrap", "green-swing"}
    assert len(Serve.objects.get().options) == 3


def test_an_end_is_honest_and_has_numbers() -> None:
    make_photos(2)
    make_photo("contested", state=State.CONTESTED)
    make_photo("new", state=State.NEW)
    walk_through()

    hand = deal(minute=50)

    assert (hand.current, hand.cards) == (None, ())
    assert hand.ending == assign.Ending(yours=2, contested=1, arriving=1)


def test_without_an_open_batch_nothing_is_dealt() -> None:
    make_photos(2)
    Batch.objects.update(state=BatchState.FROZEN)

    hand = deal()

    assert (hand.current, hand.session_id, hand.batch_id) == (None, "", "")


def test_a_photo_between_two_batches_waits_and_comes_back() -> None:
    make_photos(1)
    before = deal()
    Batch.objects.update(state=BatchState.FREEZING, frozen_at=NOON)
    between = deal(minute=1)
    make_batch(2)
    Photo.objects.update(batch_id="batch-00002")

    after = deal(minute=2)

    assert between.current is None
    assert after.current == before.current
    assert after.session_id != before.session_id


def test_photos_that_are_opened_again_are_found_after_the_walk_is_over() -> None:
    photos = make_photos(5)
    Photo.objects.filter(pk=photos[2]).update(state=State.SETTLED)
    walk_through()
    Photo.objects.filter(pk=photos[2]).update(state=State.OPEN)

    assert photos_in(deal(minute=50)) == [photos[2]]


def make_settled(photo_id: str, **record: Any) -> str:
    """Make a settled photo of an older batch with its golden record."""
    photo = make_photo(photo_id, state=State.SETTLED, batch_id="batch-00000")
    make_golden(photo_id, lot=photo.lot, **record)
    return photo.pk


def make_audit(photo_id: str, **values: Any) -> None:
    """Put a photo under a second look."""
    defaults = {"lot": 0.5, "answer": "style:red-wrap", "pattern": "2-0", "drawn_at": NOON}
    Audit.objects.create(id=photo_id, **(defaults | values))


def test_photos_under_audit_are_mixed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    make_photos(3)
    make_settled("under-audit")
    make_settled("not-drawn")
    make_audit("under-audit")
    mix(monkeypatch, audit_share=0.5)

    met = walk_through()

    assert "not-drawn" not in met
    serve = Serve.objects.get(photo_id="under-audit")
    assert (serve.reason, serve.propensity) == (ServeReason.AUDIT, 0.5)
    vote = Vote.objects.get(photo_id="under-audit")
    assert (vote.audit, vote.late) == (True, False)
    assert Photo.objects.get(pk="under-audit").state == State.SETTLED
    assert Photo.objects.get(pk="under-audit").votes == 0


def test_an_audit_whose_photo_is_not_settled_any_more_is_not_dealt(monkeypatch: pytest.MonkeyPatch) -> None:
    make_photos(3)
    make_photo("reopened", state=State.CONTESTED)
    make_audit("reopened")
    mix(monkeypatch, audit_share=0.5)

    assert "reopened" not in walk_through()


def test_gold_is_what_experts_audits_or_many_agreeing_votes_have_made_sure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_photos(20)
    make_settled("known", known=True)
    make_settled("two-votes")
    make_settled("audited")
    make_audit("audited", state=AuditState.CONFIRMED)
    mix(monkeypatch, gold_dose=2.0)

    met = walk_through()

    gold = set(Serve.objects.filter(reason=ServeReason.GOLD).values_list("photo_id", "propensity"))
    assert gold == {("known", 0.66), ("audited", 0.66)}
    assert "two-votes" not in met
    assert len(met) == 22
    assert Vote.objects.get(photo_id="known").audit


def test_without_gold_the_walk_fills_its_places(monkeypatch: pytest.MonkeyPatch) -> None:
    photos = make_photos(10)
    mix(monkeypatch, gold_dose=2.0)

    assert sorted(walk_through()) == photos
    assert set(Serve.objects.values_list("reason", flat=True)) == {"walk"}


def test_a_golden_record_is_known_by_an_experts_word_and_not_by_two_votes() -> None:
    judged, voted = make_photos(2)
    for person in ("ann", "ben"):
        deal(person)
        answer(person, voted, choice="not_dress")
    Photo.objects.filter(pk=judged).update(state=State.CONTESTED)
    settle.judge(judged, "not_dress", person_id="sam", now=NOON + MINUTE)

    known = {golden.pk: (golden.known, golden.lot) for golden in Golden.objects.all()}

    lots = dict(Photo.objects.values_list("pk", "lot"))
    assert known == {judged: (True, lots[judged]), voted: (False, lots[voted])}


def test_a_golden_record_is_known_by_three_votes_that_agree() -> None:
    VoteRule.objects.create(
        id="first-to-3.v1",
        parameters={"rule": "first_to", "first_to": 3, "min_humans": 2, "cap": 5, "tie": "expert"},
        active=True,
        created_at=NOON,
    )
    [photo_id] = make_photos(1)
    for person in ("ann", "ben", "cem"):
        deal(person)
        answer(person, photo_id, choice="not_dress")

    assert Golden.objects.get(pk=photo_id).known


def dose(monkeypatch: pytest.MonkeyPatch, *, dull: str) -> list[str]:
    """Make twenty photos, of which those named show no dress; sessions are dosed and start at the newest."""
    mix(monkeypatch, dosed_sessions=1.0, dull_share=0.3)
    for number in range(20):
        p_dress = 0.1 if f"{number:02d}" in dull.split() else 0.9
        make_photo(f"p{number:03d}", taken_at=NOON - number * HOUR, p_dress=p_dress, need=0 if number else 2)
    return [f"p{int(number):03d}" for number in dull.split()]


def test_a_dosed_session_spreads_dull_photos_over_its_tens(monkeypatch: pytest.MonkeyPatch) -> None:
    dull = dose(monkeypatch, dull="00 01 02 03 04 05")

    met = walk_through()

    assert sorted(met) == [f"p{number:03d}" for number in range(20)]
    assert [sum(photo in dull for photo in met[ten : ten + 10]) for ten in (0, 10)] == [3, 3]
    reasons = dict(Serve.objects.values_list("photo_id", "reason"))
    assert {photo for photo, reason in reasons.items() if reason == ServeReason.DULL} == set(dull)
    assert set(Serve.objects.values_list("reason", "propensity")) == {("dull", 0.3), ("walk", 0.7)}
    assert PlaySession.objects.get().arm == Arm.DOSED


def test_where_all_is_dull_a_dosed_session_takes_what_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    dull = dose(monkeypatch, dull=" ".join(f"{number:02d}" for number in range(20)))

    met = walk_through()

    assert met == dull
    assert Counter(Serve.objects.values_list("reason", flat=True)) == {"dull": 6, "walk": 14}


def test_a_dosed_session_tells_of_its_arm(monkeypatch: pytest.MonkeyPatch) -> None:
    dose(monkeypatch, dull="03 07 11")
    walk_through()
    told = io.StringIO()

    call_command("walk", "ann", stdout=told)

    assert "dosed arm" in told.getvalue()
    assert told.getvalue().count(" dull ") == 3


def test_cards_do_not_tell_why_they_were_dealt(monkeypatch: pytest.MonkeyPatch) -> None:
    make_photos(6)
    make_settled("known", known=True)
    mix(monkeypatch, gold_dose=2.0)

    cards = deal(fresh=6).cards

    assert "known" in [card.photo_id for card in cards]
    assert {field.name for field in fields(Card)} == SHOWN
    assert {len(card.serve_id) for card in cards} == {40}


def test_random_photos_are_mixed_in_with_their_propensity(monkeypatch: pytest.MonkeyPatch) -> None:
    photos = make_photos(30)
    mix(monkeypatch, random_share=0.4)

    met = walk_through()

    assert sorted(met) == photos
    reasons = list(Serve.objects.values_list("reason", "propensity"))
    assert {("random", 0.4), ("walk", 0.6)} == set(reasons)
    assert 5 <= reasons.count(("random", 0.4)) <= 20


def test_photos_of_the_same_moment_are_all_met() -> None:
    photos = [make_photo(f"p{number:03d}", taken_at=NOON).pk for number in range(20)]

    assert sorted(walk_through()) == photos


def test_dealing_asks_a_bounded_number_of_questions(django_assert_max_num_queries: Any) -> None:
    make_photos(60)
    walk_through(most=5)

    with django_assert_max_num_queries(22, using="documents"):
        deal(minute=30, fresh=10)


def test_what_the_browser_has_is_not_handed_out_again() -> None:
    make_photos(40)
    first = photos_in(deal(fresh=5))

    more = photos_in(deal(fresh=5, have=first[1:]))

    assert more[0] == first[0]
    assert len(set(first + more)) == 9
    assert Serve.objects.filter(waiting=True).count() == 9


def test_answers_that_are_not_sent_yet_fill_the_room() -> None:
    make_photos(40)
    held: list[str] = []
    for _ in range(6):
        held += photos_in(deal(fresh=4, have=held))

    hand = deal(fresh=4, have=held)

    assert hand.room == 10  # 40 open photos, four to a card, one person at play
    assert (len(held), hand.cards, hand.ending) == (10, (), None)


def test_there_is_room_for_six_cards_however_many_play() -> None:
    make_photos(8)
    for number in range(5):
        deal(f"person{number}")

    hand = deal(fresh=20, minute=1)

    assert (hand.room, len(hand.cards)) == (6, 6)


def test_a_held_card_that_came_too_late_leaves_room_for_another() -> None:
    photos = make_photos(24)
    held = photos_in(deal(fresh=6))
    Photo.objects.filter(pk__in=held[:2]).update(state=State.SETTLED)

    more = photos_in(deal(fresh=6, have=held, minute=1))

    assert len(more) == 2
    assert not set(more) & set(held)
    assert set(more) <= set(photos)
    assert Serve.objects.filter(waiting=True).count() == 6
