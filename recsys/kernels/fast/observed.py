"""Cost and gradient over stored cells with numba: two passes, each row by one thread."""

from typing import Any

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

Array = NDArray[Any]


@njit(cache=True, parallel=True, fastmath=True)
def users_pass(
    indptr: Array, indices: Array, values: Array, U: Array, V: Array, lam: float, to_U: Array, errors: Array
) -> Array:
    """Fill errors (n,) and to_U, return each user's share of J without the items' ridge."""
    users, k = U.shape
    parts = np.zeros(users)
    for user in prange(users):
        u, gradient = U[user], to_U[user]
        cost = 0.0
        for j in range(k):
            gradient[j] = lam * u[j]
            cost += lam * u[j] * u[j]
        for cell in range(indptr[user], indptr[user + 1]):
            v = V[indices[cell]]
            error = -values[cell]
            for j in range(k):
                error += u[j] * v[j]
            errors[cell] = error
            cost += error * error
            for j in range(k):
                gradient[j] += error * v[j]
        parts[user] = 0.5 * cost
    return parts


@njit(cache=True, parallel=True, fastmath=True)
def items_pass(
    indptr: Array, users: Array, cells: Array, errors: Array, U: Array, V: Array, lam: float, to_V: Array
) -> None:
    """Fill to_V from the errors; `cells` says where each item's errors lie."""
    items, k = V.shape
    for item in prange(items):
        v, gradient = V[item], to_V[item]
        for j in range(k):
            gradient[j] = lam * v[j]
        for place in range(indptr[item], indptr[item + 1]):
            u, error = U[users[place]], errors[cells[place]]
            for j in range(k):
                gradient[j] += error * u[j]
