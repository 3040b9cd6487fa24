"""One fitted model against one fold: its lists, its whole ranking and its predicted values, user by user."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from recsys.evaluate.folds import Bools, Fold, Ints, Lesson, kept
from recsys.evaluate.metrics import (
    ByUser,
    Floats,
    RatingErrors,
    auc,
    list_metrics,
    rating_errors,
    reciprocal_rank,
)
from recsys.models.base import CELLS_PER_BLOCK, Array, Recommender
from recsys.models.ranked import Reason

HISTORIES = ((0, 0), (1, 4), (5, 14), (15, 49), (50, None))  # how many pairs a test user showed


@dataclass(frozen=True, eq=False)
class Lists:
    """What a model recommended to the test users of a fold."""

    items: NDArray[np.int32]  # (T, N); -1 ends a short list
    popular: int  # how many lists came from popularity, for want of a history


@dataclass(frozen=True, eq=False)
class Judged:
    """One model in one run."""

    users: Ints  # (T,) rows of the whole data
    values: ByUser  # name -> (T,): "ndcg@10", "auc", and within a group "unseen_items|ndcg@10"
    errors: RatingErrors | None  # by test user; None when the model does not predict values


def recommend(model: Recommender, fold: Fold, lesson: Lesson, n: int) -> Lists:
    """Lists for all test users: by row for those that training saw, from what they showed for all others."""
    items = np.full((len(fold.users), n), -1, np.int32)
    popular = 0
    columns = None if fold.may_list.all() else np.flatnonzero(fold.may_list)
    for which, is_fitted in _halves(fold):
        users, histories = (fold.fitted[which], None) if is_fitted else (None, lesson.shown[which])
        ranked = model.recommend(users, histories, N=n, items=columns, exclude=fold.shown[which])
        items[which] = ranked.items
        popular += sum(reason == Reason.POPULAR for reason in ranked.reasons)
    return Lists(items, popular)


def judge(
    model: Recommender,
    fold: Fold,
    lesson: Lesson,
    lists: Lists,
    *,
    ns: Sequence[int],
    good: float | None,
    main_n: int,
) -> Judged:
    """Count what the lists found, where the hidden pairs stand in the whole ranking, and errors of values."""
    relevant = fold.relevant(good)
    unseen = np.bincount(fold.train.csr.indices, minlength=fold.train.n_items) == 0
    parts = {"": relevant}
    for name, which in (("seen_items|", ~unseen), ("unseen_items|", unseen)):
        parts[name] = kept(relevant, which[relevant.indices])
    ranked, errors = _whole_ranking(model, fold, lesson, parts)
    values = {"auc": ranked["auc"], "mrr": ranked["mrr"]}
    values |= _flat(list_metrics(lists.items, relevant, fold.candidates(relevant), ns), ns)
    short = ("ndcg", "precision", "recall", "hr")
    for group in ("seen_items|", "unseen_items|"):
        at = list_metrics(lists.items, parts[group], fold.candidates(parts[group]), (main_n,))
        some = np.where(np.diff(parts[group].indptr) > 0, 1.0, np.nan)
        values |= {f"{group}{name}@{main_n}": at[name][0] * some for name in short}
        values |= {f"{group}auc": ranked[f"{group}auc"], f"{group}member": some}
    for group, members in _user_groups(fold).items():
        inside = np.where(members, 1.0, np.nan)
        names = [f"{name}@{main_n}" for name in short] + ["auc"]
        values |= {f"{group}|{name}": values[name] * inside for name in names}
        values[f"{group}|member"] = inside
    return Judged(fold.users, values, errors)


def history_group(low: int, high: int | None) -> str:
    """The name of the users who showed so many pairs."""
    return f"history {low}-{'' if high is None else high}"


def _user_groups(fold: Fold) -> dict[str, Bools]:
    lengths = np.diff(fold.shown.indptr)
    groups = {"seen_users": fold.fitted >= 0, "unseen_users": fold.fitted < 0}
    for low, high in HISTORIES:
        groups[history_group(low, high)] = (lengths >= low) & (lengths <= (np.inf if high is None else high))
    return groups


def _flat(at: ByUser, ns: Sequence[int]) -> ByUser:
    return {f"{name}@{n}": rows[place] for name, rows in at.items() for place, n in enumerate(ns)}


def _halves(fold: Fold) -> list[tuple[Ints, bool]]:
    """The test users that training saw, and those it did not; without an empty half."""
    halves = [(np.flatnonzero(fold.fitted >= 0), True), (np.flatnonzero(fold.fitted < 0), False)]
    return [(which, is_fitted) for which, is_fitted in halves if len(which)]


def _whole_ranking(
    model: Recommender, fold: Fold, lesson: Lesson, parts: dict[str, csr_array]
) -> tuple[ByUser, RatingErrors | None]:
    """AUC of each part of the relevant pairs, MRR, and the errors of predicted values, block by block."""
    answer: ByUser = {f"{name}auc": np.full(len(fold.users), np.nan) for name in parts}
    answer["mrr"] = np.full(len(fold.users), np.nan)
    rates = model.predicts_ratings and fold.train.valued
    predicted = np.full(fold.hidden.nnz, np.nan)
    for which, scores, rated in _scores(model, fold, lesson, rates=rates):
        for row, user in enumerate(which):
            _rank_one(answer, scores[row], fold, parts, int(user))
            cells = slice(fold.hidden.indptr[user], fold.hidden.indptr[user + 1])
            if rated is not None:
                predicted[cells] = rated[row, fold.hidden.indices[cells]]
    if not rates:
        return answer, None
    rows = np.repeat(np.arange(len(fold.users)), np.diff(fold.hidden.indptr))
    return answer, rating_errors(predicted, fold.hidden.data, rows, len(fold.users))


def _rank_one(answer: ByUser, scores: Floats, fold: Fold, parts: dict[str, csr_array], user: int) -> None:
    candidates = fold.may_list.copy()
    candidates[_columns(fold.shown, user)] = False
    every = np.zeros(len(candidates), bool)
    every[_columns(parts[""], user)] = True
    answer["mrr"][user] = reciprocal_rank(scores, every, candidates)
    for name, cells in parts.items():
        some = np.zeros(len(candidates), bool)
        some[_columns(cells, user)] = True
        if some.any():  # the other relevant items are neither right nor wrong here
            answer[f"{name}auc"][user] = auc(scores, some, candidates & ~(every & ~some))


def _scores(
    model: Recommender, fold: Fold, lesson: Lesson, *, rates: bool
) -> Iterator[tuple[Ints, Array, Array | None]]:
    """Blocks of test users with what orders their lists and, when wanted, the values predicted for them."""
    step = max(1, CELLS_PER_BLOCK // fold.train.n_items)
    for which, is_fitted in _halves(fold):
        for start in range(0, len(which), step):
            block = which[start : start + step]
            histories = model.as_histories(lesson.shown[block])
            state = model.known(fold.fitted[block]) if is_fitted else model.fold_in(histories)
            scores = np.array(model.score(state))
            if model.needs_history:
                scores[model.no_taste(histories)] = model.fallback
            yield block, scores, model.predicted(state, histories) if rates else None


def _columns(cells: csr_array, row: int) -> NDArray[np.int32]:
    columns: NDArray[np.int32] = cells.indices[cells.indptr[row] : cells.indptr[row + 1]]
    return columns
