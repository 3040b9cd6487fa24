"""Judge several models on the last window, let the gate choose, and fit the choice on all that is known."""

import json
import os
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from recsys import blocks
from recsys.data import Ids, Interactions
from recsys.evaluate.run import evaluate, model_of
from recsys.evaluate.schemes import Temporal
from recsys.models import storing
from recsys.models.fallback import recent_popularity
from recsys.models.registry import make
from recsys.plots import draw_all
from recsys.refusal import BadParameter
from truther import rack
from truther.flow.recommend.gathering import History, looks_of
from truther.flow.recommend.tastes import told
from truther.models import RecommenderRun
from truther.rules.contest import Choice, Rival, choose, is_better

POPULAR = "popular:window_days=90"
# Plain values to begin with; `python -m recsys tune` finds those that suit a shop.
SPECS = (
    POPULAR,
    "itemknn:nearest=200,shrinkage=10",
    "ials:k=8,alpha=1.0,lam=10",
    "ease:lam=200",
    "blend:parts=('ease:lam=200','popular:window_days=90'),weights=(1,.3)",
)
# Where DeepDress has an index of the styles: both know dresses that nobody had yet, and the second lets them
# reach the heads of lists (docs/experiments/cold-dresses.md).
LOOKING = ("visual", "blend:parts=('visual:fresh=2','popular:window_days=90'),weights=(1,.5)")
EYES = ("visual", "vbpr", "content")  # models that cannot do without pictures
EASE_STYLES = 20_000  # beyond, its inverse does not fit into a worker's memory
WINDOW_DAYS = 28
FEWEST_PAIRS, FEWEST_ASKED = 200, 30  # before the window; customers who had something in it
NS = (1, 3, 5, 10, 15, 20)
POPULAR_LENGTH = 500
BLOCK_ROWS = 4 * blocks.TILE


def fit(run_id: str, history: History, *, champion: str) -> None:
    """Write a run's folder, which takes its place when it is whole; one that lies there stays as it is.

    Args:
        champion: the spec that serves until now; "" while none does, and popularity is to be beaten.
    """
    data = history.interactions()
    looks = looks_of(data.items.names.tolist())
    before, word = _standing(champion, looks, data.n_items)
    metrics = _judged(data, before, looks)
    choice, checks = _chosen(metrics, before)
    choice = Choice(choice.spec, choice.replaced, (*word, *choice.reasons))
    model = model_of(choice.spec, looks).fit(data)
    offered = set(history.offered)
    target = rack.run_folder(run_id)
    beside = target.with_name(f".{run_id}.{os.getpid()}")
    shutil.rmtree(beside, ignore_errors=True)
    (beside / "blocks").mkdir(parents=True)
    model.users = Ids(data.users.names[:0], "user")  # only blocks name customers, where they can be forgotten
    storing.save(model, beside / "model")
    for start, stop in blocks.blocks(data.n_users, BLOCK_ROWS):
        blocks.cut(data, start, stop).save(beside / "blocks" / f"{start}.npz")
    facts = {
        "spec": choice.spec,
        "data": _data(history, data),
        "metrics": metrics,
        "gate": {
            "spec": choice.spec,
            "champion": champion,
            "replaced": choice.replaced,
            "reasons": list(choice.reasons),
            "checks": checks,
        },
        "popular": _popular(data, offered),
    }
    names = data.items.names.tolist()
    styles = {
        "offered": [column for column, sku in enumerate(names) if sku in offered],
        "similar": [[sku, _similar(model, column, offered)] for column, sku in enumerate(names)],
    }
    (beside / "styles.json").write_text(json.dumps(styles))
    if tastes := told(model, metrics, data, looks):
        (beside / rack.TASTES).write_text(json.dumps(tastes))
    _draw(metrics, beside / "plots")
    (beside / rack.WHOLE).write_text(json.dumps(facts, indent=1))
    _take_place(beside, target)


def _standing(champion: str, looks: NDArray[Any] | None, n_styles: int) -> tuple[str, tuple[str, ...]]:
    """What is to be beaten, and why it is not the champion where it is not."""
    if not champion:
        return POPULAR, ("It is the first recommender.",)
    if looks is None and any(name in champion for name in EYES):
        return POPULAR, ("No picture is known, so the champion cannot look.",)
    if "ease" in champion and n_styles > EASE_STYLES:
        return POPULAR, (f"{n_styles} styles are too many for the champion, {champion}.",)
    try:
        make(champion)
    except BadParameter as error:
        return POPULAR, (f"This version cannot fit the champion, {champion}: {error}.",)
    return champion, ()


