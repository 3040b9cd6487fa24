"""The gate: what promotes, what keeps the champion, and that every reason has its figures."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from classifier.gate import Answers, Limits, NotComparable, Ruling, weigh
from classifier.gate.power import power_table, simulated
from classifier.gate.table import power_as_tables

PHOTOS, OWNERS, NEGATIVES = 200, 50, 40


def right(*wrong: int, of: int = PHOTOS) -> np.ndarray:
    """Right on every photo but these."""
    hits = np.ones(of, dtype=bool)
    hits[list(wrong)] = False
    return hits


def inside(start: int, stop: int) -> np.ndarray:
    """The photos from one number until before another."""
    return (np.arange(PHOTOS) >= start) & (np.arange(PHOTOS) < stop)


def champion(**changes: Any) -> Answers:
    """Wrong in top 3 on the first twenty photos, in top 1 on the first forty."""
    answers = Answers(
        run="v0",
        photos=tuple(f"p{number}" for number in range(PHOTOS)),
        owners=tuple(f"owner{number % OWNERS}" for number in range(PHOTOS)),
        top1=right(*range(40)),
        top3=right(*range(20)),
        slices={"cold": inside(0, 60), "audit": inside(60, 90), "colour:red": inside(100, 150)},
        negatives=tuple(f"n{number}" for number in range(NEGATIVES)),
        negative_owners=tuple(f"owner{number}" for number in range(NEGATIVES)),
        found=right(0, 1, of=NEGATIVES),
        ece=0.03,
        chance=0.01,
        colour_top3=0.4,
        seen=right(0),
        p95_ms=20.0,
    )
    return replace(answers, **changes)


BETTER = champion(run="new", top3=right(*range(6)), top1=right(*range(30)))


def check(ruling: Ruling, name: str):
    return next(check for check in ruling.checks if check.name == name)


def test_a_challenger_that_is_better_everywhere_is_promoted_with_its_figures():
    ruling = weigh(champion(), BETTER)

    assert ruling.promoted
    assert [line.name for line in ruling.checks] == [
        "top3", "top1", "cold", "audit", "colour", "negatives", "seen", "floor", "ece", "p95",
    ]  # fmt: skip
    assert {line.passed for line in ruling.checks} == {True}
    assert ruling.reasons[0].startswith(
        "Top 3 is surely no worse than the champion's: 0.970 against 0.900 on 200 photos of 50 owners, "
        "difference +0.070 [+0."
    )
    assert ruling.reasons[1].startswith("It is surely better in top 3 and top 1")


def test_the_same_model_again_is_kept_out_for_want_of_a_gain():
    ruling = weigh(champion(), champion(run="again"))

    assert not ruling.promoted
    assert ruling.reasons[0].startswith("No gain is certain")
    assert check(ruling, "top3").passed
    assert (check(ruling, "top3").low, check(ruling, "top3").high) == (0.0, 0.0)


def test_three_photos_won_and_none_lost_are_not_yet_a_gain():
    three, many = (champion(run="new", top3=right(*range(20 - won))) for won in (3, 14))

    assert not weigh(champion(), three).promoted
    assert check(weigh(champion(), three), "top3").low == 0.0  # percentiles of a few rare events end at zero
    assert weigh(champion(), many).promoted


def test_an_equal_top_3_with_a_surely_better_top_1_is_a_gain():
    assert weigh(champion(), champion(run="new", top1=right(*range(20)))).promoted


def test_photos_of_one_owner_count_as_one_witness():
    won = [number for number in range(PHOTOS) if number % OWNERS == 0]  # four photos of one owner
    before = champion(top3=right(*won), top1=right(*won))
    after = replace(before, run="new", top3=right(), top1=right())

    assert not weigh(before, after).promoted
    apart = tuple("" for _ in range(PHOTOS))
    assert weigh(replace(before, owners=apart), replace(after, owners=apart)).promoted


def test_few_photos_or_few_owners_keep_the_champion_and_say_so():
    few = weigh(champion(), BETTER, Limits(photos=201))
    alone = weigh(champion(), BETTER, Limits(owners=51))

    for ruling in (few, alone):
        assert not ruling.promoted
        assert ruling.checks == ()
    assert few.reasons == (
        "Only 200 golden photos of 50 owners in the holdout; it takes 201 photos of 20 owners to tell two "
        "models apart.",
    )


def test_an_empty_holdout_is_no_error():
    nobody = np.zeros(0, dtype=bool)
    empty = {"photos": (), "owners": (), "top1": nobody, "top3": nobody, "slices": {}, "seen": nobody}

    assert not weigh(champion(**empty), champion(**empty)).promoted


@pytest.mark.parametrize(
    ("harm", "name", "sentence"),
    [
        ({"found": right(*range(6), of=NEGATIVES)}, "negatives", "Photos without a dress: worse"),
        ({"seen": right(*range(60))}, "seen", "Dresses taken for dresses: worse"),
        ({"top3": right(*range(60, 66))}, "audit", "Photos confirmed by audits: worse"),
        ({"top3": right(*range(100, 106))}, "colour", "Worst colour (red): worse"),
        ({"ece": 0.041}, "ece", "Calibration error 0.041, more than 0.01 above"),
        ({"p95_ms": 251.0}, "p95", "over the budget of 250 ms"),
        ({"colour_top3": 0.98}, "floor", "does not beat guessing by colour or chance (0.980)"),
    ],
)
def test_harm_in_one_place_keeps_the_champion_and_is_named_first(harm, name, sentence):
    ruling = weigh(champion(), replace(BETTER, **harm))

    assert not ruling.promoted
    assert not check(ruling, name).passed
    assert sentence in ruling.reasons[0]


def test_a_slice_of_twenty_may_lose_one_photo_but_not_two():
    slices = {"audit": inside(60, 80)}
    one, two = (replace(BETTER, slices=slices, top3=right(*range(60, 60 + lost))) for lost in (1, 2))

    kept = weigh(champion(slices=slices), one)

    assert kept.promoted
    assert "not shown to be worse" in check(kept, "audit").reason
    assert not weigh(champion(slices=slices), two).promoted


def test_a_slice_that_is_too_small_is_named_and_not_judged():
    slices = {"audit": inside(60, 79), "colour:red": inside(100, 119)}

    ruling = weigh(champion(slices=slices), replace(BETTER, slices=slices))

    assert ruling.promoted
    assert [check(ruling, name).passed for name in ("cold", "audit", "colour")] == [None, None, None]
    assert "Photos confirmed by audits: only 19 in the holdout, 20 are needed; not judged." in ruling.reasons
    assert "Worst colour: no colour has 20 photos in the holdout; not judged." in ruling.reasons


def test_of_many_colours_the_worst_is_allowed_what_chance_lets_the_worst_of_many_lose():
    many = {f"colour:{number}": inside(20 * number, 20 * number + 20) for number in range(1, 10)}
    lost = replace(BETTER, top3=right(100, 101))

    alone = {"colour:5": many["colour:5"]}

    assert not weigh(champion(slices=alone), replace(lost, slices=alone)).promoted
    ruling = weigh(champion(slices=many), replace(lost, slices=many))
    assert ruling.promoted
    assert check(ruling, "colour").title == "Worst colour (5)"


def test_dresses_may_be_lost_where_more_is_won_on_photos_without_one():
    before = champion(found=right(*range(20), of=NEGATIVES))
    ruling = weigh(before, replace(BETTER, seen=right(*range(12)), found=right(0, of=NEGATIVES)))

    assert ruling.promoted
    assert "more is won on photos without a dress" in check(ruling, "seen").reason
    assert not weigh(before, replace(BETTER, seen=~right(), found=right(of=NEGATIVES))).promoted


def test_a_champion_that_knows_nothing_is_no_measure_of_calibration():
    nothing = champion(top3=~right(0), top1=~right(), ece=0.001)

    ruling = weigh(nothing, replace(BETTER, ece=0.06))

    assert ruling.promoted
    assert check(ruling, "ece").passed is None


def test_where_the_machine_is_too_slow_for_both_the_champion_is_the_measure():
    slow = champion(p95_ms=400.0)

    assert weigh(slow, replace(BETTER, p95_ms=470.0)).promoted
    assert not weigh(slow, replace(BETTER, p95_ms=490.0)).promoted


def test_models_of_different_photos_cannot_be_compared():
    with pytest.raises(NotComparable, match="one snapshot"):
        weigh(champion(), replace(BETTER, photos=BETTER.photos[::-1]))


def test_the_document_is_plain_json_and_the_same_every_time():
    first, again = (weigh(champion(), BETTER).document() for _ in range(2))

    assert json.loads(json.dumps(first)) == first == again
    line = first["checks"][0]
    assert (line["n"], line["owners"], line["passed"]) == (200, 50, True)
    assert line["low"] < line["difference"] < line["high"]


def test_the_simulated_models_differ_by_what_was_asked():
    before, after = simulated(np.random.default_rng(0), 40_000, 0.03)

    assert before.top3.mean() == pytest.approx(0.90, abs=0.006)
    assert after.top3.mean() == pytest.approx(0.93, abs=0.006)
    assert after.found.mean() == pytest.approx(before.found.mean(), abs=0.006)


def test_the_gate_promotes_the_better_and_hardly_ever_the_equal_or_the_worse():
    table = power_table(sizes=(150, 600), trials=20)
    rows = {(row.photos, row.change): row.promoted for row in table}

    assert rows[150, 0.03] >= 0.4
    assert rows[600, 0.03] >= 0.7
    assert max(rows[150, 0.0], rows[600, 0.0]) <= 0.15
    assert rows[150, -0.03] == rows[600, -0.03] == 0
    assert all(row.plain >= row.promoted - 0.1 for row in table)
    assert [each.columns for each in power_as_tables(table)] == [["photos", "+0.03", "equal", "-0.03"]] * 2
