"""What is mixed into the walk: audits, gold, random photos, and fewer dull ones."""

import io
from collections import Counter
from dataclasses import fields
from typing import Any

import pytest
from django.core.management import call_command

from tests.conftest import MINUTE, NOON
from tests.dealing import HOUR, SHOWN, answer, deal, make_photos, mix, walk_through
from tests.factories import make_golden, make_photo
from truther.flow import settle
from truther.flow.assign import Card
from truther.models import Audit, Golden, Photo, PlaySession, Serve, Vote, VoteRule
from truther.models.audits import AuditState
from truther.models.photos import State
from truther.models.sessions import ServeReason
from truther.rules.walk import Arm

pytestmark = [
    pytest.mark.django_db(databases=["default", "documents"]),
    pytest.mark.usefixtures("bare_walk"),
]


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
