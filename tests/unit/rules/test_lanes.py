"""Which lanes are open: off unless asked for, closed once broken, never tried for until luck opens one."""

import json

import pytest

from classifier.calibrate.lanes import Lane, LaneAudit, Lanes, fewest_photos
from truther.rules import lanes

BOTH = Lanes(0.05, 0.975, accept=Lane(0.9, 120, 1, 0.04), reject=Lane(0.95, 200, 2, 0.03))
NONE = Lanes(0.05, 0.975, accept=Lane(None), reject=Lane(None))
BROKEN = LaneAudit("accept", n=40, wrong=8, share=0.2, low=0.1, high=0.33, verdict="broken")


def kept(of: Lanes = BOTH, photos: int = 300) -> dict:
    return lanes.keep(of, source="2026-03-14", photos=photos)


def test_what_is_kept_is_plain_and_reads_back():
    assert lanes.as_tested(json.loads(json.dumps(kept()))) == BOTH
    assert lanes.as_tested({}) is None
    assert lanes.keep(None, source="2026-03-14") == {}


@pytest.mark.parametrize(("error", "is_open"), [(0.0, False), (0.02, False), (0.05, True), (0.2, True)])
def test_lanes_are_open_where_they_promise_no_more_errors_than_are_allowed(error, is_open):
    assert lanes.in_force(kept(), error=error) == (BOTH if is_open else None)


def test_no_lane_is_in_force_where_none_was_tested_or_none_has_a_threshold():
    assert lanes.in_force({}, error=0.2) is None
    assert lanes.in_force(kept(NONE), error=0.2) is None


def test_a_broken_lane_stays_closed_and_the_other_one_open():
    closed = lanes.close(kept(), {"accept": BROKEN}, night="2026-03-15")

    found = lanes.in_force(closed, error=0.05)

    assert found is not None
    assert (found.accept, found.reject) == (Lane(None), BOTH.reject)
    assert closed["closed"] == {"accept": {"night": "2026-03-15", "n": 40, "wrong": 8}}
    tried_again = lanes.keep(BOTH, source="2026-03-16", photos=900, before=closed)
    assert lanes.open_ones(lanes.in_force(tried_again, error=0.05)) == ("reject",)
    assert tried_again["tries"] == 2


def test_the_first_night_to_close_a_lane_is_remembered():
    closed = lanes.close(kept(), {"accept": BROKEN}, night="2026-03-15")

    again = lanes.close(closed, {"accept": BROKEN}, night="2026-03-16")

    assert again == closed


def test_all_tries_of_a_model_share_one_doubt():
    doubts = [1 - lanes.confidence_of(attempt) for attempt in range(1, 40)]

    assert sum(doubts) <= lanes.DOUBT + 1e-12
    assert doubts[:2] == pytest.approx([0.025, 0.0125])
    assert lanes.fewest_for({}, error=0.05) == fewest_photos(0.05, 0.975) == 99
    assert lanes.fewest_for(kept(), error=0.05) > 99


@pytest.mark.parametrize(
    ("before", "error", "photos", "due"),
    [
        ({}, 0.05, 98, False),  # too few to open any lane, whatever they say
        ({}, 0.05, 99, True),
        (kept(), 0.05, 9999, False),  # open: left alone
        (kept(), 0.02, 9999, True),  # another promise is wanted
        (kept(NONE), 0.05, 599, False),
        (kept(NONE), 0.05, 600, True),  # twice as many as the last time
        (kept(NONE, photos=0), 0.05, 113, True),  # tested when it was trained, on nobody knows how many
    ],
)
def test_a_model_tries_once_for_each_promise_and_again_with_twice_the_photos(before, error, photos, due):
    assert lanes.is_due(before, error=error, photos=photos) is due


def test_a_model_whose_lanes_both_broke_tries_no_more():
    reject = LaneAudit("reject", n=9, wrong=5, share=0.5, low=0.2, high=0.8, verdict="broken")
    closed = lanes.close(kept(), {"accept": BROKEN, "reject": reject}, night="2026-03-15")

    assert not lanes.is_due(closed, error=0.01, photos=99_999)


@pytest.mark.parametrize(
    ("lane", "verdict", "style", "right"),
    [
        ("accept", "style", "S1", True),
        ("accept", "style", "S2", False),
        ("accept", "unlisted", "", False),
        ("accept", "not_dress", "", False),
        ("reject", "not_dress", "", True),
        ("reject", "unlisted", "", False),  # a dress, though none of ours
        ("reject", "style", "S1", False),
    ],
)
def test_a_lane_was_right_when_people_say_the_same(lane, verdict, style, right):
    assert lanes.is_right(lane, "S1", verdict, style) is right


def test_a_model_without_a_first_style_is_not_confirmed_by_a_record_without_one():
    assert not lanes.is_right("accept", "", "unlisted", "")
