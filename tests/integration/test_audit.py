"""Settled photos are looked at again, blind, and an expert decides where the second looks disagree."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.conftest import MINUTE, NOON
from tests.factories import make_batch, make_photo, make_style
from truther.config import config
from truther.flow import audit, freeze, settle, takedown
from truther.models import Audit, Batch, Golden, NightRun, Photo, Vote, bench
from truther.models.photos import State
from truther.shelf import snapshot_folder

pytestmark = pytest.mark.django_db(databases=["default", "documents"])
RED, BLUE = "style:red-wrap", "style:blue-column"
NIGHT = NOON + timedelta(hours=12)


@pytest.fixture(autouse=True)
def shop(empty_shelf: None) -> None:
    """An open batch and two styles."""
    make_batch()
    make_style("red-wrap")
    make_style("blue-column")


def say(photo_id: str, person: str, answer: str, *, at: datetime, **values: Any) -> Vote:
    """Store a vote and count it."""
    choice, _, style = answer.partition(":")
    vote = Vote.objects.create(
        pk=f"{photo_id}-{person}-{at:%H%M}",
        photo_id=photo_id,
        person=person,
        choice=choice,
        style=style,
        fit=True,
        cast_at=at,
        **values,
    )
    Photo.objects.recount(photo_id, now=at)
    return vote


def look(photo_id: str, person: str, answer: str, *, minute: int = 1, **values: Any) -> Vote:
    """Store a second look."""
    at = NIGHT + minute * MINUTE
    return say(photo_id, person, answer, at=at, **({"audit": True, "reason": "audit"} | values))


def settled(photo_id: str, answer: str = RED, *, at: datetime = NOON) -> str:
    """Make a photo that ann and ben have settled."""
    make_photo(photo_id)
    for person in ("ann", "ben"):
        say(photo_id, person, answer, at=at)
    return photo_id


def audited(photo_id: str = "p1", answer: str = RED) -> str:
    """Make a settled and frozen photo that is under a second look."""
    settled(photo_id, answer)
    freeze.freeze_batch(at=NIGHT)
    night()
    assert Audit.objects.get(pk=photo_id).state == "open"
    return photo_id


def night(name: str = "n1", at: datetime = NIGHT) -> audit.Audited:
    """Let one night audit."""
    NightRun.objects.get_or_create(
        pk=name,
        defaults={
            "at": at,
            "stages": [{"name": "audit", "state": "done"}],
            "lease_until": at,
            "started_at": at,
        },
    )
    return audit.audit(name, at=at, now=at)


def next_night() -> audit.Audited:
    return night("n2", NIGHT + timedelta(days=1))


def judge(photo_id: str, choice: str, person: str = "sam", minute: int = 30, **values: Any) -> settle.Judged:
    return settle.judge(photo_id, choice, person_id=person, now=NIGHT + minute * MINUTE, **values)


def test_a_share_of_what_was_settled_since_the_last_night_is_drawn(monkeypatch):
    monkeypatch.setattr(audit, "config", config.model_copy(update={"audit_share": 0.1}))
    for number in range(30):
        settled(f"old{number}", at=NOON - timedelta(days=1))
        settled(f"new{number}")
    night("n0", NOON - timedelta(hours=12))

    said = night()

    drawn = Audit.objects.filter(night_id="n1")
    assert (said.settled, said.drawn, said.open) == (30, 3, 6)
    assert all(row.pk.startswith("new") for row in drawn)
    assert {(row.answer, row.pattern, row.state, row.drawn_at) for row in drawn} == {
        (RED, "2-0", "open", NIGHT)
    }
    assert {row.lot for row in drawn} == set(
        Photo.objects.filter(pk__in=[row.pk for row in drawn]).values_list("lot", flat=True)
    )


def test_drawn_again_by_the_same_night_it_is_the_same_draw_and_another_night_draws_others(monkeypatch):
    monkeypatch.setattr(audit, "config", config.model_copy(update={"audit_share": 0.1}))
    for number in range(30):
        settled(f"p{number}")
    first = night()
    before = list(Audit.objects.order_by("pk").values())
    Audit.objects.filter(pk=before[0]["id"]).delete()  # as if killed before the last of them

    again = night()

    assert again == first
    assert list(Audit.objects.order_by("pk").values()) == before
    Audit.objects.all().delete()
    NightRun.objects.all().delete()
    night("other")
    assert {row["id"] for row in before} != set(Audit.objects.values_list("pk", flat=True))


def test_one_settled_photo_is_enough_for_an_audit_and_none_for_none(monkeypatch):
    assert night("n0", NOON - MINUTE).drawn == 0

    settled("p1")

    assert night().drawn == 1
    monkeypatch.setattr(audit, "config", config.model_copy(update={"audit_share": 0.0}))
    settled("p2", at=NIGHT + MINUTE)
    assert next_night().drawn == 0


def test_a_night_that_was_given_up_before_it_drew_leaves_its_photos_to_the_next(monkeypatch):
    monkeypatch.setattr(audit, "config", config.model_copy(update={"audit_share": 0.5}))
    settled("p1")
    NightRun.objects.create(
        pk="n1",
        at=NIGHT,
        state="failed",
        stages=[{"name": "audit", "state": "failed"}],
        lease_until=NIGHT,
        started_at=NIGHT,
    )

    assert next_night().settled == 1


def test_a_night_from_before_there_were_audits_ends_what_the_next_one_draws_from():
    settled("p1")
    NightRun.objects.create(
        pk="n1",
        at=NIGHT,
        state="done",
        stages=[{"name": "freeze", "state": "done"}],
        lease_until=NIGHT,
        started_at=NIGHT,
    )

    assert next_night().settled == 0


@pytest.mark.parametrize(
    ("golden", "looks", "state", "found"),
    [
        (RED, [RED, RED], "confirmed", RED),
        (RED, [RED, BLUE, RED], "confirmed", RED),
        (RED, [BLUE, BLUE], "disputed", BLUE),
        (RED, ["cant_tell", "cant_tell"], "disputed", "cant_tell"),
        (RED, ["none", "none"], "disputed", "none"),
        (RED, ["not_dress", "not_dress"], "disputed", "not_dress"),
        (RED, [RED, BLUE, "none", "not_dress", "cant_tell"], "disputed", "split"),
        ("not_dress", ["not_dress", "not_dress"], "confirmed", "not_dress"),
        (RED, [RED], "open", ""),
        (RED, [], "open", ""),
    ],
)
def test_second_looks_confirm_or_dispute_by_the_rule_of_first_votes(golden, looks, state, found):
    photo_id = audited(answer=golden)
    for number, answer in enumerate(looks):
        look(photo_id, f"person{number}", answer, minute=number)

    said = next_night()

    row = Audit.objects.get(pk=photo_id)
    assert (row.state, row.found, row.looks) == (state, found, len(looks))
    assert (said.confirmed, said.disputed) == (state == "confirmed", state == "disputed")
    assert Golden.objects.get(pk=photo_id).votes == 2  # second looks move nothing by themselves


def test_gold_questions_late_votes_and_what_was_taken_back_are_no_second_looks():
    photo_id = audited()
    look(photo_id, "cem", BLUE, reason="gold")
    look(photo_id, "dan", BLUE, audit=False, late=True)
    Vote.objects.take_back(look(photo_id, "eve", BLUE), now=NIGHT + MINUTE)
    look(photo_id, "fay", BLUE)

    next_night()

    row = Audit.objects.get(pk=photo_id)
    assert (row.state, row.looks) == ("open", 1)


def test_what_nobody_has_confirmed_is_unlisted_and_two_who_find_none_of_ours_agree():
    make_photo("p1")
    for person in ("ann", "ben"):
        say("p1", person, "none", at=NOON)
    settle.judge("p1", "none", person_id="sam", now=NOON + MINUTE)
    freeze.freeze_batch(at=NIGHT)
    night()
    for person in ("cem", "dan"):
        look("p1", person, "none")

    next_night()

    row = Audit.objects.get(pk="p1")
    assert (row.pattern, row.answer, row.state) == ("expert", "none", "confirmed")


def disputed(photo_id: str = "p1") -> str:
    """Make a photo of which first votes say red and second looks blue."""
    audited(photo_id)
    look(photo_id, "cem", BLUE)
    look(photo_id, "dan", BLUE)
    next_night()
    assert Audit.objects.get(pk=photo_id).state == "disputed"
    return photo_id


def test_a_disputed_audit_comes_to_the_bench_after_contested_photos_and_does_not_tell_what_was_golden():
    photo_id = disputed()
    make_photo("torn", state=State.CONTESTED, tally={"none": 2})

    cases = bench.next_cases("sam", most=5)

    assert [(case.photo_id, case.left) for case in cases] == [("torn", 2), (photo_id, 1)]
    assert cases[1].said == (("Blue Column", 2), ("Red Wrap", 2))
    assert [option.sku for option in cases[1].options][:2] == ["blue-column", "red-wrap"]
    assert [case.photo_id for case in bench.next_cases("sam", most=5, first=photo_id)] == [photo_id, "torn"]


@pytest.mark.parametrize("person", ["ann", "cem"])
def test_whoever_has_answered_the_photo_does_not_judge_it(person):
    photo_id = disputed()

    assert bench.next_cases(person, most=5) == []
    with pytest.raises(settle.OwnAnswer):
        judge(photo_id, "style", person, style="red-wrap")

    assert Audit.objects.get().state == "disputed"
    assert Vote.objects.filter(person=person).count() == 1


def test_an_expert_who_agrees_upholds_the_record():
    photo_id = disputed()

    judged = judge(photo_id, "style", style="red-wrap")

    row, golden = Audit.objects.get(), Golden.objects.get()
    assert (judged.state, row.state, row.found) == ("settled", "upheld", RED)
    assert (golden.style, golden.by_expert, golden.known) == ("red-wrap", True, True)
    assert row.closed_at == NIGHT + 30 * MINUTE


def test_an_expert_who_disagrees_corrects_the_record_and_the_next_manifest_says_so():
    photo_id = disputed()
    frozen = snapshot_folder("batch-00001") / "manifest.jsonl"
    before = frozen.read_bytes()

    judge(photo_id, "style", style="blue-column")

    assert (Audit.objects.get().state, Golden.objects.get().style) == ("corrected", "blue-column")
    freeze.freeze_batch(at=NIGHT + timedelta(days=1))
    following = (snapshot_folder("batch-00002") / "manifest.jsonl").read_text()
    assert frozen.read_bytes() == before
    assert [(row["photo"], row["style"]) for row in map(json.loads, following.splitlines())] == [
        (photo_id, "blue-column")
    ]
    assert settle.rederive(now=NIGHT + timedelta(days=1)).drifts == ()


def test_a_corrected_photo_is_not_drawn_again():
    photo_id = disputed()
    judge(photo_id, "not_dress")

    said = night("n3", NIGHT + timedelta(days=2))

    assert (said.settled, Audit.objects.get().night_id) == (0, "n1")


def test_another_expert_may_correct_what_an_expert_had_settled():
    make_photo("p1")
    for person in ("ann", "ben"):
        say("p1", person, "none", at=NOON)
    settle.judge("p1", "style", style="red-wrap", person_id="sam", now=NOON + MINUTE)
    freeze.freeze_batch(at=NIGHT)
    night()
    for person in ("cem", "dan"):
        look("p1", person, BLUE)
    next_night()

    with pytest.raises(settle.OwnAnswer):
        judge("p1", "style", "sam", style="red-wrap")
    judge("p1", "style", "tess", style="blue-column")

    assert (Audit.objects.get().state, Golden.objects.get().style) == ("corrected", "blue-column")


def test_an_expert_who_cannot_tell_leaves_record_and_dispute_to_another():
    photo_id = disputed()
    before = Golden.objects.values().get()

    assert judge(photo_id, "cant_tell").state == State.SETTLED

    assert Golden.objects.values().get() == before
    assert Audit.objects.get().state == "disputed"
    assert bench.next_cases("sam", most=5) == []
    judge(photo_id, "style", "tess", 31, style="blue-column")
    assert Golden.objects.get().style == "blue-column"


def test_an_expert_may_think_again_of_not_being_able_to_tell():
    photo_id = disputed()
    judge(photo_id, "cant_tell")

    judge(photo_id, "style", style="blue-column", minute=31)

    assert Audit.objects.get().state == "corrected"


@pytest.mark.parametrize("choice", ["not_dress", "cant_tell"])
def test_a_judgement_of_an_audit_can_be_taken_back(choice):
    photo_id = disputed()
    before = Golden.objects.values("style", "votes", "settled_at").get()
    judge(photo_id, choice)

    assert settle.unjudge(person_id="sam", now=NIGHT + 31 * MINUTE) == photo_id

    row = Audit.objects.get()
    assert (row.state, row.found) == ("disputed", BLUE)
    assert Golden.objects.values("style", "votes", "settled_at").get() == before
    assert [case.photo_id for case in bench.next_cases("sam", most=5)] == [photo_id]


def test_what_a_crash_left_between_the_judgement_and_its_audit_the_next_night_mends():
    photo_id = disputed()
    judge(photo_id, "not_dress")
    Audit.objects.update(state="disputed", found=BLUE)

    night("n3", NIGHT + timedelta(days=2))

    assert (Audit.objects.get().state, Audit.objects.get().found) == ("corrected", "not_dress")


def test_with_no_batch_open_a_corrected_photo_waits_for_the_next_one():
    photo_id = disputed()
    Batch.objects.filter(state="open").update(state="freezing")

    judge(photo_id, "not_dress")

    assert Photo.objects.get(pk=photo_id).batch_id == ""
    assert list(Photo.objects.strays()) == [Photo.objects.get(pk=photo_id)]


@pytest.mark.parametrize("make", [audited, disputed])
def test_an_audit_ends_when_its_picture_is_taken_down(make):
    photo_id = make()
    takedown.take_down([photo_id], reason="asked", now=NIGHT + MINUTE)

    assert bench.next_cases("sam", most=5) == []
    with pytest.raises(settle.NotContested):
        judge(photo_id, "not_dress")
    night("n3", NIGHT + timedelta(days=2))

    row = Audit.objects.get()
    assert (row.state, row.closed_at) == ("gone", NIGHT + timedelta(days=2))
    assert night("n4", NIGHT + timedelta(days=3)).open == 0
