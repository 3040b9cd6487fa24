"""Photos that a lane decides: passed by, shown to people all the same, and put back."""

import pytest

from classifier.calibrate.lanes import Lane
from tests import small_world
from tests.conftest import MINUTE, NOON
from tests.passing import ALL, NOTHING, PASSED, SEEN, give_lanes, states
from truther.flow import classify, freeze, lanes
from truther.models import Batch, DaySum, Photo, trends
from truther.models.photos import State
from truther.shelf import picture_file

pytestmark = pytest.mark.django_db(databases=["default", "documents"])


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
