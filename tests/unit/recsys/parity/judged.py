"""What lists and predictions are worth, by counting; nothing of recsys in it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def best(order: Array, known: Array, n: int) -> list[list[int]]:
    """Each row's n best items that are not known and have an answer; equals: the lower item first."""
    lists = []
    for scores, shown in zip(np.round(order, 9), known, strict=True):
        free = [item for item in range(len(scores)) if np.isnan(shown[item]) and not np.isnan(scores[item])]
        lists.append([item for _, item in sorted((-scores[item], item) for item in free)][:n])
    return lists


def of_ratings(predictions: Array, unknown: Array) -> dict[str, Any]:
    """Errors over hidden cells with a prediction, of all and by row."""
    whole = _errors(predictions.ravel(), unknown.ravel())
    rows = [_errors(*pair) for pair in zip(predictions, unknown, strict=True)]
    for row in rows:
        del row["coverage"]
    return {"overall": whole, "by_user": rows}


def _errors(said: Array, true: Array) -> dict[str, float | None]:
    hidden = ~np.isnan(true)
    away = (said - true)[hidden & ~np.isnan(said)]
    count, of = len(away), int(hidden.sum())
    square = float((away**2).mean()) if count else None
    return {
        "RMSE": None if square is None else float(np.sqrt(square)),
        "MSE": square,
        "MAE": float(np.abs(away).mean()) if count else None,
        "n_scored": count,
        "n_unknown": of,
        "coverage": count / of,
    }


def of_lists(lists: list[list[int]], known: Array, unknown: Array, good: float) -> dict[str, Any]:
    """Counts and rates of lists, by row and as means over rows without a value left out."""
    rows = [_counts(*one, good) for one in zip(lists, known, unknown, strict=True)]
    means: dict[str, float | None] = {}
    for name in rows[0]:
        there = [row[name] for row in rows if row[name] is not None]
        means[name] = float(np.mean(there)) if there else None
    return {"overall": means, "by_user": rows}


def _counts(listed: list[int], shown: Array, hidden: Array, good: float) -> dict[str, Any]:
    wanted = set(np.flatnonzero(hidden >= good).tolist())
    tp = len(wanted & set(listed))
    fp, fn, free = len(listed) - tp, len(wanted) - tp, int(np.isnan(shown).sum())
    tn = free - tp - fp - fn
    recall = tp / (tp + fn) if wanted else None
    return {
        "TP": tp,
        "FP": fp,
        "FN": fn,
        "TN": tn,
        "N": free,
        "precision": tp / len(listed) if listed else None,
        "recall": recall,
        "TPR": recall,
        "FPR": fp / (fp + tn) if fp + tn else None,
    }


def of_one_hidden(
    lists: list[list[int]], hidden: list[int], ratings: list[float], first: int
) -> dict[str, Any]:
    """Whether and where the one hidden item of each row is listed."""
    pairs = zip(lists, hidden, strict=True)
    places = [items.index(item) + 1 if item in items else None for items, item in pairs]
    turned = [0.0 if place is None else 1 / place for place in places]
    rows = zip(hidden, ratings, places, strict=True)
    return {
        "users": len(lists),
        "hits": sum(place is not None for place in places),
        "HR": float(np.mean([place is not None for place in places])),
        "ARHR": float(np.mean(turned)),
        "by_user": [
            {"user": first + row, "hidden_item": item, "hidden_rating": rating, "rank": place}
            for row, (item, rating, place) in enumerate(rows)
        ],
    }
