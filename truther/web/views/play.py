"""The game: show the next photo, keep a verdict, take one back, name a dress the model did not think of."""

import json

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers
from django_htmx.middleware import HtmxDetails

from truther.config import config
from truther.flow import assign, verify
from truther.models import Player, Style
from truther.models.mine import pace_of
from truther.models.neighbours import neighbours_of
from truther.rules import keys
from truther.web.clock import now_for
from truther.web.forms import NamingForm, VoteForm
from truther.web.refusals import refuse

AHEAD = 5  # cards whose pictures the browser decodes before they are needed
REFILL = 10  # cards that the game's script is sent at a time
PENDING = "pending_verdict"


class HtmxRequest(HttpRequest):
    """A request that knows whether htmx, or the game's own script, sent it."""

    htmx: HtmxDetails


@never_cache
@vary_on_headers("HX-Request")
@require_GET
def play(request: HtmxRequest) -> HttpResponse:
    """Show the next photo: the deck alone to scripts, the whole page to a browser."""
    person_id, now = request.user.get_username(), now_for(request)
    sitting = str(request.session.session_key)
    have = [photo_id for photo_id in request.GET.get("have", "").split(",") if photo_id]
    fresh = REFILL if request.htmx else 1 + AHEAD
    hand = assign.deal(session_key=sitting, person_id=person_id, now=now, fresh=fresh, have=have)
    if request.htmx:
        return render(request, "play/page.html#deck", {"hand": hand} | _keys(person_id))
    context = {
        "hand": hand,
        "pace": pace_of(person_id, now=now, time_zone=config.time_zone),
        "pending": request.session.pop(PENDING, None),
    }
    return render(request, "play/page.html", context | _keys(person_id))


def _keys(person_id: str) -> dict[str, object]:
    """Return the person's keys: for the caps on the page, and for the script."""
    chosen = keys.chosen(Player.objects.of(person_id).wishes.get("keys", {}))
    return {"keys": chosen, "keys_json": json.dumps(chosen)}


@login_not_required
@require_http_methods(["GET", "POST"])
def vote(request: HttpRequest) -> HttpResponse:
    """Keep one verdict, then send the person on to the next photo; signed out, it waits for the sign-in."""
    if request.method == "POST" and request.user.is_authenticated:
        return _keep(request)
    if request.method == "POST":
        request.session[PENDING] = VoteForm.raw(request.POST)
    return redirect("play")


def _keep(request: HttpRequest) -> HttpResponse:
    form = VoteForm(request.POST)
    if not form.is_valid():
        return refuse(request, 400, "Choose one of the dresses, none of them, not a dress, or can’t tell.")
    try:
        verify.cast_vote(form.verdict(), person_id=request.user.get_username(), now=now_for(request))
    except verify.Refusal as refusal:
        return refuse(request, 409, str(refusal))
    return redirect("play")


@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take one verdict back, the last when none is named, and show its photo again."""
    try:
        vote_id = request.POST.get("vote") or None
        verify.undo(person_id=request.user.get_username(), now=now_for(request), vote_id=vote_id)
    except verify.Refusal as refusal:
        return refuse(request, 409, str(refusal))
    return redirect("play")


@never_cache
@require_GET
def naming(request: HtmxRequest) -> HttpResponse:
    """Search the whole catalogue, or before a word is typed show look-alikes: each style is an answer."""
    form = NamingForm(request.GET)
    if not form.is_valid():
        return refuse(request, 400, "Go back to the photo and search from there.")
    asked = form.cleaned_data
    judge = asked["judge"] and request.user.is_staff
    context = {
        "styles": Style.objects.found_by(asked["q"], most=30),
        "words": asked["q"].strip(),
        "photo_id": asked["photo"],
        "judge": judge,
    }
    if not context["words"]:
        context["look_alikes"] = neighbours_of(
            asked["photo"], person_id=request.user.get_username(), judge=judge
        )
    return render(request, "play/naming.html#found" if request.htmx else "play/naming.html", context)
