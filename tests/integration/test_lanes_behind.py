"""Looks behind the lanes, and what is passed by: never the truth, taken down and handed out as what it is."""

import json
from dataclasses import asdict
from io import StringIO

import pytest
from django.core.management import call_command

from classifier.calibrate.lanes import Lane
from classifier.snapshot import read_snapshot
from tests import small_world
from tests.conftest import MINUTE, NOON
from tests.factories import make_batch, make_golden, make_photo
from tests.passing import ALL, PASSED, give_lanes, looked_at, states
from truther.flow import classify, freeze, lanes, promise, retrain, settle, takedown
from truther.models import Golden, Photo
from truther.models.photos import State
from truther.night import words
from truther.shelf import snapshot_folder

pytestmark = pytest.mark.django_db(databases=["default", "documents"])


def test_a_lane_that_looks_have_broken_is_closed_for_good_and_gives_its_photos_back(lanes_on):
    small_world.post(8)
    classify.classify_new(now=NOON)
    looked_at(20, wrong=8)

    found = lanes.look_back("2026-03-14", now=NOON)

    look = found.looks["accept"]
    assert (look["n"], look["wrong"], look["verdict"]) == (20, 8, "broken")
    assert (found.closed, found.reopened) == (("accept",), len(PASSED))
    untried = asdict(promise.Promised(0, (), 0))
    assert words.sentences("lanes", asdict(found) | untried) == [
        "Accept: 20 looked at all the same, 8 wrong; the promise is broken.",
        "The lane accept is closed for v0.",
        "5 photos that were passed by have gone back to people.",
    ]
    assert states()["open"] == ALL
    again = lanes.look_back("2026-03-14", now=NOON)
    assert (again.closed, again.reopened) == (("accept",), 0)
    assert lanes.look_back("2026-03-15", now=NOON).closed == ()
    small_world.post(4, first=8)
    classify.classify_new(now=NOON + MINUTE)
    assert not Photo.objects.passed().exists()
    [accept, reject] = lanes.report()
    assert (accept.verdict, accept.looked_at, accept.wrong, reject.verdict) == ("closed", 20, 8, "off")


def test_the_other_lane_and_its_photos_are_left_alone(small_shop, allow):
    allow(0.05)
    give_lanes(Lane(0.9), Lane(0.9))
    make_photo("style", state=State.PASSED, lane="accept", batch_id="")
    make_photo("other", state=State.PASSED, lane="reject", batch_id="")
    for number in range(20):
        photo = make_photo(f"r{number}", lane="reject", lane_chance=0.04, state=State.SETTLED, p_dress=0.01)
        make_golden(photo.pk)  # all of them dresses

    found = lanes.look_back("2026-03-14", now=NOON)

    assert found.closed == ("reject",)
    assert (states()["open"], states()["passed"]) == (["other"], ["style"])


@pytest.mark.parametrize(("count", "wrong", "verdict"), [(120, 0, "holds"), (20, 1, "open")])
def test_a_lane_stays_open_while_looks_do_not_break_it(lanes_on, count, wrong, verdict):
    looked_at(count, wrong)

    found = lanes.look_back("2026-03-14", now=NOON)

    assert (found.looks["accept"]["verdict"], found.closed) == (verdict, ())


def test_looks_at_what_another_model_decided_or_other_thresholds_do_not_count(lanes_on):
    looked_at(20, wrong=8, run="older")
    assert lanes.look_back("2026-03-14", now=NOON).looks["accept"]["n"] == 0
    Photo.objects.update(model_version="v0")
    give_lanes(Lane(0.8))  # those have .3

    assert lanes.look_back("2026-03-14", now=NOON).looks["accept"]["n"] == 0


def test_what_is_passed_by_is_no_golden_record_whatever_happens(lanes_on):
    photo_ids = small_world.post(60)
    classify.classify_new(now=NOON)
    freeze.top_up(now=NOON)
    passed = set(Photo.objects.passed().values_list("pk", flat=True))
    before = Photo.objects.in_bulk(passed)
    small_world.play([photo_id for photo_id in photo_ids if photo_id not in passed], at=NOON)
    for person in ("ann", "ben", "cem"):
        small_world.vote("p000", person, "S0", at=NOON)  # no page lets them

    settle.rederive(now=NOON + MINUTE)
    freeze.freeze_batch(at=NOON + MINUTE)
    retrain.take_snapshot("2026-03-14", at=NOON + MINUTE)

    snapshot = read_snapshot(snapshot_folder("2026-03-14"))
    assert len(snapshot.photos) > 0
    assert not {photo.photo for photo in snapshot.photos} & passed
    assert not Golden.objects.filter(pk__in=passed).exists()
    for photo_id, photo in Photo.objects.in_bulk(passed).items():
        was = before[photo_id]
        assert (photo.state, photo.batch_id, photo.lane, photo.rev, photo.tally) == (
            State.PASSED, "", was.lane, was.rev, {},
        )  # fmt: skip


def test_a_photo_that_was_passed_by_can_be_taken_down(lanes_on):
    small_world.post(8)
    classify.classify_new(now=NOON)

    report = takedown.take_down(["p000"], reason="she asked", now=NOON)

    assert report.removed == ("p000",)
    photo = Photo.objects.get(pk="p000")
    assert (photo.state, photo.lane, photo.lane_chance, photo.p_dress) == (State.REMOVED, "", 1.0, None)
    assert "p000" not in [row["photo"] for row in lanes.passed_rows()]
    Photo.objects.update(model_version="older")
    classify.classify_again(now=NOON + MINUTE)
    assert Photo.objects.get(pk="p000").state == State.REMOVED


def test_the_export_says_what_the_model_decided_and_that_nobody_verified_it(small_shop):
    make_batch()
    make_photo("sure", state=State.PASSED, lane="accept", batch_id="", taken_at=NOON)
    make_photo("noise", state=State.PASSED, lane="reject", batch_id="", p_dress=0.01)
    make_photo("asked")
    out, table = StringIO(), StringIO()

    call_command("lanes", "export", stdout=out)
    call_command("lanes", "export", "--format", "csv", stdout=table)

    rows = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [
        (row["photo"], row["lane"], row["verdict"], row["style"], row["probability"]) for row in rows
    ] == [
        ("sure", "accept", "style", "red-wrap", 0.3),
        ("noise", "reject", "not_dress", "", 0.99),
    ]
    assert {row["verified"] for row in rows} == {False}
    header, first, _ = table.getvalue().splitlines()
    assert header.split(",") == list(lanes.FIELDS)
    assert first.startswith("sure,false,accept,style,red-wrap,0.3,")


def test_the_command_shows_the_lanes(lanes_on):
    small_world.post(8)
    classify.classify_new(now=NOON)
    people, machines = StringIO(), StringIO()

    call_command("lanes", "show", stdout=people)
    call_command("lanes", "show", "--json", stdout=machines)

    [accept, reject] = json.loads(machines.getvalue())
    assert (accept["lane"], accept["passed"], accept["threshold"], accept["verdict"]) == (
        "accept", len(PASSED), 0.0, "open",
    )  # fmt: skip
    assert (reject["threshold"], reject["verdict"]) == (None, "off")
    assert "accept" in people.getvalue()
