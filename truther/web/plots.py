"""Numbers over days or names, as charts, tables and downloads show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

Place = date | str
Number = float | None


@dataclass(frozen=True, slots=True)
class Series:
    """One line, or one part of every bar; None where nothing was measured."""

    name: str
    values: Sequence[Number]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """Numbers over days or names, and how they are to be drawn."""

    name: str  # short, in ASCII: names the download and the parts of the page
    title: str
    places: Sequence[Place]
    series: Sequence[Series]
    kind: Literal["bars", "stack", "line"] = "bars"
    share: bool = False  # the values are shares in [0, 1], read as per cent
    places_are: str = "Day"
    headline: str = ""  # the one number that somebody in a hurry wants
    note: str = ""  # what somebody must know to read it
    unfinished: bool = False  # the last place is not over yet

    @property
    def rows(self) -> list[tuple[Place, tuple[Number, ...]]]:
        """The numbers as a table: a place, and its value in every series."""
        values = zip(*(series.values for series in self.series), strict=True)
        return list(zip(self.places, values, strict=True))

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return all(value is None for series in self.series for value in series.values)


def short(value: float, *, share: bool = False) -> str:
    """Return a number as an axis says it: 850, 1.2k, 3M, 45%."""
    if share:
        return f"{100 * value:.3g}%"
    for size, letter in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:.3g}{letter}"
    return f"{value:.3g}"


def long(value: Number, *, share: bool = False) -> str:
    """Return a number in full, as a table says it: 12,850, 45.2%, or a dash when nothing was measured."""
    if value is None:
        return "–"
    return f"{100 * value:.1f}%" if share else f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def named(place: Place, *, brief: bool = False) -> str:
    """Return a day as people say it, or the name itself."""
    if isinstance(place, str):
        return place
    return f"{place.day} {place:%b}" if brief else f"{place:%a} {place.day} {place:%B}"


def summary(plot: Plot) -> str:
    """Return in a sentence what a chart shows, for those who do not see it."""
    if plot.empty:
        return "No numbers yet."
    said = []
    for series in plot.series:
        known = [value for value in series.values if value is not None]
        if known:
            last, low, high = (long(value, share=plot.share) for value in (known[-1], min(known), max(known)))
            said.append(f"{series.name}: last {last}, least {low}, most {high}")
    return f"{named(plot.places[0])} to {named(plot.places[-1])}. {'; '.join(said)}."


def words_at(plot: Plot, index: int) -> str:
    """Return what a chart says of one place."""
    said = [long(series.values[index], share=plot.share) for series in plot.series]
    if len(said) > 1:
        said = [f"{series.name} {value}" for series, value in zip(plot.series, said, strict=True)]
    return f"{named(plot.places[index])}: {', '.join(said)}"
