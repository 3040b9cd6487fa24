"""The pages of the staff: how far the batch is, who helped, what is contested, models and nights."""

import csv
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from truther.config import config
from truther.flow import settle
from truther.models import ModelRun, NightRun, bench, figures
from truther.rules.game import midnight_before
from truther.web.forms import AnswerForm, SpanForm
from truther.web.refusals import refuse

DAYS = 30
View = Callable[[HttpRequest], HttpResponse]


def staff_only(view: View) -> View:
    """Let staff in; answer 403 to everybody else who is signed in."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if not getattr(request.user, "is_staff", False):
            raise PermissionDenied
        return view(request)

    return guarded


@never_cache
@require_GET
@staff_only
def overview(request: HttpRequest) -> HttpResponse:
    """Show the open batch, the leaderboard of a span and what was settled each day."""
    form, now = SpanForm(request.GET), timezone.now()
    span = (form.cleaned_data["span"] if form.is_valid() else "") or "week"
    context = {
        "progress": figures.progress(),
        "leaders": figures.leaderboard(_since(span, now)),
        "days": figures.settled_per_day(days=DAYS, now=now, time_zone=config.time_zone),
        "span": span,
        "spans": SpanForm.base_fields["span"].choices,  # type: ignore[attr-defined]  # a ChoiceField has them
    }
    return render(request, "control/overview.html", context)


@require_GET
@staff_only
def settled_csv(request: HttpRequest) -> HttpResponse:
    """Send the numbers of the chart."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="settled-per-day.csv"'
    days = figures.settled_per_day(days=DAYS, now=timezone.now(), time_zone=config.time_zone)
    csv.writer(response).writerows([("day", "settled"), *days])
    return response


@never_cache
@require_http_methods(["GET", "POST"])
@staff_only
def contested(request: HttpRequest) -> HttpResponse:
    """Show the next contested photo as the game's own card, and keep the expert's word on it."""
    if request.method == "POST":
        return _judge(request)
    case = bench.next_case(request.user.get_username())
    return render(request, "control/contested.html", {"case": case})


@never_cache
@require_GET
@staff_only
def models(request: HttpRequest) -> HttpResponse:
    """Show every model with what the gate said of it."""
    return render(request, "control/models.html", {"runs": ModelRun.objects.newest_first()[:100]})


@never_cache
@require_GET
@staff_only
def nights(request: HttpRequest) -> HttpResponse:
    """Show the nights and their stages, the last first."""
    return render(request, "control/nights.html", {"nights": NightRun.objects.newest_first()[:60]})


def _judge(request: HttpRequest) -> HttpResponse:
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return refuse(request, 400, "Choose one of the dresses, none of ours, not a dress, or can’t tell.")
    try:
        settle.judge(**form.answered(), person_id=request.user.get_username(), now=timezone.now())
    except settle.Refusal as refusal:
        return refuse(request, 409, str(refusal))
    return redirect("control_contested")


def _since(span: str, now: datetime) -> datetime | None:
    midnight = midnight_before(now, config.time_zone)
    return {"day": midnight, "week": midnight - timedelta(days=6)}.get(span)
