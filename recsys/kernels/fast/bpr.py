"""BPR with numba: triples in their order, one thread."""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Array = NDArray[Any]


@njit(cache=True)
def ascend(
    triples: Array,
    features: Array,
    users: Array,
    tastes: Array,
    items: Array,
    bias: Array,
    view: Array,
    lean: Array,
    step: Any,
    shrinkage: Any,
    view_shrinkage: Any,
    users_only: bool,
) -> None:
    """See recsys.kernels.bpr.ascend."""
    one = bias.dtype.type(1)
    k, m, d = users.shape[1], tastes.shape[1], features.shape[1]
    difference, seen = np.empty(d, bias.dtype), np.empty(m, bias.dtype)
    for place in range(len(triples)):
        user, liked, other = triples[place, 0], triples[place, 1], triples[place, 2]
        x = bias[liked] - bias[other]
        seen[:] = 0
        for c in range(d):
            difference[c] = features[liked, c] - features[other, c]
            x += lean[c] * difference[c]
            for j in range(m):
                seen[j] += difference[c] * view[c, j]
        for j in range(k):
            x += users[user, j] * (items[liked, j] - items[other, j])
        for j in range(m):
            x += tastes[user, j] * seen[j]
        pull = one / (one + np.exp(x))
        if not users_only:
            _move_items(user, liked, other, pull, users, items, bias, step, shrinkage, k)
            for c in range(d):
                push = pull * difference[c]
                for j in range(m):
                    view[c, j] += step * (push * tastes[user, j] - view_shrinkage * view[c, j])
                lean[c] += step * (pull * difference[c] - view_shrinkage * lean[c])
        else:
            for j in range(k):
                apart = items[liked, j] - items[other, j]
                users[user, j] += step * (pull * apart - shrinkage * users[user, j])
        for j in range(m):
            tastes[user, j] += step * (pull * seen[j] - shrinkage * tastes[user, j])


@njit(cache=True, inline="always")
def _move_items(
    user: int,
    liked: int,
    other: int,
    pull: Any,
    users: Array,
    items: Array,
    bias: Array,
    step: Any,
    shrinkage: Any,
    k: int,
) -> None:
    """Move a user's and two items' factors, each by what the others were before, and the items' biases."""
    for j in range(k):
        u, v, w = users[user, j], items[liked, j], items[other, j]
        users[user, j] = u + step * (pull * (v - w) - shrinkage * u)
        items[liked, j] = v + step * (pull * u - shrinkage * v)
        items[other, j] = w + step * (-pull * u - shrinkage * w)
    bias[liked] += step * (pull - shrinkage * bias[liked])
    bias[other] += step * (-pull - shrinkage * bias[other])
