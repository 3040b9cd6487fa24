"""A result of an evaluation with figures that a test can set, in the form that evaluate keeps."""

from collections.abc import Mapping
from typing import Any

NS = (1, 5, 10)
LISTS = ("precision", "recall", "f", "tpr", "fpr", "ndcg", "hr", "arhr", "tp", "fp", "fn", "tn", "n")


def value(mean: float | None, *, half: float = 0.02, users: int = 50) -> dict[str, Any]:
    """A mean with an interval of twice this half."""
    ends = (None, None) if mean is None else (mean - half, mean + half)
    return {"mean": mean, "low": ends[0], "high": ends[1], "users": users, "runs": [mean]}


def model(
    spec: str, ndcg: float | None, *, rmse: float | None = None, coverage: float = 1.0
) -> dict[str, Any]:
    """One model: all that lists are worth follows from its NDCG."""
    at = {str(n): {name: value(None if ndcg is None else ndcg * n / 10) for name in LISTS} for n in NS}
    points = [{"n": n, "tpr": x, "fpr": x, "precision": x, "recall": x} for n in NS for x in [_at(ndcg, n)]]
    return {
        "spec": spec,
        "name": spec.partition(":")[0],
        "params": {},
        "at": at,
        "overall": {"auc": value(0.6), "mrr": value(0.3)},
        "roc": points,
        "precision_recall": points,
        "ratings": None
        if rmse is None
        else {"rmse": value(rmse), "mse": value(rmse**2), "mae": value(rmse), "coverage": coverage},
        "by_history": [],
        "groups": {},
        "coverage": {str(n): 0.5 for n in NS},
        "novelty": {str(n): 4.0 for n in NS},
        "lists": {"popular": 0, "short": 0, "all": 50},
        "cpu_seconds": {"fit": 0.2, "predict": 0.01, "predict_us_per_user": 200.0},
        "memory_mb": {"peak": 200.0, "above_start": 1.0, "means": "largest size"},
    }


def compared(spec: str, baseline: str, low: float, high: float, p_holm: float) -> dict[str, Any]:
    """A paired test of NDCG@10."""
    ends = {"mean": (low + high) / 2, "low": low, "high": high}
    return {"metric": "ndcg@10", "model": spec, "baseline": baseline, "users": 50, **ends} | {
        "p": p_holm / 2,
        "p_holm": p_holm,
    }


def result(*models: Mapping[str, Any], tests: tuple[Mapping[str, Any], ...] = ()) -> dict[str, Any]:
    """A whole document; the first model is the baseline."""
    run = {"name": "fold 1", "test_users": 50, "users_without_relevant": 0}
    return {
        "format": 1,
        "scheme": {
            "name": "split",
            "params": {"given": 5, "all_but": None},
            "sentence": "A tenth is tested.",
        },
        "warnings": ["Mind <this>."],
        "data": {"sha256": "ab" * 32, "users": 500, "items": 90, "interactions": 9000, "density": 0.2}
        | {"valued": True, "first_at": None, "last_at": None},
        "good": 4.0,
        "seed": 0,
        "ns": list(NS),
        "draws": 100,
        "level": 0.95,
        "runs": [run],
        "models": list(models),
        "main_n": 10,
        "baseline": models[0]["spec"],
        "tests": list(tests),
        "command": "python -m recsys evaluate --data a.csv",
    }


def _at(ndcg: float | None, n: int) -> float | None:
    return None if ndcg is None else ndcg * n / 10
