"""Which numbers of the house are drawn, and how."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from truther.models import DaySum, ModelRun
from truther.web.plots import Number, Place, Plot, Series

Days = Sequence[DaySum]
LEAD = 6  # days before the first that is drawn: its seven days need them


def votes(days: Days) -> Plot:
    """Votes of everybody on each day."""
    return _bars("votes", "Votes per day", days, "votes")


def settled(days: Days) -> Plot:
    """Photos that became golden on each day."""
    return _bars("settled", "Settled per day", days, "settled")


def people(days: Days) -> Plot:
    """People who voted on each day."""
    most = max((day.people for day in days), default=0)
    return replace(_bars("people", "People at play", days, "people"), headline=f"at most {most}")


def agreement(days: Days) -> Plot:
    """Share of the votes of a week that golden records confirm."""
    return _weekly("agreement", "Agreement", days, "right", "compared")


def not_dress(days: Days) -> Plot:
    """Share of a week's settled photos that show no dress."""
    return _weekly("not-dress", "Not a dress", days, "not_dress", "settled")


def backlog(days: Days) -> Plot:
    """What was left at the end of each day."""
    parts = {"In the batch": "open", "Waiting": "waiting", "Contested": "contested"}
    left = next((day.open + (day.waiting or 0) for day in reversed(days) if day.open is not None), None)
    return Plot(
        name="backlog",
        title="Left to do",
        places=[day.day for day in days],
        series=[Series(name, [getattr(day, field) for day in days]) for name, field in parts.items()],
        kind="stack",
        headline=f"{left:,}" if left is not None else "",
        note="Measured while the day lasts: a day on which nobody measured is empty.",
    )


def top3(runs: Sequence[ModelRun]) -> Plot:
    """How often the right style was among the first three of each night's model, oldest first."""
    judged = [run for run in reversed(runs) if run.gate]
    serving = next((_measured(run, _winner(run), "top3") for run in reversed(judged)), None)
    return Plot(
        name="top3",
        title="Model: top 3",
        places=[_place(run) for run in judged],
        series=[
            Series("Challenger", [_measured(run, "challenger", "top3") for run in judged]),
            Series("Champion then", [_measured(run, "champion", "top3") for run in judged]),
            Series("Colour alone", [_measured(run, "challenger", "colour_top3") for run in judged]),
        ],
        kind="line",
        share=True,
        headline="" if serving is None else f"{100 * serving:.0f}%",
        note="Each night on its own holdout: compare the two of a night, not one night with another.",
    )


def of_days(days: Days) -> dict[str, Plot]:
    """Return every plot over days, by its name; the first LEAD of these days are not drawn."""
    drawn = days[LEAD:]
    plots = votes(drawn), settled(drawn), people(drawn), agreement(days), backlog(drawn), not_dress(days)
    return {plot.name: plot for plot in plots}


def _bars(name: str, title: str, days: Days, what: str) -> Plot:
    values = [getattr(day, what) for day in days]
    return Plot(
        name=name,
        title=title,
        places=[day.day for day in days],
        series=[Series(what.title(), values)],
        unfinished=True,
        headline=f"{sum(values):,}",
    )


def _weekly(name: str, title: str, days: Days, part: str, whole: str) -> Plot:
    """Pool seven days: a day alone has too few to show more than chance, and a Sunday often has none."""
    shares = [_share(days[last - LEAD : last + 1], part, whole) for last in range(LEAD, len(days))]
    now = shares[-1]
    return Plot(
        name=name,
        title=title,
        places=[day.day for day in days[LEAD:]],
        series=[Series("Seven days", shares)],
        kind="line",
        share=True,
        note="Each point is the share of the seven days up to it.",
        headline="" if now is None else f"{100 * now:.0f}%",
    )


def _share(days: Days, part: str, whole: str) -> Number:
    count = sum(getattr(day, whole) for day in days)
    return sum(getattr(day, part) for day in days) / count if count else None


def _place(run: ModelRun) -> Place:
    """The day of a night's model; other models have names."""
    try:
        return date.fromisoformat(run.pk)
    except ValueError:
        return run.pk


def _winner(run: ModelRun) -> str:
    return "challenger" if run.gate.get("promoted") else "champion"


def _measured(run: ModelRun, side: str, what: str) -> Number:
    sheet: dict[str, Any] = run.gate.get(side) or {}
    return sheet.get(what)
