"""Photos that a lane decides: passed by, looked at all the same, put back, and never taken for the truth."""

import json
from dataclasses import asdict
from io import StringIO

import pytest
from django.core.management import call_command

from classifier.calibrate.lanes import Lane, Lanes
from classifier.snapshot import read_snapshot
from tests import small_world
from tests.conftest import MINUTE, NOON
from tests.factories import make_batch, make_golden, make_photo
from truther.config import config
from truther.flow import classify, freeze, lanes, promise, retrain, settle, takedown
from truther.flow.classify import passing
from truther.models import Batch, DaySum, Golden, ModelRun, Photo, trends
from truther.models.photos import State
from truther.night import words
from truther.rules.lanes import keep
from truther.shelf import picture_file, snapshot_folder

pytestmark = pytest.mark.django_db(databases=["default", "documents"])
SEEN = ["p001", "p003", "p004"]  # of the first eight: what the lot shows to people all the same
PASSED = ["p000", "p002", "p005", "p006", "p007"]
ALL = sorted([*SEEN, *PASSED])
EVERYTHING, NOTHING = Lane(0.0), Lane(None)


@pytest.fixture
def allow(monkeypatch):
    """Allow lanes a share of errors, everywhere; none before the first call."""

    def change(error: float) -> None:
        allowed = config.model_copy(update={"lane_error": error})
        for room in (passing, lanes, promise, retrain):
            monkeypatch.setattr(room, "config", allowed)

    return change


@pytest.fixture
def lanes_on(small_shop, allow):
    """Five errors in a hundred are allowed, and the champion may accept everything that it sees."""
    allow(0.05)
    give_lanes()


def give_lanes(
    accept: Lane = EVERYTHING, reject: Lane = NOTHING, *, run: str = "v0", error: float = 0.05
) -> None:
    classify.champion(now=NOON)
    tested = Lanes(error, 0.95, accept, reject)
    ModelRun.objects.note_lanes(run, keep(tested, source="2026-03-01", photos=400))


def states() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for photo_id, state in Photo.objects.order_by("pk").values_list("pk", "state"):
        found.setdefault(state, []).append(photo_id)
    return found


def looked_at(count: int, wrong: int, *, lane: str = "accept", run: str = "v0") -> None:
    """Photos that a lane decided, that people saw all the same, and what they settled."""
    for number in range(count):
        photo = make_photo(
            f"{lane}-{number}", lane=lane, lane_chance=0.04, state=State.SETTLED, votes=2, model_version=run
        )
        make_golden(photo.pk, style="blue-column" if number < wrong else "red-wrap")


def test_people_see_everything_unless_an_error_is_allowed(small_shop):
    give_lanes()
    small_world.post(8)

    classify.classify_new(now=NOON)

    assert states() == {"open": ALL}
    assert set(Photo.objects.values_list("lane", "lane_chance")) == {("", 1.0)}


def test_without_lanes_of_its_own_the_model_asks_people_everything(small_shop, allow):
    allow(0.05)
    small_world.post(8)

    classify.classify_new(now=NOON)

    assert states() == {"open": ALL}


def test_an_open_lane_passes_photos_by_and_shows_a_random_share_all_the_same(lanes_on):
    small_world.post(8)

    assert classify.classify_new(now=NOON) == 8

    assert states() == {"open": SEEN, "passed": PASSED}
    assert set(Photo.objects.values_list("lane", "lane_chance")) == {("accept", 0.04)}
    assert Photo.objects.get(pk="p000").candidates[0]["sku"] in small_world.STYLES


def test_each_lane_takes_its_own_and_the_rest_goes_to_people(small_shop, allow):
    allow(0.05)
    give_lanes(NOTHING, Lane(0.5))
    photo_ids = small_world.post(30)

    classify.classify_new(now=NOON)

    for photo in Photo.objects.in_bulk(photo_ids).values():
        rejected = photo.p_dress is not None and photo.p_dress <= 0.5
        assert photo.lane == ("reject" if rejected else ""), photo.pk
        assert photo.lane_chance == (0.04 if rejected else 1.0)
        assert (photo.state == State.PASSED) <= rejected
    assert Photo.objects.passed_counts().keys() == {"reject"}


def test_a_promise_looser_than_allowed_is_of_no_use(small_shop, allow):
    allow(0.02)
    give_lanes(error=0.05)
    small_world.post(8)

    classify.classify_new(now=NOON)

    assert states() == {"open": ALL}


def test_what_is_passed_by_never_joins_a_batch_and_counts_nowhere_as_waiting(lanes_on):
    small_world.post(8)
    classify.classify_new(now=NOON)

    assert freeze.top_up(now=NOON) == len(SEEN)

    batch = Batch.objects.get()
    assert (batch.size, Photo.objects.waiting().count()) == (3, 0)
    trends.measure(now=NOON, time_zone="UTC")
    today = DaySum.objects.get()
    assert (today.open, today.waiting, today.contested) == (3, 0, 0)
    assert list(Photo.objects.in_walk(batch.pk).values_list("pk", flat=True)) == SEEN


