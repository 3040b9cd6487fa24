"""BPR: one pass of stochastic ascent over (user, what was taken, what was not) triples.

A score is bias_i + u·v_i + t_u·(E f_i) + w·f_i, with features f. A triple wants i before j: with x the
difference of their scores, every parameter moves by step (sigma(-x) dx - shrinkage parameter).
The order of the triples is part of the method, so a pass runs in one thread.

Source: Rendle et al., BPR, UAI 2009; the terms with features: He and McAuley, VBPR, AAAI 2016.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys.kernels.choice import engine

Array = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Parameters:
    """All of one dtype, changed in place."""

    users: Array  # (U, k)
    tastes: Array  # (U, m)
    items: Array  # (I, k)
    bias: Array  # (I,)
    view: Array  # (d, m), E transposed
    lean: Array  # (d,), w


@dataclass(frozen=True, slots=True)
class Steps:
    """How far each triple moves what."""

    step: float
    shrinkage: float  # of users, tastes, items and bias
    view_shrinkage: float  # of view and lean


def ascend(
    triples: Array, features: Array, parameters: Parameters, steps: Steps, *, users_only: bool
) -> None:
    """Go through triples (n, 3) int32 of a user, an item taken and one not taken, in their order.

    Args:
        features: (I, d), of the parameters' dtype.
        users_only: leave everything but users and tastes as it is.
    """
    dtype = parameters.users.dtype.type
    rates = (dtype(steps.step), dtype(steps.shrinkage), dtype(steps.view_shrinkage))
    p = parameters
    arrays = (p.users, p.tastes, p.items, p.bias, p.view, p.lean)
    if engine() == "numba":
        from recsys.kernels.fast.bpr import ascend as fast

        fast(triples, features, *arrays, *rates, users_only)
        return
    for user, liked, other in triples:
        _one(user, liked, other, features, parameters, rates, users_only)


def _one(
    user: int, liked: int, other: int, features: Array, p: Parameters, rates: Any, users_only: bool
) -> None:
    step, shrinkage, view_shrinkage = rates
    difference = features[liked] - features[other]
    apart = p.items[liked] - p.items[other]
    seen = difference @ p.view
    u, t = p.users[user].copy(), p.tastes[user].copy()
    x = p.bias[liked] - p.bias[other] + u @ apart + t @ seen + p.lean @ difference
    pull = 1 / (1 + np.exp(x))
    p.users[user] += step * (pull * apart - shrinkage * u)
    p.tastes[user] += step * (pull * seen - shrinkage * t)
    if users_only:
        return
    for item, sign in ((liked, 1), (other, -1)):
        p.items[item] += step * (sign * pull * u - shrinkage * p.items[item])
        p.bias[item] += step * (sign * pull - shrinkage * p.bias[item])
    p.view[:] += step * (pull * np.outer(difference, t) - view_shrinkage * p.view)
    p.lean[:] += step * (pull * difference - view_shrinkage * p.lean)
