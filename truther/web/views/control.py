"""The pages of the staff: the batch, what needs somebody, the numbers over days, models and nights."""

from datetime import datetime, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from truther.config import config
from truther.flow import identify, roll_up
from truther.models import DaySum, ModelRun, NightRun, backlog, desk, trends
from truther.rules.forecast import CannotTell
from truther.rules.game import day_of
from truther.web import trend_plots
from truther.web.clock import now_for
from truther.web.forms import TrendForm
from truther.web.plots import Plot
from truther.web.sheets import sheet
from truther.web.views.staff import staff_only

RUNS = 60  # models and nights that are looked back on


@never_cache
@require_GET
@staff_only
def overview(request: HttpRequest) -> HttpResponse:
    """Show the open batch and its outlook, what needs somebody, and the house's numbers over days."""
    now, span = now_for(request), TrendForm.days_of(request.GET)
    roll_up.freshen(now=now)
    days = _days(now, span)
    progress = backlog.progress()
    context = {
        "progress": progress,
        "outlook": _outlook(progress, now),
        "desk": desk.waiting(now=now),
        "model_away": not identify.model_answers(),
        "plots": [*trend_plots.of_days(days).values(), _top3()],
        "today": days[-1],
        "span": span,
        "spans": TrendForm.SPANS,
        "query": f"?days={span}",
    }
    return render(request, "control/overview.html", context)


@require_GET
@staff_only
def numbers(request: HttpRequest, name: str) -> HttpResponse:
    """Send the numbers of one chart."""
    days = _days(now_for(request), TrendForm.days_of(request.GET))
    plots = trend_plots.of_days(days) | {"top3": _top3()}
    if name not in plots:
        raise Http404("there is no such chart")
    plot = plots[name]
    header = [plot.places_are.lower(), *(series.name.lower() for series in plot.series)]
    return sheet(f"truther-{name}", header, ([place, *values] for place, values in plot.rows))


@never_cache
@require_GET
@staff_only
def nights(request: HttpRequest) -> HttpResponse:
    """Show the nights and their stages, the last first."""
    context = {"nights": NightRun.objects.newest_first()[:RUNS], "plot": _top3()}
    return render(request, "control/nights.html", context)


def _days(now: datetime, span: int) -> list[DaySum]:
    today = day_of(now, config.time_zone)
    return trends.days_of(today - timedelta(days=span - 1 + trend_plots.LEAD), today)


def _top3() -> Plot:
    return trend_plots.top3(list(ModelRun.objects.newest_first()[:RUNS]))


def _outlook(progress: backlog.Progress | None, now: datetime) -> dict[str, object]:
    """Return the forecast, or the sentence that says why there is none."""
    if progress is None or not progress.open:
        return {}
    try:
        return {"forecast": backlog.outlook(progress.open, today=day_of(now, config.time_zone))}
    except CannotTell as reason:
        return {"reason": str(reason)}
