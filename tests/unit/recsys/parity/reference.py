"""Eleven methods once more, as plain loops over dense tables: slow, short, and nothing of recsys in them.

Tables are (users, items) float64 with NaN for a gap. Each method takes what train users and test users rated
and returns `fitted` (B, I): what it says of every cell of the test users, NaN where it has no answer.

Source: recommenderlab 1.0.7 and 0.1-5, recommenderlabrats 1.0.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
TINY = 2.2250738585072014e-308  # what a kept likeness of 0 is stored as, so that it still counts


def centred(table: Array) -> tuple[Array, Array]:
    """Ratings minus their user's mean, and the means (B,)."""
    means = np.array([row[~np.isnan(row)].mean() for row in table])
    return table - means[:, None], means


def popular(train: Array, known: Array) -> tuple[Array, Array, Array]:
    """Predictions, and each item's sum and mean of centred ratings; lists go by the sums."""
    away, _ = centred(train)
    _, means = centred(known)
    raters = [column[~np.isnan(column)] for column in away.T]
    sums = np.array([values.sum() for values in raters])
    averages = np.array([values.mean() if len(values) else np.nan for values in raters])
    return means[:, None] + averages, sums, averages


def cosine(one: Array, other: Array, *, norms: str) -> float:
    """Over what both have; norms over that too, or over all that each has."""
    both = ~np.isnan(one) & ~np.isnan(other)
    if not both.any():
        return float("nan")
    left, right = (one[both], other[both]) if norms == "corated" else (one, other)
    lengths = [np.sqrt(np.nansum(side**2)) for side in (left, right)]
    if lengths[0] == 0 and lengths[1] == 0:
        return 1.0
    if lengths[0] == 0 or lengths[1] == 0:
        return 0.0
    return float(np.sum(one[both] * other[both]) / (lengths[0] * lengths[1]))


def ubcf(
    train: Array, known: Array, *, nn: int, norms: str, old: bool
) -> tuple[Array, list[list[tuple[int, float]]]]:
    """Predictions and each test user's neighbours with weights; old: the rules of 2014."""
    values, _ = centred(train)
    mine, means = centred(known)
    fitted, everybody = np.full(known.shape, np.nan), []
    for row in range(len(known)):
        weights = [cosine(mine[row], other, norms=norms) for other in values]
        if not old:
            weights = [(weight + 1) / 2 for weight in weights]
        people = [user for user in range(len(train)) if not np.isnan(weights[user])]
        near = sorted(people, key=lambda user: (-weights[user], user))[:nn]
        for item in range(known.shape[1]):
            raters = [user for user in near if not np.isnan(values[user, item])]
            above = sum(weights[user] * values[user, item] for user in raters)
            below = sum(weights[user] for user in (near if old else raters))
            if below != 0:
                fitted[row, item] = means[row] + above / below
        everybody.append([(user, weights[user]) for user in near])
    return fitted, everybody


def item_likeness(train: Array) -> Array:
    """(I, I) pairwise cosines mapped to 0..1; NaN on the diagonal and where nobody rated both."""
    columns = centred(train)[0].T
    likeness = np.full((len(columns), len(columns)), np.nan)
    for i, one in enumerate(columns):
        for j, other in enumerate(columns):
            if i != j:
                likeness[i, j] = (cosine(one, other, norms="corated") + 1) / 2
    return likeness


def ibcf(train: Array, known: Array, *, k: int) -> Array:
    """Only the k most like count, the higher item among equals at the edge."""
    likeness, n_items = item_likeness(train), train.shape[1]
    mine, means = centred(known)
    fitted = np.full(known.shape, np.nan)
    for i in range(n_items):
        order = sorted(range(n_items), key=lambda j: -1.0 if np.isnan(likeness[i, j]) else likeness[i, j])
        kept = [j for j in order[max(0, n_items - k) :] if not np.isnan(likeness[i, j])]
        for row in range(len(known)):
            pairs = [(max(likeness[i, j], TINY), mine[row, j]) for j in kept if not np.isnan(mine[row, j])]
            if pairs:
                below = sum(weight for weight, _ in pairs)
                fitted[row, i] = means[row] + sum(weight * value for weight, value in pairs) / below
    return fitted


