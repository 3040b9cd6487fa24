"""What an evaluation found, as a document for JSON and as tables for people."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from recsys.data import Interactions
from recsys.evaluate.cost import memory_means
from recsys.evaluate.folds import Fold, kept, learns
from recsys.evaluate.judge import HISTORIES, history_group
from recsys.evaluate.pool import Pooled, Value, errors_of, plain, values_of
from recsys.evaluate.summary import tables
from recsys.tables import Table

if TYPE_CHECKING:
    from recsys.evaluate.run import Trial

METRICS = ("precision", "recall", "f", "tpr", "fpr", "ndcg", "hr", "arhr", "tp", "fp", "fn", "tn", "n")
GROUPS = ("seen_users", "unseen_users", "seen_items", "unseen_items")


@dataclass(frozen=True, eq=False)
class Result:
    """One evaluation; docs/recommenders.md says what each part of the document means."""

    document: dict[str, Any]

    def json(self) -> dict[str, Any]:
        """The document: only what JSON has, null for what has no value."""
        return self.document

    def tables(self) -> list[Table]:
        """Models in rows: lists, values predicted, groups, costs, tests."""
        return tables(self.document)

    def text(self) -> str:
        """The tables for a terminal, warnings first."""
        warnings = [f"Warning: {warning}\n" for warning in self.document["warnings"]]
        return "\n".join([*warnings, *(table.text() for table in self.tables())])

    def mean(self, spec: str, metric: str) -> float:
        """One model's mean, such as of "ndcg@10", "auc" or "rmse"; NaN where there is none.

        Raises:
            KeyError: no such model or metric.
        """
        [model] = [model for model in self.document["models"] if model["spec"] == spec] or [None]
        if model is None:
            raise KeyError(spec)
        name, at, n = metric.partition("@")
        part = (
            model["at"][n] if at else model["ratings"] if name in ("rmse", "mse", "mae") else model["overall"]
        )
        return float("nan") if part is None or part[name]["mean"] is None else float(part[name]["mean"])


def facts_of_data(data: Interactions) -> dict[str, Any]:
    """Which data it was, and how much."""
    first, last = (None, None) if data.times is None else (data.times.min(), data.times.max())
    return {
        "sha256": data.sha256,
        "users": data.n_users,
        "items": data.n_items,
        "interactions": data.nnz,
        "density": data.nnz / (data.n_users * data.n_items),
        "valued": data.valued,
        "first_at": None if first is None else datetime.fromtimestamp(int(first), UTC).isoformat(),
        "last_at": None if last is None else datetime.fromtimestamp(int(last), UTC).isoformat(),
    }


def facts_of_fold(fold: Fold, good: float | None) -> dict[str, Any]:
    """How much one run trained on, showed and hid."""
    relevant = fold.relevant(good)
    unseen = np.bincount(fold.train.csr.indices, minlength=fold.train.n_items) == 0
    return {
        "name": fold.name,
        "train_users": fold.train.n_users,
        "train_items": int((~unseen).sum()),
        "train_interactions": fold.train.nnz,
        "test_users": len(fold.users),
        "shown": int(fold.shown.nnz),
        "hidden": int(fold.hidden.nnz),
        "relevant": int(relevant.nnz),
        "users_without_relevant": int((np.diff(relevant.indptr) == 0).sum()),
        "unseen_users": int((fold.fitted < 0).sum()),
        "hidden_unseen_items": int(unseen[fold.hidden.indices].sum()),
        "candidates": int(fold.may_list.sum()),
        "unreachable": int(kept(relevant, ~fold.may_list[relevant.indices]).nnz),
    }


def unreachable(runs: Iterable[dict[str, Any]]) -> list[str]:
    """A warning when lists could not have found everything."""
    runs = list(runs)
    count, of = sum(run["unreachable"] for run in runs), sum(run["relevant"] for run in runs)
    if not count:
        return []
    return [
        f"{count} of {of} relevant pairs are with items that might not be recommended: "
        "no list could find them, and they count as missed"
    ]


def facts_of_model(
    trial: "Trial", pool: Pooled, *, ns: Sequence[int], main_n: int, good: float | None, draws: int, seed: int
) -> dict[str, Any]:
    """All that is known of one model."""
    values = values_of(pool, draws=draws, seed=seed)
    at = {str(n): {name: values[f"{name}@{n}"] for name in METRICS} for n in ns}
    return {
        "spec": trial.spec,
        "name": trial.model.name,
        "params": trial.model.get_params(),
        "learns": learns(trial.model, good),
        "at": at,
        "overall": {"auc": values["auc"], "mrr": values["mrr"]},
        "roc": _points(at, "tpr", "fpr"),
        "precision_recall": _points(at, "precision", "recall"),
        "ratings": errors_of(pool, trial.judged, draws=draws, seed=seed),
        "by_history": [
            {"from": low, "to": high, **_group(values, history_group(low, high), main_n)}
            for low, high in HISTORIES
            if _members(values, history_group(low, high))
        ],
        "groups": {group: _group(values, group, main_n) for group in GROUPS if _members(values, group)},
        "coverage": _by_n(ns, trial.coverage),
        "novelty": _by_n(ns, trial.novelty),
        "lists": trial.lists,
        "cpu_seconds": _seconds(trial),
        "memory_mb": _memory(trial),
    }


def _points(at: dict[str, dict[str, Value]], *names: str) -> list[dict[str, Any]]:
    return [{"n": int(n), **{name: part[name]["mean"] for name in names}} for n, part in at.items()]


def _members(values: dict[str, Value], group: str) -> int:
    return int(values[f"{group}|member"]["users"])


def _group(values: dict[str, Value], group: str, main_n: int) -> dict[str, Any]:
    names = [f"{name}@{main_n}" for name in ("ndcg", "precision", "recall", "hr")] + ["auc"]
    return {
        "users": _members(values, group),
        "metrics": {name: values[f"{group}|{name}"] for name in names},
    }


def _by_n(ns: Sequence[int], runs: Sequence[Sequence[float]]) -> dict[str, float | None]:
    return {str(n): plain(float(np.mean([run[at] for run in runs]))) for at, n in enumerate(ns)}


def _seconds(trial: "Trial") -> dict[str, Any]:
    fit, predict = ([cost.cpu_seconds for cost in costs] for costs in (trial.fit, trial.predict))
    return {
        "fit": float(np.median(fit)),  # of the runs: the first one may have compiled kernels
        "predict": float(np.median(predict)),
        "fit_runs": fit,
        "predict_runs": predict,
        "predict_us_per_user": 1e6 * float(np.median(predict)) * len(predict) / max(1, trial.lists["all"]),
    }


def _memory(trial: "Trial") -> dict[str, Any]:
    costs = list(zip(trial.fit, trial.predict, strict=True))
    return {
        "peak": max(max(fit.peak_mb, predict.peak_mb) for fit, predict in costs),
        "above_start": max(max(fit.peak_mb, predict.peak_mb) - fit.start_mb for fit, predict in costs),
        "means": memory_means(),
    }
