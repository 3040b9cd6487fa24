"""What DeepDress does not believe comes before an expert once, and only an expert's word changes anything."""

import pytest

from tests import small_world
from tests.conftest import MINUTE, NOON
from truther.flow import audit, classify, freeze, retrain, settle, suspect
from truther.models import Audit, Golden, Photo, bench, desk
from truther.models.quality.accuracy import measured
from truther.night import words

pytestmark = pytest.mark.django_db(databases=["default", "documents"])
NIGHT = NOON + MINUTE
WRONG, SHOWS, SAID = "p000", "S0", "S3"


@pytest.fixture
def snapshot(small_shop) -> str:
    """Forty photos frozen into a snapshot; two people called one of them by another style's name."""
    photo_ids = small_world.post(40)
    classify.classify_new(now=NOON)
    freeze.top_up(now=NOON)
    for person in ("ann", "ben"):
        small_world.vote(WRONG, person, SAID, at=NOON)
    small_world.play([photo_id for photo_id in photo_ids if photo_id != WRONG], at=NOON)
    freeze.freeze_batch(at=NIGHT)
    return retrain.take_snapshot("2026-03-14", at=NIGHT).snapshot_id


def night(snapshot_id: str, name: str = "n1") -> suspect.Suspected:
    return suspect.suspect(snapshot_id, night_id=name, at=NIGHT)


def on_bench(person: str = "cem") -> list[bench.Case]:
    return [case for case in bench.next_cases(person, most=50) if case.doubt]


def test_a_doubted_photo_comes_to_the_bench_with_the_reason_and_nothing_has_changed(snapshot):
    before = list(Golden.objects.order_by("pk").values())

    found = night(snapshot)

    [case] = on_bench()
    assert (found.sent, found.waiting) == (found.flagged, 1) == (1, 1)
    assert (case.photo_id, case.doubt) == (WRONG, "S0")
    assert case.said == (("S3", 2),)
    assert [option.sku for option in case.options][:2] == [SAID, SHOWS]
    assert list(Golden.objects.order_by("pk").values()) == before
    assert desk.waiting(now=NOON).disputed == 1


def test_an_experts_word_corrects_it(snapshot):
    night(snapshot)

    settle.judge(WRONG, "style", style=SHOWS, person_id="cem", now=NIGHT + MINUTE)

    assert (Golden.objects.get(pk=WRONG).style, Golden.objects.get(pk=WRONG).by_expert) == (SHOWS, True)
    assert Audit.objects.get(pk=WRONG).state == "corrected"
    assert on_bench() == []


def test_a_verdict_that_was_upheld_does_not_come_back(snapshot):
    night(snapshot)
    settle.judge(WRONG, "style", style=SAID, person_id="cem", now=NIGHT + MINUTE)

    again = night(snapshot, "n2")

    assert (again.flagged, again.sent, again.waiting) == (1, 0, 0)
    assert Audit.objects.get(pk=WRONG).state == "upheld"
    assert on_bench() == []


def test_a_judgement_taken_back_waits_again_with_its_reason(snapshot):
    night(snapshot)
    settle.judge(WRONG, "not_dress", person_id="cem", now=NIGHT + MINUTE)

    settle.unjudge(person_id="cem", now=NIGHT + 2 * MINUTE)

    assert [(case.photo_id, case.doubt) for case in on_bench()] == [(WRONG, "S0")]
    assert Golden.objects.get(pk=WRONG).style == SAID


def test_an_expert_who_cannot_tell_leaves_it_to_others(snapshot):
    night(snapshot)

    settle.judge(WRONG, "cant_tell", person_id="cem", now=NIGHT + MINUTE)

    assert Audit.objects.get(pk=WRONG).state == "disputed"
    assert [case.photo_id for case in on_bench("dan")] == [WRONG]


def test_a_night_repeated_sends_nothing_twice_and_the_next_one_leaves_it_there(snapshot):
    first = night(snapshot)
    assert night(snapshot) == first

    audit.audit("n2", at=NIGHT + MINUTE, now=NIGHT + MINUTE)  # follows all audits that are undecided
    later = night(snapshot, "n2")

    assert (later.sent, later.waiting) == (0, 1)
    assert Audit.objects.get(pk=WRONG).state == "disputed"
    assert [case.photo_id for case in on_bench()] == [WRONG]


def test_what_an_expert_settled_is_not_doubted(snapshot):
    Golden.objects.filter(pk=WRONG).update(by_expert=True)

    assert night(snapshot).sent == 0


def test_what_was_settled_otherwise_meanwhile_or_is_gone_is_left_alone(snapshot):
    Golden.objects.filter(pk=WRONG).update(style=SHOWS)
    assert night(snapshot).sent == 0

    Golden.objects.filter(pk=WRONG).update(style=SAID)
    Photo.objects.filter(pk=WRONG).update(state="removed")
    assert night(snapshot).sent == 0


def test_the_bench_is_never_flooded(snapshot, monkeypatch):
    monkeypatch.setattr(suspect, "MOST_WAITING", 0)

    found = night(snapshot)

    assert (found.flagged, found.sent, found.waiting) == (1, 0, 0)


def test_doubts_are_no_part_of_the_measured_accuracy(snapshot):
    night(snapshot)
    settle.judge(WRONG, "style", style=SHOWS, person_id="cem", now=NIGHT + MINUTE)

    assert measured(NOON).overall.share.n == 0
    assert audit.audit("n2", at=NIGHT + 2 * MINUTE, now=NIGHT + 2 * MINUTE).corrected == 0


def test_a_night_says_what_it_doubted():
    said = words.sentences("suspects", {"photos": 24, "flagged": 2, "sent": 1, "waiting": 3})

    assert said == [
        "DeepDress doubts 2 of 24 labels.",
        "1 has gone to the experts\u2019 bench; 3 wait there.",
    ]
