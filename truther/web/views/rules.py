"""The rules: every version there was, another one tried on the stored votes, and put in force."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from kombu.exceptions import OperationalError

from truther.celery import app
from truther.flow import amend
from truther.models.vote_rules import parameters_of
from truther.web.clock import now_for
from truther.web.forms_rules import ActivationForm, RuleForm
from truther.web.views.staff import staff_only


@never_cache
@require_GET
@staff_only
def rules(request: HttpRequest) -> HttpResponse:
    """Show every version of the rule, and a form that begins at the one in force."""
    return _page(request, None)


@never_cache
@require_GET
@staff_only
def preview(request: HttpRequest) -> HttpResponse:
    """Show what another rule would change; changes nothing."""
    form = RuleForm(request.GET)
    if not form.is_valid():
        return _page(request, form)
    found = amend.preview(form.tried(), now=now_for(request))
    asked = ActivationForm(initial=form.cleaned_data | {"based_on": found.against.version})
    return _preview(request, found, asked)


@never_cache
@require_POST
@staff_only
def activate(request: HttpRequest) -> HttpResponse:
    """Put a rule in force, as a new version; mistakes come back with all that was written."""
    form, now = ActivationForm(request.POST), now_for(request)
    if form.is_valid():
        try:
            named = amend.activate(
                form.tried(),
                author=request.user.get_username(),
                why=form.cleaned_data["why"],
                based_on=form.cleaned_data["based_on"],
                now=now,
            )
        except amend.Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{named.version} is in force: {named.words}. {_follow()}")
            return redirect("control_rules")
    tried = RuleForm(request.POST)
    if not tried.is_valid():
        return _page(request, tried)
    found = amend.preview(tried.tried(), now=now)
    return _preview(request, found, form)


def _follow() -> str:
    """Send the open photos after the rule, and say when they follow."""
    try:
        app.send_task("truther.tasks.follow_rule")  # by name: the tasks' own rooms load torch
    except OperationalError:  # the rule counts all the same: every vote asks for it, and so does the night
        return "No worker can be reached now, so open photos follow at their next vote or tonight."
    return "Open photos follow in the background."


def _page(request: HttpRequest, form: RuleForm | None) -> HttpResponse:
    found = amend.versions(now=now_for(request))
    active = next(version for version in found if version.active)
    shown = form or RuleForm(initial=parameters_of(active.rule))
    return render(request, "control/rules.html", {"versions": found, "active": active, "form": shown})


def _preview(request: HttpRequest, found: amend.Preview, form: ActivationForm) -> HttpResponse:
    changes = [(words, found.counts[kind], found.examples[kind]) for kind, words in amend.KINDS.items()]
    hidden = [form[name] for name in ("rule", "first_to", "posterior", "min_humans", "cap", "based_on")]
    # What is shown now is what is agreed to: the version the preview was made against.
    based_on = found.against.version
    return render(
        request,
        "control/rules_preview.html",
        {"preview": found, "changes": changes, "form": form, "hidden": hidden, "based_on": based_on},
    )
