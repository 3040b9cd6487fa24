"""Where the parts of a chart lie: pure geometry, drawn by `templates/control/_chart.html`.

Across, everything is in per cent of the drawing's width, up and down in px: so a chart fills whatever room it
has while its words keep their size, without a style attribute or a script.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, log10

from truther.web.plots import Number, Place, Plot, Series, named, short, words_at

LEFT, RIGHT = 13.0, 99.0  # per cent: room for the numbers of the axis on the left
TOP, BOTTOM, HEIGHT = 10.0, 130.0, 150.0  # px: room for half a number above, for the days below
FILLED = 0.74  # share of its place that a bar fills


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis from its least to its greatest tick."""

    ticks: tuple[float, ...]

    def y(self, value: float) -> float:
        """Return how far below the top of the drawing a value lies, in px."""
        low, high = self.ticks[0], self.ticks[-1]
        return BOTTOM - (value - low) / (high - low) * (BOTTOM - TOP)


@dataclass(frozen=True, slots=True)
class Label:
    """A word on an axis."""

    at: str
    text: str
    anchor: str = "end"


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle of one series."""

    x: str
    y: str
    width: str
    height: str
    look: str


@dataclass(frozen=True, slots=True)
class Stroke:
    """A piece of a line between two neighbours."""

    x1: str
    y1: str
    x2: str
    y2: str
    look: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A value that stands alone, or the last one of a line."""

    x: str
    y: str
    look: str


@dataclass(frozen=True, slots=True)
class Band:
    """One place from top to bottom: what the pointer finds, and the words it shows."""

    x: str
    width: str
    words: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """All parts of one chart."""

    rows: tuple[Label, ...]
    columns: tuple[Label, ...]
    bars: tuple[Bar, ...]
    strokes: tuple[Stroke, ...]
    dots: tuple[Dot, ...]
    bands: tuple[Band, ...]


def draw(plot: Plot) -> Drawing:
    """Return where everything lies; a plot without places has no parts but its axis."""
    scale = scale_of(_heights(plot), share=plot.share, from_zero=plot.kind != "line")
    lines = plot.kind == "line"
    return Drawing(
        rows=tuple(Label(f"{scale.y(tick):.1f}", short(tick, share=plot.share)) for tick in scale.ticks),
        columns=_columns(plot.places),
        bars=() if lines else tuple(_bars(plot, scale)),
        strokes=tuple(_strokes(plot, scale)) if lines else (),
        dots=tuple(_dots(plot, scale)) if lines else (),
        bands=_bands(plot),
    )


def scale_of(values: Sequence[Number], *, share: bool = False, from_zero: bool = True) -> Scale:
    """Return the axis of two to five round ticks that holds all values.

    Args:
        values: None where nothing was measured; none of them negative.
        share: they lie in [0, 1], and so do the ticks.
        from_zero: bars must begin at nothing; a line may begin higher, to show what changes.
    """
    known = [value for value in values if value is not None]
    high = max(known, default=0.0)
    low = 0.0 if from_zero else min(known, default=0.0)
    if share:
        high = 1.0 if not from_zero else max(high, 0.01)
        low = min(low, 0.9)
    if high <= low:
        low, high = (0.0, max(high, 1.0))
    step = _step((high - low) / 3, whole=not share)
    first, last = floor(round(low / step, 6)), ceil(round(high / step, 6))
    return Scale(tuple(round(number * step, 10) for number in range(first, max(last, first + 1) + 1)))


def centre(index: int, count: int) -> float:
    """Return the middle of one of so many places, in per cent of the width."""
    return LEFT + (index + 0.5) * (RIGHT - LEFT) / count


def _step(least: float, *, whole: bool) -> float:
    """The smallest of 1, 2, 5, 10 ... that is not below the least."""
    size = 10.0 ** floor(log10(least))
    step = next(factor * size for factor in (1, 2, 5, 10) if factor * size >= least * 0.999)
    return max(step, 1.0) if whole else step


def _heights(plot: Plot) -> list[Number]:
    if plot.kind != "stack":
        return [value for series in plot.series for value in series.values]
    return [
        sum(value or 0.0 for value in column)
        for column in zip(*(series.values for series in plot.series), strict=True)
    ]


def _columns(places: Sequence[Place]) -> tuple[Label, ...]:
    """Name the first, the last and, where there is room, the middle place."""
    count = len(places)
    if count < 2:
        return tuple(Label(_percent(centre(0, 1)), named(place, brief=True), "middle") for place in places)
    ends = [
        Label(_percent(LEFT), named(places[0], brief=True), "start"),
        Label(_percent(RIGHT), named(places[-1], brief=True), "end"),
    ]
    if count >= 5:
        middle = count // 2
        ends.insert(1, Label(_percent(centre(middle, count)), named(places[middle], brief=True), "middle"))
    return tuple(ends)


def _bars(plot: Plot, scale: Scale) -> list[Bar]:
    count, floors = len(plot.places), [0.0] * len(plot.places)
    bars = []
    for number, series in enumerate(plot.series, start=1):
        for index, value in enumerate(series.values):
            if value:
                part = " part" if plot.unfinished and index == count - 1 else ""
                bars.append(
                    _bar(centre(index, count), count, floors[index], value, scale, f"s{number}{part}")
                )
            if plot.kind == "stack":
                floors[index] += value or 0.0
    return bars


def _bar(middle: float, count: int, low: float, value: float, scale: Scale, look: str) -> Bar:
    width = FILLED * (RIGHT - LEFT) / count
    top, bottom = scale.y(low + value), scale.y(low)
    return Bar(
        x=_percent(middle - width / 2),
        y=f"{top:.1f}",
        width=_percent(width),
        height=f"{max(bottom - top, 0.5):.1f}",  # one of a million is still to be seen
        look=look,
    )


def _points(plot: Plot, scale: Scale, series: Series) -> list[tuple[str, str] | None]:
    count = len(plot.places)
    return [
        None if value is None else (_percent(centre(index, count)), f"{scale.y(value):.1f}")
        for index, value in enumerate(series.values)
    ]


def _strokes(plot: Plot, scale: Scale) -> list[Stroke]:
    return [
        Stroke(*before, *after, look=f"s{number}")
        for number, series in enumerate(plot.series, start=1)
        for before, after in pairwise(_points(plot, scale, series))
        if before and after
    ]


def _dots(plot: Plot, scale: Scale) -> list[Dot]:
    dots = []
    for number, series in enumerate(plot.series, start=1):
        points = [None, *_points(plot, scale, series), None]
        last = max((index for index, point in enumerate(points) if point), default=0)
        for index, point in enumerate(points):
            if point and (index == last or not (points[index - 1] or points[index + 1])):
                dots.append(Dot(*point, look=f"s{number}"))
    return dots


def _bands(plot: Plot) -> tuple[Band, ...]:
    width = (RIGHT - LEFT) / max(len(plot.places), 1)
    return tuple(
        Band(_percent(LEFT + index * width), _percent(width), words_at(plot, index))
        for index in range(len(plot.places))
    )


def _percent(value: float) -> str:
    return f"{value:.2f}%"