def test_a_photo_of_a_batch_is_not_passed_by_when_the_lane_opens_later(small_shop, allow):
    small_world.post(8)
    classify.classify_new(now=NOON)
    freeze.top_up(now=NOON)
    small_world.post(1, first=9)
    classify.classify_new(now=NOON)
    allow(0.05)
    give_lanes()
    Photo.objects.update(model_version="older")

    assert classify.classify_again(now=NOON + MINUTE) == 9

    assert states() == {"open": ALL, "passed": ["p009"]}
    # What everybody may see already is no random share, whatever the lane says of it.
    assert {photo.pk for photo in Photo.objects.filter(lane="accept")} == {*SEEN, "p009"}
    assert set(Photo.objects.filter(pk__in=PASSED).values_list("lane", "lane_chance")) == {("", 1.0)}


def test_a_photo_with_a_vote_is_never_passed_by_nor_counted_as_a_random_look(small_shop, allow):
    photo_ids = small_world.post(8)
    classify.classify_new(now=NOON)
    for photo_id in photo_ids:
        small_world.vote(photo_id, "ann", "S0", at=NOON)
    allow(0.05)
    give_lanes()
    Photo.objects.update(model_version="older")

    classify.classify_again(now=NOON + MINUTE)

    assert states() == {"open": photo_ids}
    assert set(Photo.objects.values_list("model_version", "lane", "lane_chance")) == {("v0", "", 1.0)}


def test_a_vote_that_comes_while_the_model_looks_keeps_the_photo_before_people(lanes_on):
    [photo_id] = small_world.post(1)
    Photo.objects.filter(pk=photo_id).update(state=State.OPEN, votes=1)
    scores = {"model_version": "v0", "state": State.PASSED, "lane": "accept", "lane_chance": 0.04}

    assert Photo.objects.keep_scores({photo_id: scores}, state=State.OPEN) == 1

    photo = Photo.objects.get(pk=photo_id)
    assert (photo.state, photo.lane, photo.lane_chance, photo.model_version) == ("open", "", 1.0, "v0")


def test_what_a_lane_said_of_a_photo_stays_once_people_have_begun_on_it(lanes_on):
    small_world.post(8)
    classify.classify_new(now=NOON)
    small_world.vote("p001", "ann", "S0", at=NOON)
    for person in ("ann", "ben"):
        small_world.vote("p003", person, "none", at=NOON)  # goes to the experts, who take days
    before = Photo.objects.in_bulk(["p001", "p003"])
    Photo.objects.update(model_version="older")

    classify.classify_again(now=NOON + MINUTE)

    after = Photo.objects.in_bulk(["p001", "p003"])
    for photo_id, photo in after.items():
        assert (photo.model_version, photo.candidates) == ("older", before[photo_id].candidates)
        assert (photo.lane, photo.lane_chance, photo.state) == ("accept", 0.04, before[photo_id].state)
    assert Photo.objects.get(pk="p004").model_version == "v0"


def test_another_model_routes_again_what_was_passed_by(lanes_on):
    small_world.post(8)
    classify.classify_new(now=NOON)
    give_lanes(Lane(1.1))  # a lane that nothing is sure enough for
    Photo.objects.update(model_version="older", need=9)

    classify.classify_again(now=NOON + MINUTE)

    assert states() == {"open": ALL}
    assert set(Photo.objects.values_list("lane", "lane_chance", "model_version")) == {("", 1.0, "v0")}
    assert set(Photo.objects.filter(pk__in=PASSED).values_list("need", flat=True)) == {2}


def test_what_another_model_passed_by_and_this_one_cannot_see_goes_to_people(lanes_on):
    small_world.post(8)
    classify.classify_new(now=NOON)
    picture_file(Photo.objects.get(pk="p000").sha256).unlink()
    Photo.objects.update(model_version="older")

    classify.classify_again(now=NOON + MINUTE)

    assert states() == {"open": ["p000", *SEEN], "passed": PASSED[1:]}


def test_switched_off_everything_goes_back_to_people_at_the_next_look(lanes_on, allow):
    small_world.post(8)
    classify.keep_up(now=NOON)
    allow(0.0)

    assert classify.keep_up(now=NOON + MINUTE) == len(PASSED)  # so the batch is filled at once

    assert states() == {"open": ALL}
    assert freeze.top_up(now=NOON + MINUTE) == 8
    assert set(Photo.objects.filter(pk__in=PASSED).values_list("lane", "lane_chance", "need")) == {
        ("", 1.0, 2)
    }


def test_switched_off_everything_goes_back_to_people_at_night(lanes_on, allow):
    small_world.post(8)
    classify.classify_new(now=NOON)
    allow(0.0)

    found = lanes.look_back("2026-03-14", now=NOON)

    assert (found.error, found.looks, found.closed, found.reopened) == (0.0, {}, (), len(PASSED))
    assert states() == {"open": ALL}


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