def svd(train: Array, known: Array, *, k: int) -> tuple[Array, Array]:
    """Predictions and the k strongest singular values of the filled table."""
    values, _ = centred(train)
    mine, means = centred(known)
    _, _, averages = popular(train, known)
    fill = np.where(np.isnan(averages), np.nanmin(values), averages)
    _, strengths, directions = np.linalg.svd(np.where(np.isnan(values), fill, values), full_matrices=False)
    some = directions[:k].T
    return means[:, None] + np.where(np.isnan(mine), fill, mine) @ some @ some.T, strengths[:k]


def svdf(train: Array, known: Array, *, k: int) -> Array:
    """Funk's descent with recommenderlab's numbers; test users by the same with the items fixed."""
    values, _ = centred(train)
    mine, means = centred(known)
    users, items = np.full((len(train), k), 0.1), np.full((train.shape[1], k), 0.1)
    _descend(values, users, items, fixed=False)
    own = np.full((len(known), k), 0.1)
    _descend(mine, own, items, fixed=True)
    return means[:, None] + own @ items.T


def _descend(values: Array, users: Array, items: Array, *, fixed: bool) -> None:
    step, shrinkage = 0.001, 0.015
    there = ~np.isnan(values)
    for f in range(users.shape[1]):
        before = np.inf
        for epoch in range(1, 201):
            errors = values - users @ items.T
            old = users[:, f].copy()
            for j in range(len(items)):
                for i in np.flatnonzero(there[:, j]).tolist():
                    users[i, f] += step * (errors[i, j] * items[j, f] - shrinkage * users[i, f])
            for i in range(0 if fixed else len(users)):
                for j in np.flatnonzero(there[i]).tolist():
                    items[j, f] += step * (errors[i, j] * old[i] - shrinkage * items[j, f])
            error = np.sqrt(np.nansum(errors**2) / errors.size)
            if epoch >= 50 and abs(error - before) <= 1e-6:
                break
            before = error


def als(train: Array, known: Array, *, start: Array) -> Array:
    """Ten rounds on train and known rows together from item factors (I, k), ridge .1 for each rating."""
    table, items = np.vstack([train, known]), start
    counts = (~np.isnan(table)).sum(axis=0)
    for _ in range(10):
        users = ridges(table, items, 0.1 * (~np.isnan(table)).sum(axis=1))
        items = ridges(table.T, users, 0.1 * np.maximum(counts, 1))
    fitted = users[len(train) :] @ items.T
    fitted[:, counts == 0] = np.mean([np.nanmean(column) for column in table.T[counts > 0]])
    return fitted


def ridges(table: Array, others: Array, lam: Any) -> Array:
    """(B, k) each row's ridge regression on the factors of what it rated."""
    lams = np.broadcast_to(lam, len(table))
    answer = np.zeros((len(table), others.shape[1]))
    for row, values in enumerate(table):
        there = ~np.isnan(values)
        left = others[there].T @ others[there] + lams[row] * np.eye(others.shape[1])
        answer[row] = np.linalg.solve(left, others[there].T @ values[there])
    return answer


def lowest(table: Array, *, k: int, lam: float, starts: int = 4) -> tuple[Array, Array, list[float]]:
    """Users, items and J of each start: ridge after ridge until nothing moves; the best start's factors."""
    found = []
    for seed in range(starts):
        items = np.random.default_rng(seed).random((table.shape[1], k))
        fit = np.zeros(table.shape)
        for _ in range(20_000):
            users = ridges(table, items, lam)
            items = ridges(table.T, users, lam)
            before, fit = fit, users @ items.T
            if np.abs(fit - before).max() < 1e-13:
                break
        squares = np.nansum((table - fit) ** 2) + lam * ((users**2).sum() + (items**2).sum())
        found.append((squares / 2, users, items))
    best = min(found, key=lambda one: one[0])
    return best[1], best[2], [float(one[0]) for one in found]
