"""Which numbers of the house are drawn, and how."""

from collections.abc import Callable, Sequence
from typing import Any

from truther.models import DaySum, ModelRun
from truther.web.plots import Number, Plot, Series

Days = Sequence[DaySum]


def votes(days: Days) -> Plot:
    """Votes of everybody on each day."""
    return _bars("votes", "Votes per day", days, lambda day: day.votes, "Votes")


def settled(days: Days) -> Plot:
    """Photos that became golden on each day."""
    return _bars("settled", "Settled per day", days, lambda day: day.settled, "Settled")


def people(days: Days) -> Plot:
    """People who voted on each day."""
    return _bars("people", "People at play", days, lambda day: day.people, "People")


def agreement(days: Days) -> Plot:
    """Share of each day's votes that golden records confirm."""
    note = "Share of the votes on photos that are sure by now. Votes of the last days are still being joined."
    shares = [_share(day.right, day.compared) for day in days]
    return _line("agreement", "Agreement", days, [Series("Agreement", shares)], note)


def not_dress(days: Days) -> Plot:
    """Share of each day's settled photos that show no dress."""
    shares = [_share(day.not_dress, day.settled) for day in days]
    return _line("not-dress", "Not a dress", days, [Series("Of the settled", shares)], "")


def backlog(days: Days) -> Plot:
    """What was left at the end of each day."""
    parts = {"In the batch": "open", "Waiting": "waiting", "Contested": "contested"}
    return Plot(
        name="backlog",
        title="Left to do",
        places=[day.day for day in days],
        series=[Series(name, [getattr(day, field) for day in days]) for name, field in parts.items()],
        kind="stack",
        note="Measured while the day lasts: a day on which nobody measured is empty.",
    )


def top3(runs: Sequence[ModelRun]) -> Plot:
    """How often the right style was among the first three of each night's model, oldest first."""
    judged = [run for run in reversed(runs) if run.gate]
    return Plot(
        name="top3",
        title="Model: top 3",
        places=[run.pk for run in judged],
        places_are="Model",
        series=[
            Series("Challenger", [_measured(run, "challenger", "top3") for run in judged]),
            Series("Champion then", [_measured(run, "champion", "top3") for run in judged]),
            Series("Colour alone", [_measured(run, "challenger", "colour_top3") for run in judged]),
        ],
        kind="line",
        share=True,
        note="Each night on its own holdout: compare the two of a night, not one night with another.",
    )


OF_DAYS: tuple[Callable[[Days], Plot], ...] = (votes, settled, people, agreement, backlog, not_dress)


def of_days(days: Days) -> dict[str, Plot]:
    """Return every plot over days, by its name."""
    return {plot.name: plot for plot in (make(days) for make in OF_DAYS)}


def _bars(name: str, title: str, days: Days, value: Callable[[DaySum], int], unit: str) -> Plot:
    series = [Series(unit, [value(day) for day in days])]
    return Plot(name=name, title=title, places=[day.day for day in days], series=series, unfinished=True)


def _line(name: str, title: str, days: Days, series: list[Series], note: str) -> Plot:
    places = [day.day for day in days]
    return Plot(name=name, title=title, places=places, series=series, kind="line", share=True, note=note)


def _share(part: int, whole: int) -> Number:
    return part / whole if whole else None


def _measured(run: ModelRun, side: str, what: str) -> Number:
    sheet: dict[str, Any] = run.gate.get(side) or {}
    return sheet.get(what)
