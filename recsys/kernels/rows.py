"""One small linear system for each row: half a step of every alternating solver, and how users are folded in.

Row r solves (gram + Σ gain v v' + ridge_r I) x = Σ pull v + ridge_r mean_r over its stored cells, v being the
factors of the cell's column. Explicit values r: gain 1, pull r. Implicit strengths s (Hu, Koren and Volinsky,
2008): gram V'V, gain s, pull 1 + s. A prior mean pulls a row with little evidence to what is expected of it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from recsys.kernels.choice import engine
from recsys.refusal import BadParameter

Array = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """What pulls at each row: cells in CSR order, all of one dtype."""

    indptr: Array  # (B + 1,)
    indices: Array  # (n,)
    gains: Array  # (n,)
    pulls: Array  # (n,)

    @property
    def rows(self) -> int:
        """B."""
        return len(self.indptr) - 1


def explicit(values: csr_array) -> Cells:
    """Stored values as they are: squared error on them alone."""
    return Cells(*_places(values), np.ones_like(values.data), values.data)


def implicit(values: csr_array, alpha: float) -> Cells:
    """Strengths: a cell wants 1 where its strength is above 0, else 0, and counts 1 + alpha * strength."""
    gains = (values.data * alpha).astype(values.dtype)
    pulls = np.where(gains > 0, 1 + gains, 0).astype(values.dtype)
    return Cells(*_places(values), gains, pulls)


def _places(values: csr_array) -> tuple[Array, Array]:
    """indptr and indices of one type each: a kernel compiled for other types may round otherwise."""
    return values.indptr.astype(np.int64), values.indices.astype(np.int32, copy=False)


def solve_rows(
    cells: Cells,
    factors: Array,
    ridge: float | Array,
    *,
    gram: Array | None = None,
    means: Array | None = None,
) -> Array:
    """(B, k) the exact solution of each row, by Cholesky.

    Args:
        factors: (I, k) of the columns; its dtype is that of the answer.
        ridge: above 0, one number or (B,).
        gram: (k, k) that every row shares; None for 0.
        means: (B, k) prior means; None for 0.

    Raises:
        BadParameter: a row has no finite solution in this dtype.
    """
    k = factors.shape[1]
    ridges = np.broadcast_to(np.asarray(ridge, factors.dtype), (cells.rows,)).copy()
    shared = np.zeros((k, k), factors.dtype) if gram is None else gram.astype(factors.dtype)
    prior = np.zeros((0, k), factors.dtype) if means is None else means.astype(factors.dtype)
    if engine() == "numba":
        from recsys.kernels.fast.rows import solve

        parts = (cells.indptr, cells.indices, cells.gains, cells.pulls)
        found = np.asarray(solve(*parts, np.ascontiguousarray(factors), ridges, shared, prior))
    else:
        found = _solve_numpy(cells, factors, ridges, shared, prior)
    if not np.isfinite(found).all():
        row = int(np.argmin(np.isfinite(found).all(axis=1)))
        raise BadParameter(
            f"row {row} cannot be solved in {factors.dtype}: its values are too large for so small a ridge; "
            'raise lam, bring values to a smaller scale, or choose dtype="float64"'
        )
    return found


def _solve_numpy(cells: Cells, factors: Array, ridges: Array, gram: Array, means: Array) -> Array:
    k = factors.shape[1]
    found = np.zeros((cells.rows, k), factors.dtype)
    for row in range(cells.rows):
        part = slice(cells.indptr[row], cells.indptr[row + 1])
        near = factors[cells.indices[part]]
        left = gram + (near * cells.gains[part, None]).T @ near + ridges[row] * np.eye(k, dtype=factors.dtype)
        right = cells.pulls[part] @ near
        if len(means):
            right = right + ridges[row] * means[row]
        try:
            found[row] = np.linalg.solve(left, right)
        except np.linalg.LinAlgError:
            found[row] = np.nan
    return found


def cg_rows(
    cells: Cells, factors: Array, start: Array, ridge: float | Array, *, gram: Array, steps: int = 3
) -> Array:
    """(B, k) some conjugate-gradient steps of each row from a start (B, k): cheaper than exact for large k.

    Source: Takács, Pilászy and Tikk, Applications of the conjugate gradient method for implicit
    feedback collaborative filtering, RecSys 2011.
    """
    ridges = np.broadcast_to(np.asarray(ridge, factors.dtype), (cells.rows,)).copy()
    if engine() == "numba":
        from recsys.kernels.fast.rows import conjugate

        parts = (cells.indptr, cells.indices, cells.gains, cells.pulls)
        return np.asarray(conjugate(*parts, factors, start.copy(), ridges, gram.astype(factors.dtype), steps))
    found = start.copy()
    for row in range(cells.rows):
        part = slice(cells.indptr[row], cells.indptr[row + 1])
        near, gains = factors[cells.indices[part]], cells.gains[part]
        _descend(found[row], near, gains, cells.pulls[part] @ near, ridges[row], gram, steps)
    return found


def _descend(
    x: Array, near: Array, gains: Array, right: Array, ridge: float, gram: Array, steps: int
) -> None:
    def times(p: Array) -> Array:
        return np.asarray(gram @ p + ridge * p + (gains * (near @ p)) @ near)

    rest = right - times(x)
    way, size = rest.copy(), float(rest @ rest)
    for _ in range(steps):
        if size < 1e-20:
            return
        ahead = times(way)
        step = size / float(way @ ahead)
        x += step * way
        rest = rest - step * ahead
        before, size = size, float(rest @ rest)
        way = rest + size / before * way