def registered(run_id: str, *, now: datetime) -> RecommenderRun:
    """Write a run down that lies on the rack whole, if it is not yet."""
    if not RecommenderRun.objects.there(run_id):
        facts = json.loads((rack.run_folder(run_id) / rack.WHOLE).read_text())
        RecommenderRun.objects.register(run_id, trained_at=now, **facts)
    return RecommenderRun.objects.named(run_id)


def _judged(data: Interactions, champion: str, looks: NDArray[Any] | None) -> dict[str, Any]:
    """The result of the evaluation, or {"too_few": why} where it would say nothing."""
    assert data.times is not None
    inside = data.times > data.times.max() - WINDOW_DAYS * 86_400
    asked, before = len(set(data.user_rows[inside].tolist())), data.nnz - int(inside.sum())
    if before < FEWEST_PAIRS or asked < FEWEST_ASKED:
        return {
            "too_few": f"{before} pairs before the last {WINDOW_DAYS} days and {asked} customers within them "
            f"are too few to judge by: it takes {FEWEST_PAIRS} and {FEWEST_ASKED}."
        }
    specs = [spec for spec in SPECS if "ease" not in spec or data.n_items <= EASE_STYLES]
    specs += LOOKING if looks is not None else ()
    specs = list(dict.fromkeys([champion, *specs]))
    ns = [n for n in NS if n <= data.n_items]
    result = evaluate(
        data, specs, Temporal(window_days=WINDOW_DAYS), ns=ns, features=looks, baseline=champion
    )
    document: dict[str, Any] = json.loads(json.dumps(result.json()))
    return document


def _chosen(metrics: dict[str, Any], champion: str) -> tuple[Choice, list[dict[str, Any]]]:
    if "too_few" in metrics:
        return Choice(champion, False, (metrics["too_few"], f"So {champion} serves.")), []
    name = f"ndcg@{metrics['main_n']}"
    tests = [test for test in metrics["tests"] if test["metric"] == name]
    rivals = [Rival(t["model"], t["mean"], t["low"], t["high"], t["p_holm"]) for t in tests]
    checks = [
        {
            "spec": rival.spec,
            "users": test["users"],
            "difference": rival.difference,
            "low": rival.low,
            "high": rival.high,
            "p": rival.p,
            "better": is_better(rival),
        }
        for rival, test in zip(rivals, tests, strict=True)
    ]
    return choose(champion, rivals), checks


def _data(history: History, data: Interactions) -> dict[str, Any]:
    return {
        "rentals": history.rentals,
        "likes": history.likes,
        "pairs": data.nnz,
        "customers": data.n_users,
        "styles": data.n_items,
        "until": history.until.isoformat(),
        "sha256": data.sha256,
    }


def _popular(data: Interactions, offered: set[str]) -> list[list[Any]]:
    counts = recent_popularity(data)
    order = [column for column in (-counts).argsort(kind="stable").tolist() if data.items[column] in offered]
    return [[data.items[column], float(counts[column])] for column in order[:POPULAR_LENGTH]]


def _similar(model: Any, column: int, offered: set[str]) -> list[list[Any]]:
    ranked = model.similar_items(column, N=min(60, len(model.items)))
    pairs = zip(ranked.items[0].tolist(), ranked.scores[0].tolist(), strict=True)
    named = [[model.items[other], likeness] for other, likeness in pairs if other >= 0 and likeness > 0]
    return [pair for pair in named if pair[0] in offered][:40]


def _draw(metrics: dict[str, Any], folder: Path) -> None:
    """Draw what was measured here, where matplotlib may be loaded; pages only send the files."""
    if "too_few" in metrics:
        return
    folder.mkdir()
    for narrow in (False, True):
        for name, svg in draw_all(metrics, narrow=narrow).items():
            (folder / f"{name}{'-narrow' if narrow else ''}.svg").write_text(svg)


def _take_place(beside: Path, target: Path) -> None:
    try:
        beside.rename(target)
    except OSError:  # another process was faster: a folder cannot replace one that has files
        if not (target / rack.WHOLE).is_file():
            raise
        shutil.rmtree(beside)
