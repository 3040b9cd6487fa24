"""The experts' bench: the game's own card for what people cannot settle, the next cases already at hand."""

import json
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.middleware import HtmxDetails

from truther.flow import explain, settle
from truther.models import Player, bench
from truther.rules import keys
from truther.web.clock import now_for
from truther.web.forms import AnswerForm
from truther.web.refusals import refuse
from truther.web.views.staff import staff_only

CASES = 4  # the one on the table, and those whose pictures the browser decodes meanwhile


class HtmxRequest(HttpRequest):
    """A request that knows whether the bench's own script sent it."""

    htmx: HtmxDetails


@never_cache
@vary_on_headers("HX-Request")
@require_http_methods(["GET", "POST"])
@staff_only
def contested(request: HtmxRequest) -> HttpResponse:
    """Show the next contested photo and keep the expert's word on it; the cases alone to the script."""
    if request.method == "POST":
        return _judge(request)
    first = request.GET.get("photo", "")[:64]
    person_id = request.user.get_username()
    cases = bench.next_cases(person_id, most=CASES, first=first)
    chosen = keys.chosen(Player.objects.of(person_id).wishes.get("keys", {}))
    template = "control/contested.html#cases" if request.htmx else "control/contested.html"
    return render(request, template, {"cases": cases, "keys": chosen, "keys_json": json.dumps(chosen)})


@require_POST
@staff_only
def undo(request: HttpRequest) -> HttpResponse:
    """Take the expert's last judgement back, and put its photo on the table again."""
    try:
        photo_id = settle.unjudge(person_id=request.user.get_username(), now=now_for(request))
    except settle.Refusal as refusal:
        return refuse(request, 409, str(refusal))
    return redirect(f"{reverse('control_contested')}?{urlencode({'photo': photo_id})}")


@never_cache
@vary_on_headers("HX-Request")
@require_safe
@staff_only
def why(request: HtmxRequest) -> HttpResponse:
    """Show what DeepDress saw in one photo: a panel for the bench, a page to a browser without script."""
    photo_id = request.GET.get("photo", "")[:64]
    template = "control/why.html#reasons" if request.htmx else "control/why.html"
    try:
        shown = explain.why(photo_id)
    except explain.NoPhoto:
        return refuse(request, 404, "There is no such photo, or its picture is gone.")
    except explain.ModelAway:
        return render(request, template, {"photo_id": photo_id})
    return render(request, template, {"photo_id": photo_id, "why": shown})


def _judge(request: HttpRequest) -> HttpResponse:
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return refuse(request, 400, "Choose one of the dresses, none of ours, not a dress, or can’t tell.")
    try:
        settle.judge(**form.answered(), person_id=request.user.get_username(), now=now_for(request))
    except settle.Refusal as refusal:
        return refuse(request, 409, str(refusal))
    return redirect("control_contested")
