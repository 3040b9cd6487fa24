"""Funk's descent: one factor after the other, epoch by epoch, over stored cells in the order of items."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from recsys.kernels.choice import engine

Array = NDArray[Any]
Cells = tuple[
    Array, Array, Array
]  # where rows begin, the other side of each cell, its place among the errors


@dataclass(frozen=True, slots=True)
class Descent:
    """How to step, and when a factor is done."""

    step: float
    shrinkage: float
    least_epochs: int
    most_epochs: int
    improvement: float


def descend(
    values: csr_array,
    users: Array,
    items: Array,
    how: Descent,
    *,
    fixed_items: bool,
    alone: bool,
    progress: Callable[[int, int], None],
) -> None:
    """Change users (U, k) and, unless fixed, items (I, k) in place; float64.

    Args:
        alone: with fixed items rows are independent: each stops by its own error instead of all by theirs.
    """
    numbered = csr_array((np.arange(values.nnz), values.indices, values.indptr), shape=values.shape).tocsc()
    by_user: Cells = (values.indptr, values.indices, np.arange(values.nnz))
    by_item: Cells = (numbered.indptr, numbered.indices, numbered.data)
    for factor in range(users.shape[1]):
        if fixed_items and alone:
            fold_factor(values, users, items, how, factor)
        else:
            _fit_factor(values, by_user, None if fixed_items else by_item, users, items, how, factor)
        progress(factor + 1, users.shape[1])


def _fit_factor(
    values: csr_array,
    by_user: Cells,
    by_item: Cells | None,
    users: Array,
    items: Array,
    how: Descent,
    factor: int,
) -> None:
    cells = values.shape[0] * values.shape[1]
    before = np.inf
    for epoch in range(1, how.most_epochs + 1):
        errors = errors_of(values, users, items)
        old = users[:, factor].copy()
        sweep(by_user, errors, users, items[:, factor].copy(), how, factor)
        if by_item is not None:
            sweep(by_item, errors, items, old, how, factor)
        error = float(np.sqrt(errors @ errors / cells))
        if epoch >= how.least_epochs and abs(error - before) <= how.improvement:
            return
        before = error


def errors_of(values: csr_array, users: Array, items: Array) -> Array:
    """(n,) stored values minus what the factors say."""
    if engine() == "numba":
        from recsys.kernels.fast.funk import errors_of as fast

        return np.asarray(fast(values.indptr, values.indices, values.data, users, items))
    rows = np.repeat(np.arange(values.shape[0]), np.diff(values.indptr))
    return np.asarray(values.data - np.einsum("nk,nk->n", users[rows], items[values.indices]))


def sweep(cells: Cells, errors: Array, factors: Array, fixed: Array, how: Descent, factor: int) -> None:
    """One pass over each row's cells in their order, changing one column of its factors."""
    if engine() == "numba":
        from recsys.kernels.fast.funk import sweep as fast

        fast(*cells, errors, factors, fixed, how.step, how.shrinkage, factor)
        return
    indptr, others, places = cells
    for row in range(len(indptr) - 1):
        for place in range(indptr[row], indptr[row + 1]):
            pull = errors[places[place]] * fixed[others[place]] - how.shrinkage * factors[row, factor]
            factors[row, factor] += how.step * pull


def fold_factor(values: csr_array, users: Array, items: Array, how: Descent, factor: int) -> None:
    """One factor of every row with the items fixed; each row stops by its own error."""
    if engine() == "numba":
        from recsys.kernels.fast.funk import fold

        limits = (how.step, how.shrinkage, how.least_epochs, how.most_epochs, how.improvement)
        fold(values.indptr, values.indices, values.data, users, items, *limits, factor)
        return
    for row in range(values.shape[0]):
        part = slice(values.indptr[row], values.indptr[row + 1])
        near = items[values.indices[part]]
        before = np.inf
        for epoch in range(1, how.most_epochs + 1):
            errors = values.data[part] - near @ users[row]
            for error, other in zip(errors, near[:, factor], strict=True):
                users[row, factor] += how.step * (error * other - how.shrinkage * users[row, factor])
            error = float(np.sqrt(errors @ errors / values.shape[1]))
            if epoch >= how.least_epochs and abs(error - before) <= how.improvement:
                break
            before = error
