"""The seeded order in which photos are met."""

import subprocess
import sys
from collections import Counter

from truther.rules.walk import Draw, Shares, place_at, seed_of, serve_id, shuffled, start_among

OPTIONS = ["red-wrap", "blue-column", "green-swing"]


def test_options_keep_their_order_for_one_person_and_vary_over_people() -> None:
    orders = Counter(tuple(shuffled(OPTIONS, photo_id="p1", person_id=f"person{n}")) for n in range(600))

    assert shuffled(OPTIONS, photo_id="p1", person_id="ann") == shuffled(
        OPTIONS, photo_id="p1", person_id="ann"
    )
    assert len(orders) == 6
    assert min(orders.values()) > 60  # a fair sixth is 100; six standard deviations are 55


def test_the_same_seed_is_the_same_in_another_process() -> None:
    call = "print(seed_of('a', 'b'), shuffled(list('abcdef'), photo_id='p', person_id='q'))"
    program = f"from truther.rules.walk import seed_of, shuffled; {call}"
    other = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert (
        other.stdout.strip() == f"{seed_of('a', 'b')} {shuffled(list('abcdef'), photo_id='p', person_id='q')}"
    )


def test_parts_cannot_be_mixed_up() -> None:
    assert seed_of("ab", "c") != seed_of("a", "bc")
    assert serve_id("p1", "ann") != serve_id("p1", "ben")


def test_a_start_is_drawn_by_need() -> None:
    starts = Counter(start_among([2, 1, 0, 1], seed) for seed in range(2000))

    assert starts[2] == 0
    assert 900 < starts[0] < 1100  # half of the missing votes; six standard deviations are 134
    assert 400 < starts[1] < 600


def test_places_call_for_audits_and_random_photos_as_often_as_asked() -> None:
    draws = Counter(place_at(7, number, Shares(0.02, 0.03)).draw for number in range(10_000))

    assert 120 < draws[Draw.AUDIT] < 280
    assert 200 < draws[Draw.RANDOM] < 400
    assert draws.total() == 10_000


def test_shares_name_the_chance_of_each_draw() -> None:
    shares = Shares(0.25, 0.5)

    assert [shares.of(draw) for draw in (Draw.AUDIT, Draw.RANDOM, Draw.WALK)] == [0.25, 0.5, 0.25]
