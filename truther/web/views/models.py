"""The models: which one serves and why, what the gate said of each, and the way back to an earlier one."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from kombu.exceptions import OperationalError

from classifier.registry import NoEarlierChampion, RunMissing
from classifier.runs import RunError
from truther.celery import app
from truther.config import config
from truther.flow import lanes, promote
from truther.models import ModelRun
from truther.web import trend_plots
from truther.web.clock import now_for
from truther.web.forms_models import ServeForm
from truther.web.refusals import refuse
from truther.web.sheets import sheet
from truther.web.views.control import RUNS
from truther.web.views.staff import admin_only, may_change_models, staff_only

AWAY = "No worker can be reached now, so undecided photos follow in the night."


@never_cache
@require_GET
@staff_only
def index(request: HttpRequest) -> HttpResponse:
    """Show every model with what the gate said of it, what served before, and the way back."""
    return _index(request, None)


@never_cache
@require_GET
@staff_only
def page(request: HttpRequest, run_id: str) -> HttpResponse:
    """Show one model: every figure the gate looked at, and what became of its photos."""
    return _page(request, _named(run_id), None)


@require_GET
@staff_only
def card(request: HttpRequest, run_id: str) -> HttpResponse:
    """Send a model's card as Markdown."""
    try:
        text = promote.card(_named(run_id).pk)
    except RunMissing as error:
        raise Http404(str(error)) from error
    name = f'attachment; filename="{run_id}.md"'
    return HttpResponse(
        text, content_type="text/markdown; charset=utf-8", headers={"Content-Disposition": name}
    )


@require_GET
@staff_only
def passed(request: HttpRequest) -> HttpResponse:
    """Send what lanes passed by, with what the model says of it; none of it is verified."""
    rows = ([*row.values()] for row in lanes.passed_rows())
    return sheet("truther-passed-not-verified", lanes.FIELDS, rows)


@never_cache
@require_POST
@admin_only
def serve(request: HttpRequest) -> HttpResponse:
    """Let an earlier model serve again, at once when its index is there; mistakes come back as written."""
    form = ServeForm(request.POST)
    if not form.is_valid():
        return _index(request, form)
    run_id, why, by = form.cleaned_data["run"], form.cleaned_data["why"], request.user.get_username()
    try:
        promote.rollback(run_id, now=now_for(request), by=by, why=why)
    except promote.IndexMissing:
        messages.info(request, _send_for(run_id, by, why))
    except (promote.UnknownModel, NoEarlierChampion, RunMissing, RunError) as refusal:
        return refuse(request, 409, str(refusal))
    else:
        messages.success(request, f"{run_id} serves again. {_follow()}")
    return redirect("control_models")


def _index(request: HttpRequest, form: ServeForm | None) -> HttpResponse:
    runs = list(ModelRun.objects.newest_first()[:RUNS])
    changes = promote.history()
    earlier = promote.earlier_or_none()
    context = {
        "runs": runs,
        "champion": changes[0] if changes else None,
        "changes": changes[:RUNS],
        "earlier": earlier,
        "form": form or ServeForm(initial={"run": earlier}),
        "may_change": may_change_models(request),
        "plot": trend_plots.top3(runs),
        "lanes": lanes.report(),
        "lane_error": config.lane_error,
    }
    return render(request, "control/models.html", context)


def _page(request: HttpRequest, run: ModelRun, form: ServeForm | None) -> HttpResponse:
    context = {
        "run": run,
        "has_parent": bool(run.parent) and ModelRun.objects.knows(run.parent),
        "changes": [entry for entry in promote.history() if entry.run == run.pk],
        "form": form or ServeForm(initial={"run": run.pk}),
        "may_change": may_change_models(request),
    }
    return render(request, "control/model.html", context)


def _named(run_id: str) -> ModelRun:
    try:
        return ModelRun.objects.named(run_id)
    except promote.UnknownModel as error:
        raise Http404(str(error)) from error


def _send_for(run_id: str, by: str, why: str) -> str:
    """Let a worker build what is missing, and say what happens meanwhile."""
    try:
        app.send_task(
            "truther.tasks.let_serve", (run_id, by, why)
        )  # by name: the tasks' own rooms load torch
    except OperationalError:
        return (
            f"{run_id} has no index of styles yet, and no worker can be reached to build it. Nothing changed."
        )
    return (
        f"The index of styles of {run_id} is being built; it serves in a minute or two. Nothing else changed."
    )


def _follow() -> str:
    """Let the undecided photos be scored again, and say when they are."""
    try:
        app.send_task("truther.tasks.classify_new")
    except OperationalError:  # it serves all the same
        return AWAY
    return "Undecided photos are scored by it in the background."
