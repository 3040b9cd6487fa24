"""Queues in pure form."""

import math

from truther.simulate.queues import QUEUES, STORY, Coverage, Queue, compare, cover, covered

UNIFORM, BY_NEED = QUEUES[1], QUEUES[2]
SITTINGS = [(f"p{number % 60}", 12) for number in range(200)]  # 2,400 looks


def test_looks_are_counted_by_photo():
    assert covered([0, 1, 1, 3]) == Coverage(photos=4, looks=5, none=1, one=2)
    assert covered([0, 1, 1, 3]).mean == 1.25


def test_a_uniform_seed_that_skips_nothing_covers_like_poisson():
    found = [cover(STORY, SITTINGS, 1000, seed=seed) for seed in range(20)]

    none = sum(coverage.none for coverage in found) / 20_000
    assert all(coverage.looks == 2400 for coverage in found)
    assert abs(none - math.exp(-2.4)) < 0.01


def test_skipping_what_is_settled_leaves_fewer_photos_without_a_look():
    story, skipping, by_need = (cover(queue, SITTINGS[:130], 1000, seed=1) for queue in QUEUES)

    assert max(by_need.none, skipping.none) < 0.7 * story.none


def test_the_same_seed_covers_the_same():
    assert cover(BY_NEED, SITTINGS, 1000, seed=3) == cover(BY_NEED, SITTINGS, 1000, seed=3)
    assert cover(BY_NEED, SITTINGS, 1000, seed=3) != cover(BY_NEED, SITTINGS, 1000, seed=4)


def test_a_queue_that_skips_shows_nobody_a_photo_twice_and_ends_when_all_are_met():
    found = cover(Queue("", by_need=False, skips=True), [("ann", 50)], 30, seed=1)

    assert found == Coverage(photos=30, looks=30, none=0, one=30)


def test_coverage_is_compared_at_the_marks_that_were_reached_and_at_the_end():
    photos = [f"p{number}" for number in range(10)]
    looks = [(("ann", "monday"), photo) for photo in photos] + [
        (("ben", "monday"), photo) for photo in photos[:4]
    ]

    found = compare(looks, photos, marks=(0.5, 1.0, 2.4), seed=1)

    assert [moment.measured.looks for moment in found] == [5, 10, 14]
    assert [moment.measured.none for moment in found] == [5, 0, 0]
    assert found[-1].measured.one == 6
    assert [moment.queues[STORY.name].looks for moment in found] == [5, 10, 14]
