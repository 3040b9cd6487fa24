"""Small linear systems with numba: a row's factors are gathered once, then stay in the nearest cache."""

from typing import Any

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

Array = NDArray[Any]
ROWS_AT_ONCE = 64  # rows one thread takes with one set of buffers


@njit(cache=True, fastmath=True, inline="always")
def _cholesky_solve(left: Array, right: Array, k: int) -> None:
    """Overwrite right (k,) with the solution; left (k, k) holds its lower triangle and is overwritten."""
    for j in range(k):
        pivot = left[j, j]
        for m in range(j):
            pivot -= left[j, m] * left[j, m]
        pivot = np.sqrt(pivot)
        left[j, j] = pivot
        for i in range(j + 1, k):
            total = left[i, j]
            for m in range(j):
                total -= left[i, m] * left[j, m]
            left[i, j] = total / pivot
    for i in range(k):
        total = right[i]
        for m in range(i):
            total -= left[i, m] * right[m]
        right[i] = total / left[i, i]
    for i in range(k - 1, -1, -1):
        total = right[i]
        for m in range(i + 1, k):
            total -= left[m, i] * right[m]
        right[i] = total / left[i, i]


@njit(cache=True, parallel=True, fastmath=True)
def solve(
    indptr: Array,
    indices: Array,
    gains: Array,
    pulls: Array,
    factors: Array,
    ridges: Array,
    gram: Array,
    means: Array,
) -> Array:
    """See recsys.kernels.rows.solve_rows."""
    rows, k = len(indptr) - 1, factors.shape[1]
    found = np.zeros((rows, k), factors.dtype)
    for block in prange((rows + ROWS_AT_ONCE - 1) // ROWS_AT_ONCE):
        left = np.empty((k, k), factors.dtype)
        for row in range(block * ROWS_AT_ONCE, min(rows, (block + 1) * ROWS_AT_ONCE)):
            right = found[row]
            for i in range(k):
                for j in range(i + 1):
                    left[i, j] = gram[i, j]
                left[i, i] += ridges[row]
            if len(means) > 0:
                for i in range(k):
                    right[i] = ridges[row] * means[row, i]
            for cell in range(indptr[row], indptr[row + 1]):
                near, gain, pull = factors[indices[cell]], gains[cell], pulls[cell]
                for i in range(k):
                    right[i] += pull * near[i]
                    scaled = gain * near[i]
                    for j in range(i + 1):
                        left[i, j] += scaled * near[j]
            _cholesky_solve(left, right, k)
    return found


@njit(cache=True, parallel=True, fastmath=True)
def conjugate(
    indptr: Array,
    indices: Array,
    gains: Array,
    pulls: Array,
    factors: Array,
    found: Array,
    ridges: Array,
    gram: Array,
    steps: int,
) -> Array:
    """See recsys.kernels.rows.cg_rows; `found` holds the start and becomes the answer."""
    rows, k = found.shape
    longest = 0
    for row in range(rows):
        longest = max(longest, indptr[row + 1] - indptr[row])
    longest = min(longest, MOST_GATHERED)
    for block in prange((rows + ROWS_AT_ONCE - 1) // ROWS_AT_ONCE):
        near = np.empty((longest, k), factors.dtype)
        rest, way, ahead = np.empty(k, factors.dtype), np.empty(k, factors.dtype), np.empty(k, factors.dtype)
        for row in range(block * ROWS_AT_ONCE, min(rows, (block + 1) * ROWS_AT_ONCE)):
            first, last = indptr[row], indptr[row + 1]
            x, ridge = found[row], ridges[row]
            gathered = last - first <= longest
            if gathered:
                for cell in range(first, last):
                    for j in range(k):
                        near[cell - first, j] = factors[indices[cell], j]
            # The residual at the start: pulls and the gains' products need one pass over the cells.
            _shared(gram, ridge, x, rest, k)
            for j in range(k):
                rest[j] = -rest[j]
            for cell in range(first, last):
                v = near[cell - first] if gathered else factors[indices[cell]]
                dot = factors.dtype.type(0)
                for j in range(k):
                    dot += v[j] * x[j]
                amount = pulls[cell] - gains[cell] * dot
                for j in range(k):
                    rest[j] += amount * v[j]
            size = factors.dtype.type(0)
            for j in range(k):
                way[j] = rest[j]
                size += rest[j] * rest[j]
            for _ in range(steps):
                if size < 1e-20:
                    break
                _shared(gram, ridge, way, ahead, k)
                for cell in range(first, last):
                    v = near[cell - first] if gathered else factors[indices[cell]]
                    dot = factors.dtype.type(0)
                    for j in range(k):
                        dot += v[j] * way[j]
                    amount = gains[cell] * dot
                    for j in range(k):
                        ahead[j] += amount * v[j]
                below = factors.dtype.type(0)
                for j in range(k):
                    below += way[j] * ahead[j]
                step = size / below
                before = size
                size = factors.dtype.type(0)
                for j in range(k):
                    x[j] += step * way[j]
                    rest[j] -= step * ahead[j]
                    size += rest[j] * rest[j]
                for j in range(k):
                    way[j] = rest[j] + size / before * way[j]
    return found


MOST_GATHERED = 4096  # cells of one row kept close by: 512 KB at k = 32 in float32


@njit(cache=True, fastmath=True, inline="always")
def _shared(gram: Array, ridge: Any, p: Array, answer: Array, k: int) -> None:
    """answer = (gram + ridge I) p."""
    for i in range(k):
        answer[i] = ridge * p[i]
    for m in range(k):  # rows of a symmetric matrix: sequential reads, no reduction
        scale = p[m]
        for i in range(k):
            answer[i] += scale * gram[m, i]
