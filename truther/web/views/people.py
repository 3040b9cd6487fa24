"""People's own pages: their numbers, what they wish for, and the door for guests of the demo."""

import secrets

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from truther.config import config
from truther.flow import roll_up, wishes
from truther.models import Player
from truther.models.company import company_of
from truther.models.mine import mine
from truther.web.clock import now_for
from truther.web.people_forms import FeaturesForm, KeysForm, features, key_fields


@never_cache
@require_GET
def me(request: HttpRequest) -> HttpResponse:
    """Show a person's own numbers and last verdicts, to that person only."""
    person_id, now = request.user.get_username(), now_for(request)
    roll_up.refresh(person_id, now=now)
    context = {
        "mine": mine(person_id, now=now, time_zone=config.time_zone),
        "company": company_of(person_id, now=now, time_zone=config.time_zone),
    }
    return render(request, "people/me.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Let a person switch parts of the game off and choose keys."""
    if request.method == "POST":
        asked = {"keys": _choose, "reset": _reset}.get(request.POST.get("form", ""), _switch)
        return asked(request)
    return _show(request)


@login_not_required
@require_POST
def guest(request: HttpRequest) -> HttpResponse:
    """Let somebody play the demo without an account: a name of their own, no password."""
    if not config.demo:
        raise Http404("guests play in the demo only")
    if not request.user.is_authenticated:
        user = User.objects.create_user(f"guest-{secrets.token_hex(3)}")
        login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return redirect("play")


def _show(request: HttpRequest, **changed: object) -> HttpResponse:
    wished = Player.objects.of(request.user.get_username()).wishes
    context = {
        "features": features(wished.get("off")),
        "keys": key_fields(wished.get("keys", {}), {}),
    }
    return render(request, "people/settings.html", context | changed, status=422 if changed else 200)


def _switch(request: HttpRequest) -> HttpResponse:
    form = FeaturesForm(request.POST)
    if not form.is_valid():
        return _show(request, wrong="Nothing was changed: there is no such part of the game.")
    wishes.switch(request.user.get_username(), form.off())
    messages.success(request, "Kept. The game is as you like it.")
    return redirect("settings")


def _choose(request: HttpRequest) -> HttpResponse:
    typed = KeysForm(request.POST).keys()
    try:
        wishes.choose_keys(request.user.get_username(), typed)
    except wishes.BadKeys as refusal:
        return _show(request, keys=key_fields(typed, refusal.problems), wrong_keys=True)
    messages.success(request, "Kept. These are your keys now.")
    return redirect("settings")


def _reset(request: HttpRequest) -> HttpResponse:
    wishes.choose_keys(request.user.get_username(), {})
    messages.success(request, "The usual keys are back.")
    return redirect("settings")
