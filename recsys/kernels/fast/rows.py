"""Small linear systems with numba: a row's factors are gathered once, then stay in the nearest cache."""

from typing import Any

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

Array = NDArray[Any]
ROWS_AT_ONCE = 64  # rows one thread takes with one set of buffers
LANES = 16  # columns are padded to whole vectors: 16 float32 are one of AVX-512, two of AVX2
EIGHT = 8  # cells that _add_outer takes at once
NOTHING_LEFT = 1e-20  # the squared length of a residual
# error_model="numpy": a division by 0 gives inf, which solve_rows refuses by its row; numba's own exception
# would be lost between threads.


@njit(cache=True, fastmath=True, error_model="numpy")
def _add_outer(left: Array, near: Array, scaled: Array, k: int) -> None:
    """Add eight outer products to the lower triangle of left (k, wide); near and scaled are (8, wide).

    Eight at once, so that left is read and written an eighth as often; columns in whole lanes and from 0,
    so that the inner loop has no remainder and numba no negative index to look out for: both cost vectors.
    """
    for i in range(k):
        s0, s1, s2, s3 = scaled[0, i], scaled[1, i], scaled[2, i], scaled[3, i]
        s4, s5, s6, s7 = scaled[4, i], scaled[5, i], scaled[6, i], scaled[7, i]
        for j in range((i // LANES + 1) * LANES):
            left[i, j] += (
                (s0 * near[0, j] + s1 * near[1, j])
                + (s2 * near[2, j] + s3 * near[3, j])
                + (s4 * near[4, j] + s5 * near[5, j])
                + (s6 * near[6, j] + s7 * near[7, j])
            )


@njit(cache=True, fastmath=True, error_model="numpy")
def _cholesky_solve(left: Array, right: Array, k: int) -> None:
    """Overwrite right (k,) with the solution; left (k, wide) holds its lower triangle and is overwritten.

    From the last row up, A = L'L: then every inner loop runs along a row from column 0.
    """
    for j in range(k - 1, -1, -1):
        inverse = left.dtype.type(1) / np.sqrt(left[j, j])
        for m in range((j // LANES + 1) * LANES):
            left[j, m] *= inverse
        left[j, j] = inverse
        right[j] *= inverse
        for m in range(j):
            right[m] -= right[j] * left[j, m]
        for i in range(j):
            times = left[j, i]
            for m in range((i // LANES + 1) * LANES):
                left[i, m] -= times * left[j, m]
    for i in range(k):
        total = right[i]
        for m in range(i):
            total -= left[i, m] * right[m]
        right[i] = total * left[i, i]


@njit(cache=True, fastmath=True, error_model="numpy")
def _gather_row(
    left: Array, right: Array, near: Array, scaled: Array, cells: tuple[Array, Array, Array], factors: Array
) -> None:
    """Add what one row's cells (indices, gains, pulls) say to its system."""
    indices, gains, pulls = cells
    k = factors.shape[1]
    for first in range(0, len(indices), EIGHT):
        count = min(EIGHT, len(indices) - first)
        for place in range(count):
            column, gain, pull = indices[first + place], gains[first + place], pulls[first + place]
            for j in range(k):
                value = factors[column, j]
                near[place, j] = value
                scaled[place, j] = gain * value
                right[j] += pull * value
        scaled[count:, :] = 0
        _add_outer(left, near, scaled, k)


@njit(cache=True, parallel=True, fastmath=True, error_model="numpy")
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
    wide = (k + LANES - 1) // LANES * LANES
    found = np.empty((rows, k), factors.dtype)
    for block in prange((rows + ROWS_AT_ONCE - 1) // ROWS_AT_ONCE):
        left, right = np.zeros((k, wide), factors.dtype), np.empty(wide, factors.dtype)
        near, scaled = np.zeros((EIGHT, wide), factors.dtype), np.zeros((EIGHT, wide), factors.dtype)
        for row in range(block * ROWS_AT_ONCE, min(rows, (block + 1) * ROWS_AT_ONCE)):
            for i in range(k):
                for j in range(k):
                    left[i, j] = gram[i, j]
                left[i, i] += ridges[row]
                right[i] = ridges[row] * means[row, i] if len(means) > 0 else 0
            first, last = indptr[row], indptr[row + 1]
            cells = (indices[first:last], gains[first:last], pulls[first:last])
            _gather_row(left, right, near, scaled, cells, factors)
            _cholesky_solve(left, right, k)
            for i in range(k):
                found[row, i] = right[i]
    return found


@njit(cache=True, fastmath=True, error_model="numpy")
def _dot(left: Array, right: Array, k: int) -> Any:
    """A sum in a loop that stores nothing.

    A loop that sums and stores is compiled twice, with vectors and without, and where buffers happen to lie
    decides which one runs: then the number of threads would change the last bit.
    """
    total = left.dtype.type(0)
    for j in range(k):
        total += left[j] * right[j]
    return total


@njit(cache=True, fastmath=True, error_model="numpy")
def _add(answer: Array, times: Any, step: Array, k: int) -> None:
    for j in range(k):
        answer[j] += times * step[j]


@njit(cache=True, fastmath=True, error_model="numpy")
def _multiply(gram: Array, ridge: Any, near: Array, gains: Array, p: Array, answer: Array) -> None:
    """answer = (gram + ridge I + Σ gain v v') p, over the rows v of near."""
    k = len(p)
    for j in range(k):
        answer[j] = ridge * p[j]
    for m in range(k):  # rows of a symmetric matrix: sequential reads, no sum
        _add(answer, p[m], gram[m], k)
    for cell in range(len(gains)):
        _add(answer, gains[cell] * _dot(near[cell], p, k), near[cell], k)


@njit(cache=True, fastmath=True, error_model="numpy")
def _conjugate_row(
    x: Array, gram: Array, ridge: Any, near: Array, gains: Array, pulls: Array, buffers: Array, steps: int
) -> None:
    """Move x (k,) by some steps; buffers are (3, k)."""
    k = len(x)
    rest, way, ahead = buffers[0], buffers[1], buffers[2]
    _multiply(gram, ridge, near, gains, x, rest)
    for j in range(k):
        rest[j] = -rest[j]
    for cell in range(len(pulls)):
        _add(rest, pulls[cell], near[cell], k)
    way[:] = rest
    size = _dot(rest, rest, k)
    for _ in range(steps):
        if size < NOTHING_LEFT:
            return
        _multiply(gram, ridge, near, gains, way, ahead)
        step = size / _dot(way, ahead, k)
        _add(x, step, way, k)
        _add(rest, -step, ahead, k)
        before, size = size, _dot(rest, rest, k)
        share = size / before
        for j in range(k):
            way[j] = rest[j] + share * way[j]


@njit(cache=True, parallel=True, fastmath=True, error_model="numpy")
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
    for block in prange((rows + ROWS_AT_ONCE - 1) // ROWS_AT_ONCE):
        near, buffers = np.empty((longest, k), factors.dtype), np.empty((3, k), factors.dtype)
        for row in range(block * ROWS_AT_ONCE, min(rows, (block + 1) * ROWS_AT_ONCE)):
            first, last = indptr[row], indptr[row + 1]
            for cell in range(first, last):
                for j in range(k):
                    near[cell - first, j] = factors[indices[cell], j]
            cells = near[: last - first]
            _conjugate_row(
                found[row], gram, ridges[row], cells, gains[first:last], pulls[first:last], buffers, steps
            )
    return found
