"""Funk's descent with numba: a row's updates in the order of its cells, rows in parallel."""

from typing import Any

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

Array = NDArray[Any]


@njit(cache=True, parallel=True)
def errors_of(indptr: Array, indices: Array, values: Array, users: Array, items: Array) -> Array:
    """See recsys.kernels.funk.errors_of."""
    errors = np.empty(len(values))
    for row in prange(len(indptr) - 1):
        for cell in range(indptr[row], indptr[row + 1]):
            said = 0.0
            for j in range(users.shape[1]):
                said += users[row, j] * items[indices[cell], j]
            errors[cell] = values[cell] - said
    return errors


@njit(cache=True, parallel=True)
def sweep(
    indptr: Array,
    others: Array,
    cells: Array,
    errors: Array,
    factors: Array,
    fixed: Array,
    step: float,
    shrinkage: float,
    factor: int,
) -> None:
    """See recsys.kernels.funk.sweep."""
    for row in prange(len(indptr) - 1):
        value = factors[row, factor]
        for place in range(indptr[row], indptr[row + 1]):
            value += step * (errors[cells[place]] * fixed[others[place]] - shrinkage * value)
        factors[row, factor] = value


@njit(cache=True, parallel=True)
def fold(
    indptr: Array,
    indices: Array,
    values: Array,
    users: Array,
    items: Array,
    step: float,
    shrinkage: float,
    least: int,
    most: int,
    improvement: float,
    factor: int,
) -> None:
    """See recsys.kernels.funk.fold_factor."""
    k = users.shape[1]
    for row in prange(len(indptr) - 1):
        first, last = indptr[row], indptr[row + 1]
        rest = np.empty(last - first)  # the errors without this factor
        for cell in range(first, last):
            said = 0.0
            for j in range(k):
                if j != factor:
                    said += users[row, j] * items[indices[cell], j]
            rest[cell - first] = values[cell] - said
        value, before = users[row, factor], np.inf
        for epoch in range(1, most + 1):
            start, total = value, 0.0
            for cell in range(first, last):
                other = items[indices[cell], factor]
                error = rest[cell - first] - start * other
                total += error * error
                value += step * (error * other - shrinkage * value)
            now = np.sqrt(total / items.shape[0])
            if epoch >= least and abs(now - before) <= improvement:
                break
            before = now
        users[row, factor] = value
