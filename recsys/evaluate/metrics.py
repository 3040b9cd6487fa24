"""What a list, a ranking and a predicted value are worth, for each user; means leave NaN out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from recsys.refusal import BadParameter

Floats = NDArray[np.float64]
ByUser = dict[str, Floats]


def list_metrics(
    lists: NDArray[np.integer[Any]],
    relevant: csr_array,
    candidates: NDArray[np.integer[Any]],
    ns: Sequence[int],
) -> ByUser:
    """Score the heads of each user's list, as recommenderlab counts.

    Args:
        lists: (B, N) columns, best first, without what the user is known to have; -1 ends a short list.
        relevant: (B, I); what is stored is relevant, whatever its value.
        candidates: (B,) how many items could have been listed: recommenderlab's N, items - given.
        ns: lengths of the heads, at most N.

    Returns:
        name -> (len(ns), B): tp fp fn tn n, precision = tp / list length (NaN for an empty list),
        recall = tpr = tp / relevant, fpr = fp / (fp + tn), f = harmonic mean of precision and recall,
        ndcg with gains 1 and discounts log2, hr = anything relevant in the list, arhr = 1 / rank of the
        first such, or 0. A user with nothing relevant has NaN as recall, f, ndcg, hr and arhr.

    Raises:
        BadParameter: an n is below 1 or longer than the lists.
    """
    if not ns or min(ns) < 1 or max(ns) > lists.shape[1]:
        raise BadParameter(f"ns={list(ns)}: between 1 and {lists.shape[1]}, the length of the lists")
    counts = np.diff(relevant.indptr)
    hits = _hits(lists, relevant)
    per_n = [_at(n, lists, hits, counts, candidates) for n in ns]
    return {name: np.stack([at[name] for at in per_n]) for name in per_n[0]}


def mean_over_users(values: NDArray[Any]) -> Floats:
    """(..., B) -> (...): the mean without NaN, NaN where there is nothing else."""
    there = ~np.isnan(values)
    return _ratio(np.where(there, values, 0.0).sum(axis=-1), there.sum(axis=-1))


def auc(scores: NDArray[Any], relevant: NDArray[np.bool_], candidates: NDArray[np.bool_]) -> float:
    """The chance that a relevant item stands before another candidate; ties count half.

    Args:
        scores: (I,); NaN, no answer, stands below every number.
        relevant, candidates: (I,); a relevant item that is no candidate stands last, as without answer.

    Returns:
        A number in [0, 1]; NaN when there is nothing relevant or nothing else.
    """
    placed = np.where(np.isnan(scores) | ~candidates, -np.inf, scores)
    good, others = placed[relevant], np.sort(placed[candidates & ~relevant])
    if not len(good) or not len(others):
        return float("nan")
    below, upto = np.searchsorted(others, good, "left"), np.searchsorted(others, good, "right")
    return float((below + upto).sum() / 2 / (len(good) * len(others)))


def reciprocal_rank(
    scores: NDArray[Any], relevant: NDArray[np.bool_], candidates: NDArray[np.bool_]
) -> float:
    """1 / rank of the first relevant item in the whole ranking; equal scores: lower column first.

    Returns:
        0 when no relevant item is a candidate with an answer; NaN when there is nothing relevant.
    """
    if not relevant.any():
        return float("nan")
    answered = candidates & ~np.isnan(scores)
    columns = np.flatnonzero(relevant & answered)
    if not len(columns):
        return 0.0
    first = columns[np.argmax(scores[columns])]
    before = (scores[answered] > scores[first]).sum() + (scores[:first] == scores[first])[
        answered[:first]
    ].sum()
    return float(1 / (1 + before))


@dataclass(frozen=True, slots=True)
class RatingErrors:
    """Sums of errors of predicted values by user; cells without a prediction are counted, not scored."""

    squared: Floats  # (U,) sum of squared errors
    absolute: Floats  # (U,)
    scored: NDArray[np.int64]  # (U,) hidden cells with a prediction
    hidden: NDArray[np.int64]  # (U,)

    def overall(self) -> dict[str, float]:
        """Pooled over cells, not a mean over users; always with the share of cells that were scored."""
        parts = (self.squared, self.absolute, self.scored, self.hidden)
        sums = RatingErrors(*(part.sum(keepdims=True) for part in parts))
        return {name: float(values[0]) for name, values in sums.by_user().items()}

    def by_user(self) -> ByUser:
        """The same numbers, (U,) each."""
        mse = _ratio(self.squared, self.scored)
        return {
            "rmse": np.sqrt(mse),
            "mse": mse,
            "mae": _ratio(self.absolute, self.scored),
            "scored": self.scored.astype(float),
            "hidden": self.hidden.astype(float),
            "coverage": _ratio(self.scored, self.hidden),
        }


def rating_errors(
    predicted: NDArray[Any], actual: NDArray[Any], users: NDArray[np.integer[Any]], n_users: int
) -> RatingErrors:
    """Add up errors by user.

    Args:
        predicted, actual: (cells,); NaN as prediction: no answer.
        users: (cells,) rows below n_users.
    """
    there = ~np.isnan(predicted)
    errors = predicted[there].astype(float) - actual[there]
    rows = users[there]
    return RatingErrors(
        np.bincount(rows, errors**2, n_users).astype(float),
        np.bincount(rows, np.abs(errors), n_users).astype(float),
        np.bincount(rows, minlength=n_users),
        np.bincount(users, minlength=n_users),
    )


def catalogue_coverage(lists: NDArray[np.integer[Any]], n_items: int, n: int) -> float:
    """The share of all items that stand in anybody's first n."""
    head = lists[:, :n]
    return len(np.unique(head[head >= 0])) / n_items


