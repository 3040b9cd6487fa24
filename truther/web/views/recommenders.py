"""The recommenders: which one serves and why, what each was measured at, and the way back."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from truther import rack
from truther.flow import reinstate
from truther.models import RecommenderRun, Style
from truther.models.registry import UnknownModel
from truther.web.clock import now_for
from truther.web.forms_models import ServeForm
from truther.web.refusals import refuse
from truther.web.views.staff import admin_only, may_change_models, staff_only

RUNS = 30
SHOWN = 5  # styles at each end of a factor
PLOTS = {
    "roc": "True and false positives",
    "precision-recall": "Precision and recall",
    "hits": "Hits and how high they stand",
    "quality-time": "Quality against seconds",
}


@never_cache
@require_GET
@staff_only
def index(request: HttpRequest) -> HttpResponse:
    """Show the recommender that serves, what it was measured at, all runs, and the way back."""
    return _index(request, None)


@never_cache
@require_POST
@admin_only
def serve(request: HttpRequest) -> HttpResponse:
    """Let the recommender serve again that served before; mistakes come back as written."""
    form = ServeForm(request.POST)
    if not form.is_valid():
        return _index(request, form)
    run_id, why, by = form.cleaned_data["run"], form.cleaned_data["why"], request.user.get_username()
    try:
        name = reinstate.reinstate(run_id, now=now_for(request), by=by, why=why)
    except (UnknownModel, reinstate.ListsGone, rack.NothingEarlier) as refusal:
        return refuse(request, 409, str(refusal))
    messages.success(request, f"{name} recommends again.")
    return redirect("control_recommenders")


@require_GET
@staff_only
def plot(request: HttpRequest, run_id: str, name: str) -> HttpResponse:
    """Send one plot of a run as the night drew it."""
    plain = name.removesuffix("-narrow")
    file = rack.run_folder(run_id) / "plots" / f"{name}.svg"
    if plain not in PLOTS or not RecommenderRun.objects.there(run_id) or not file.is_file():
        raise Http404("no such plot")
    return HttpResponse(file.read_bytes(), content_type="image/svg+xml")


def _index(request: HttpRequest, form: ServeForm | None) -> HttpResponse:
    champion = RecommenderRun.objects.of(rack.champion())
    earlier = reinstate.earlier_or_none()
    changes = rack.history()[::-1]
    context = {
        "run": champion,
        "runs": RecommenderRun.objects.newest_first()[:RUNS],
        "measured": _measured(champion),
        "plots": PLOTS if champion is not None and _is_drawn(champion) else {},
        "tastes": _tastes(champion),
        "changes": changes[:RUNS],
        "earlier": earlier,
        "form": form or ServeForm(initial={"run": earlier}),
        "may_change": may_change_models(request),
    }
    return render(request, "control/recommenders.html", context)


def _tastes(run: RecommenderRun | None) -> dict[str, Any]:
    """The latent factors of a run with the styles at both ends of each; {} where it has none."""
    found = rack.tastes(run.pk) if run is not None else {}
    ends = [axis[side] for axis in found.get("axes", []) for side in ("low", "high")]
    styles = Style.objects.cards({sku for end in ends for sku in end["skus"]})
    for end in ends:
        end["styles"] = [styles[sku] for sku in end["skus"] if sku in styles][:SHOWN]
    return found


def _is_drawn(run: RecommenderRun) -> bool:
    return (rack.run_folder(run.pk) / "plots" / "roc.svg").is_file()


def _measured(run: RecommenderRun | None) -> list[dict[str, Any]]:
    """A line of figures for each model of the run's evaluation, the best first."""
    if run is None or "models" not in run.metrics:
        return []
    n = str(run.metrics["main_n"])
    tests = {check["spec"]: check for check in run.gate["checks"]}
    lines = [
        {
            "spec": model["spec"],
            "chosen": model["spec"] == run.spec,
            "baseline": model["spec"] == run.metrics["baseline"],
            "ndcg": model["at"][n]["ndcg"],
            "precision": model["at"][n]["precision"],
            "recall": model["at"][n]["recall"],
            "auc": model["overall"]["auc"],
            "coverage": model["coverage"][n],
            "seconds": model["cpu_seconds"]["fit"],
            "test": tests.get(model["spec"]),
        }
        for model in run.metrics["models"]
    ]
    return sorted(lines, key=lambda line: -(line["ndcg"]["mean"] or 0.0))
