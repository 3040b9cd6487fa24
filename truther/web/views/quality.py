"""The page that says how good the answers are, and what to do about it."""

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from truther.config import config
from truther.models import quality
from truther.rules import behaviour
from truther.rules.game import ENOUGH
from truther.web import quality_plots, quality_words
from truther.web.clock import now_for
from truther.web.forms import TrendForm
from truther.web.sheets import sheet
from truther.web.views.staff import staff_only


@never_cache
@require_GET
@staff_only
def page(request: HttpRequest) -> HttpResponse:
    """Show measured accuracy, calibration, disagreement, anchoring, drift, odd answers, and the arms."""
    now, span = now_for(request), TrendForm.days_of(request.GET)
    since = now - timedelta(days=span)
    measured, calibration = quality.measured(since), quality.calibration(since)
    contested, anchoring = quality.contested(), quality.anchoring(since, now=now)
    weeks = quality.weeks(now=now, time_zone=config.time_zone)
    crowd, arms = quality.crowd(since, now=now), quality.arms(since, now=now)
    context = {
        "span": span,
        "spans": TrendForm.SPANS,
        "query": f"?days={span}",
        "measured": measured,
        "calibration": calibration,
        "contested": [(quality_words.WHY.get(why, why), n) for why, n in contested.most_common()],
        "anchoring": anchoring,
        "weeks": weeks[::-1],
        "crowd": crowd,
        "arms": arms,
        "plots": {
            "reliability": quality_plots.reliability(calibration),
            "weeks": quality_plots.weekly(weeks),
        },
        "todo": {
            "accuracy": quality_words.of_accuracy(measured),
            "calibration": quality_words.of_calibration(calibration),
            "contested": quality_words.of_contested(contested),
            "anchoring": quality_words.of_anchoring(anchoring),
            "weeks": quality_words.of_weeks(weeks),
            "people": quality_words.of_people(crowd),
            "arms": quality_words.of_arms(arms),
        },
        "share": config.audit_share,
        "enough": ENOUGH,
        "enough_gold": behaviour.ENOUGH_GOLD,
        "chance": behaviour.CHANCE,
    }
    return render(request, "control/quality.html", context)


@require_GET
@staff_only
def numbers(request: HttpRequest, name: str) -> HttpResponse:
    """Send the numbers of one chart."""
    now = now_for(request)
    if name == "reliability":
        since = now - timedelta(days=TrendForm.days_of(request.GET))
        plot = quality_plots.reliability(quality.calibration(since))
    elif name == "weeks":
        plot = quality_plots.weekly(quality.weeks(now=now, time_zone=config.time_zone))
    else:
        raise Http404("there is no such chart")
    header = [plot.places_are.lower(), *(series.name.lower() for series in plot.series)]
    return sheet(f"truther-{name}", header, ([place, *values] for place, values in plot.rows))
