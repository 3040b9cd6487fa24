"""People's own pages: their numbers, and the door for guests of the demo."""

import secrets

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from truther.config import config
from truther.models import figures


@never_cache
@require_GET
def me(request: HttpRequest) -> HttpResponse:
    """Show a person's own numbers and last verdicts, to that person only."""
    mine = figures.mine(request.user.get_username(), now=timezone.now(), time_zone=config.time_zone)
    return render(request, "people/me.html", {"mine": mine})


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
