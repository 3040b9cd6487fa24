"""Charts are drawn by arithmetic: ticks, places, gaps, and what happens when there is little to draw."""

from datetime import date, timedelta

import pytest

from truther.web.geometry import BOTTOM, LEFT, RIGHT, TOP, draw, scale_of
from truther.web.plots import Plot, Series, long, named, short, summary

DAY = date(2026, 3, 14)


def plot(*values: float | None, **options) -> Plot:
    """Numbers of consecutive days up to Pi Day."""
    days = [DAY - timedelta(days=step) for step in reversed(range(len(values)))]
    series = options.pop("series", None) or [Series("Votes", values)]
    return Plot(name="votes", title="Votes per day", places=days, series=series, **options)


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([], (0, 1)),
        ([0, 0], (0, 1)),
        ([1], (0, 1)),
        ([None, None], (0, 1)),
        ([7], (0, 5, 10)),
        ([30], (0, 10, 20, 30)),
        ([31], (0, 20, 40)),
        ([2_345_678], (0, 1_000_000, 2_000_000, 3_000_000)),
        ([10**15], (0, 5 * 10**14, 10**15)),
    ],
)
def test_ticks_are_few_and_round(values, ticks):
    assert scale_of(values).ticks == ticks


def test_shares_of_a_line_begin_where_they_change():
    assert scale_of([0.91, 0.97], share=True, from_zero=False).ticks == (0.9, 0.95, 1.0)
    assert scale_of([0.42, 0.97], share=True, from_zero=False).ticks == (0.4, 0.6, 0.8, 1.0)
    assert scale_of([1.0], share=True, from_zero=False).ticks[-1] == 1.0
    assert scale_of([], share=True, from_zero=False).ticks == (0.0, 0.5, 1.0)
    assert scale_of([0.12, 0.3], share=True).ticks == (0.0, 0.1, 0.2, 0.3)


def test_bars_stand_on_the_axis_and_in_proportion():
    drawing = draw(plot(0, 10, 5))

    tall, half = drawing.bars
    assert float(tall.y) + float(tall.height) == float(half.y) + float(half.height) == BOTTOM
    assert float(tall.y) == TOP
    assert float(tall.height) == 2 * float(half.height)


def test_everything_lies_inside_the_drawing():
    drawing = draw(plot(*range(90), kind="bars"))

    ends = [(float(bar.x[:-1]), float(bar.x[:-1]) + float(bar.width[:-1])) for bar in drawing.bars]
    assert min(low for low, _ in ends) >= LEFT
    assert max(high for _, high in ends) <= RIGHT
    assert len(drawing.bands) == 90


def test_one_of_a_million_is_still_to_be_seen():
    assert float(draw(plot(1_000_000, 1)).bars[1].height) > 0


def test_parts_of_a_stack_stand_on_each_other():
    drawing = draw(plot(0, 0, kind="stack", series=[Series("a", [6, 4]), Series("b", [4, None])]))

    lower, _, upper = drawing.bars
    assert (lower.look, upper.look) == ("s1", "s2")
    assert float(upper.y) == TOP
    assert float(upper.y) + float(upper.height) == pytest.approx(float(lower.y))


def test_a_day_that_is_not_over_looks_so():
    assert [bar.look for bar in draw(plot(3, 4, unfinished=True)).bars] == ["s1", "s1 part"]


def test_a_line_has_gaps_where_nothing_was_measured():
    drawing = draw(plot(1, 2, None, 4, None, 6, 7, kind="line"))

    assert len(drawing.strokes) == 2
    assert len(drawing.dots) == 2  # the one that stands alone, and the last


def test_a_single_value_is_a_dot_in_the_middle():
    drawing = draw(plot(3, kind="line"))

    assert drawing.strokes == ()
    assert [dot.x for dot in drawing.dots] == [f"{(LEFT + RIGHT) / 2:.2f}%"]
    assert [label.text for label in drawing.columns] == ["14 Mar"]


def test_nothing_at_all_is_an_axis_and_a_sentence():
    empty = plot()

    assert (draw(empty).bars, draw(empty).bands, draw(empty).columns) == ((), (), ())
    assert empty.empty
    assert plot(None, None).empty
    assert not plot(0).empty
    assert summary(empty) == summary(plot(None)) == "No numbers yet."


def test_days_at_the_ends_and_in_the_middle_are_named():
    labels = [(label.text, label.anchor) for label in draw(plot(*[1] * 30)).columns]

    assert labels == [("13 Feb", "start"), ("28 Feb", "middle"), ("14 Mar", "end")]


def test_the_pointer_finds_every_day_in_words():
    assert draw(plot(1234)).bands[0].words == "Sat 14 March: 1,234"
    both = plot(0, series=[Series("Open", [3]), Series("Waiting", [None])])
    assert draw(both).bands[0].words == "Sat 14 March: Open 3, Waiting –"


def test_a_chart_is_said_in_a_sentence():
    assert summary(plot(3, 1, 2)) == "Thu 12 March to Sat 14 March. Votes: last 2, least 1, most 3."


def test_numbers_are_short_on_an_axis_and_whole_in_a_table():
    assert [short(value) for value in (0, 850, 1200, 2_000_000, 5e14)] == ["0", "850", "1.2k", "2M", "500T"]
    assert [short(value, share=True) for value in (0, 0.05, 0.925, 1)] == ["0%", "5%", "92.5%", "100%"]
    assert [long(value) for value in (None, 0, 12850, 2.5)] == ["–", "0", "12,850", "2.5"]
    assert long(0.452, share=True) == "45.2%"
    assert named("run-1") == "run-1"
