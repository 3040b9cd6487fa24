"""The seeded order in which photos are met."""

import random
import subprocess
import sys
from collections import Counter

import pytest

from truther.rules.walk import (
    Arm,
    Draw,
    Shares,
    arm_of,
    dull_of_ten,
    enough_for,
    gold_share,
    is_dull,
    place_at,
    room_for,
    seed_of,
    serve_id,
    shuffled,
    start_among,
)

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


def test_the_chances_of_all_draws_add_up() -> None:
    shares = Shares(0.02, 0.03, gold=0.33, dull=0.3)

    assert sum(shares.of(draw) for draw in Draw) == pytest.approx(1.0)
    assert shares.of(Draw.DULL) == pytest.approx(0.62 * 0.3)


def test_every_draw_comes_as_often_as_its_chance_says() -> None:
    shares = Shares(0.02, 0.03, gold=0.2, dull=0.25)
    draws = Counter(place_at(11, number, shares).draw for number in range(20_000))

    for draw in Draw:
        expected = 20_000 * shares.of(draw)
        assert abs(draws[draw] - expected) < 6 * expected**0.5


def test_gold_tapers_with_experience_and_follows_the_dose() -> None:
    shares = [gold_share(answered, 1.0) for answered in (0, 14, 15, 39, 40, 199, 200, 9_000)]

    assert shares == [0.33, 0.33, 0.2, 0.2, 0.1, 0.1, 0.05, 0.05]
    assert gold_share(3, 0.5) == 0.165
    assert gold_share(3, 0.0) == 0.0


def test_every_ten_keeps_as_many_places_for_the_dull_as_asked() -> None:
    tens = [dull_of_ten(5, ten, 0.3) for ten in range(50)]

    assert {len(places) for places in tens} == {3}
    assert all(place // 10 == ten for ten, places in enumerate(tens) for place in places)
    assert len({frozenset(place % 10 for place in places) for places in tens}) > 20


def test_a_share_of_no_whole_number_of_places_holds_over_many_tens() -> None:
    counts = Counter(len(dull_of_ten(5, ten, 0.25)) for ten in range(1_000))

    assert set(counts) == {2, 3}
    assert 400 < counts[2] < 600  # six standard deviations are 95


def test_half_of_the_sessions_are_dosed_and_each_stays_in_its_arm() -> None:
    arms = Counter(arm_of(seed_of("session", str(number)), 0.5) for number in range(2_000))

    assert 866 < arms[Arm.DOSED] < 1134  # six standard deviations
    assert {arm_of(seed, 0.0) for seed in range(50)} == {Arm.PLAIN}
    assert {arm_of(seed, 1.0) for seed in range(50)} == {Arm.DOSED}


@pytest.mark.parametrize(
    ("p_dress", "best", "dull"),
    [(0.49, None, True), (0.5, 0.89, False), (0.99, 0.9, True), (None, None, False), (0.7, None, False)],
)
def test_dull_is_what_the_model_is_sure_of(p_dress: float | None, best: float | None, dull: bool) -> None:
    assert is_dull(p_dress, best) is dull


def test_room_follows_from_how_many_photos_there_are_for_how_many_people() -> None:
    assert [room_for(photos, 10) for photos in (0, 239, 400, 2_399, 2_400, 10**6)] == [6, 6, 10, 59, 60, 60]
    assert room_for(1_000, 0) == 60
    assert room_for(enough_for(7), 7) == 60
    assert room_for(enough_for(7) - 1, 7) == 59


def test_starts_by_need_leave_hardly_a_photo_without_a_look() -> None:
    unseen = [_unseen_after(2.4, by_need=True, seed=seed) for seed in range(5)]
    uniform = [_unseen_after(2.4, by_need=False, seed=seed) for seed in range(5)]

    assert max(unseen) < 0.01
    assert sum(uniform) / len(uniform) > 0.05  # what start by need is there for: e^-2.4 is .09


def _unseen_after(
    mean_looks: float, *, by_need: bool, seed: int, photos: int = 600, sitting: int = 12
) -> float:
    """Let people walk back from their starts until the mean of looks is reached; return the share unseen.

    By need, as in the game: the start is drawn by need among 32 photos, and two looks that agree (four in
    five do) settle a photo, which then leaves the walk. Else: uniform starts, and every photo stays.
    """
    chance = random.Random(seed)
    looks = [0] * photos
    need = [2] * photos
    while sum(looks) < mean_looks * photos:
        left = [number for number in range(photos) if need[number]] if by_need else list(range(photos))
        if not left:
            break
        first = chance.randrange(len(left))
        if by_need:
            lots = chance.sample(range(len(left)), min(32, len(left)))
            first = lots[start_among([need[left[lot]] for lot in lots], chance.getrandbits(40))]
        for number in (left[first:] + left[:first])[:sitting]:
            looks[number] += 1
            need[number] = 0 if looks[number] > 1 and chance.random() < 0.8 else 1
    return looks.count(0) / photos
