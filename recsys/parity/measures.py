"""How far two answers are apart, and what metrics the given and our own answers are worth."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from recsys.evaluate.metrics import list_metrics, mean_over_users, rating_errors
from recsys.kernels.top import top_n
from recsys.parity.folder import Folder, Ranking

Array = NDArray[Any]
NAMES = {name: name.lower() for name in ("TP", "FP", "FN", "TN", "N", "TPR", "FPR", "RMSE", "MSE", "MAE")}
NAMES |= {"precision": "precision", "recall": "recall", "coverage": "coverage"}
NAMES |= {"n_scored": "scored", "n_unknown": "hidden"}
DECIMALS = 9  # equal scores that were summed in another order differ in the last bits


def apart(ours: Any, theirs: Any) -> float:
    """The largest absolute difference; infinite where one has an answer and the other has none."""
    left, right = np.asarray(ours, float), np.asarray(theirs, float)
    if left.shape != right.shape or (np.isnan(left) != np.isnan(right)).any():
        return float("inf")
    there = ~np.isnan(left)
    return float(np.abs(left[there] - right[there]).max(initial=0.0))


def lists_apart(order: Array, values: Array, ours: Array, theirs: Ranking) -> float:
    """How far given lists are from being the best by our own scores, and given scores from ours.

    Two lists that differ only where our scores are equal are 0 apart: which of two equals comes first is no
    one's error.

    Args:
        order: (B, I) what orders our lists; NaN for what may not be listed.
        values: (B, I) the scores that lists show.
        ours: (B, N) our lists, -1 at the end of short ones.
    """
    far = 0.0
    for row, (columns, scores) in enumerate(zip(theirs.columns, theirs.scores, strict=True)):
        mine = ours[row][ours[row] >= 0]
        if len(mine) != len(columns) or len(set(columns.tolist())) != len(columns):
            return float("inf")
        far = max(far, apart(order[row, mine], order[row, columns]), apart(values[row, columns], scores))
    return far


def best(order: Array, n: int) -> Array:
    """(B, n) lists by scores rounded, so that equals go to the lower column whatever order sums ran in."""
    return top_n(np.round(order, DECIMALS), n)[0]


def padded(ranking: Ranking, n: int) -> Array:
    """(B, n) given lists as ours are written."""
    lists = np.full((len(ranking.columns), n), -1, np.int32)
    for row, columns in enumerate(ranking.columns):
        lists[row, : len(columns)] = columns[:n]
    return lists


def metrics_apart(folder: Folder, method: str, predictions: Array, lists: Array) -> float:
    """The largest difference of any metric, of all users and of each, from what the folder says."""
    said = folder.metrics["methods"][method]
    far = _ratings_apart(folder, said["ratings"], predictions)
    ns = sorted(int(n) for n in said["topn"])
    found = list_metrics(lists, good(folder), candidates(folder), ns)
    for place, n in enumerate(ns):
        at = said["topn"][str(n)]
        means = {name: float(mean_over_users(values[place])) for name, values in found.items()}
        far = max(far, _apart(means, at["overall"]))
        for row, user in enumerate(sorted(at["by_user"], key=int)):
            one = {name: float(values[place, row]) for name, values in found.items()}
            far = max(far, _apart(one, at["by_user"][user]))
    return far


def good(folder: Folder) -> csr_array:
    """(B, I) hidden ratings that count as relevant."""
    kept = folder.unknown.tocoo()
    wanted = kept.data >= folder.metrics["good_rating"]
    parts = (kept.data[wanted], (kept.coords[0][wanted], kept.coords[1][wanted]))
    return csr_array(parts, shape=kept.shape)


def candidates(folder: Folder) -> Array:
    """(B,) how many items could be listed."""
    return np.asarray(folder.known.shape[1] - np.diff(folder.known.indptr))


def _ratings_apart(folder: Folder, said: dict[str, Any], predictions: Array) -> float:
    hidden = folder.unknown.tocoo()
    rows, columns = hidden.coords
    errors = rating_errors(predictions[rows, columns], hidden.data, rows, hidden.shape[0])
    far, by_user = _apart(errors.overall(), said["overall"]), errors.by_user()
    for row, user in enumerate(sorted(said["by_user"], key=int)):
        far = max(far, _apart({name: values[row] for name, values in by_user.items()}, said["by_user"][user]))
    return far


def _apart(ours: dict[str, Any], theirs: dict[str, Any]) -> float:
    names: Sequence[str] = list(theirs)
    said = [float("nan") if theirs[name] is None else theirs[name] for name in names]
    return apart([ours[NAMES[name]] for name in names], said)