def novelty(lists: NDArray[np.integer[Any]], counts: NDArray[Any], n: int) -> float:
    """The mean of -log2 of a listed item's share of the interactions, in bits; NaN without any list.

    Args:
        counts: (I,) interactions of each item in training; 1 is added, so that new items count as rare.

    Source: mean self-information, Zhou et al., PNAS 107 (2010).
    """
    head = lists[:, :n]
    bits = -np.log2((counts + 1.0) / (counts.sum() + len(counts)))
    return float(bits[head[head >= 0]].mean()) if (head >= 0).any() else float("nan")


def _at(
    n: int,
    lists: NDArray[Any],
    hits: NDArray[np.bool_],
    counts: NDArray[Any],
    candidates: NDArray[Any],
) -> ByUser:
    head = hits[:, :n]
    length = (lists[:, :n] >= 0).sum(axis=1)
    tp = head.sum(axis=1).astype(float)
    fp, fn = length - tp, counts - tp
    tn = candidates - tp - fp - fn
    precision, recall = _ratio(tp, length), _ratio(tp, counts)
    total = precision + recall
    f = np.where(total == 0, 0.0, _ratio(2 * precision * recall, total))
    anything = np.where(counts > 0, 1.0, np.nan)
    return {
        "tp": tp,
        "fp": fp,
        "fn": fn,
        "tn": tn,
        "n": candidates.astype(float),
        "precision": precision,
        "recall": recall,
        "tpr": recall,
        "fpr": _ratio(fp, fp + tn),
        "f": f,
        "ndcg": _ndcg(head, counts),
        "hr": head.any(axis=1) * anything,
        "arhr": np.where(head.any(axis=1), 1 / (1 + head.argmax(axis=1)), 0.0) * anything,
    }


def _hits(lists: NDArray[Any], relevant: csr_array) -> NDArray[np.bool_]:
    """(B, N) whether each listed item is relevant; one search for all, since rows and columns are sorted."""
    width = relevant.shape[1]
    rows = np.arange(len(lists), dtype=np.int64)[:, None]
    wanted = np.sort(np.repeat(rows[:, 0], np.diff(relevant.indptr)) * width + relevant.indices)
    return np.isin(rows * width + lists, wanted) & (lists >= 0)


def _ndcg(hits: NDArray[np.bool_], counts: NDArray[Any]) -> Floats:
    gains = 1 / np.log2(np.arange(2, hits.shape[1] + 2))
    best = np.concatenate([[0.0], np.cumsum(gains)])[np.minimum(counts, hits.shape[1])]
    return _ratio(hits @ gains, best)


def _ratio(above: NDArray[Any], below: NDArray[Any]) -> Floats:
    """above / below, NaN where below is 0."""
    nothing = np.full(np.broadcast(above, below).shape, np.nan)
    np.divide(above, below, out=nothing, where=np.asarray(below) != 0)
    return nothing
