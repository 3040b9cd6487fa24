"""The regularised squared error over stored cells only, with its gradient: what L-BFGS-B asks for."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from recsys.kernels.choice import engine

Array = NDArray[Any]


class Observed:
    """J(U, V) = 1/2 Σ_stored (u v' - r)² + lam/2 (|U|² + |V|²), over one matrix of values r."""

    def __init__(self, values: csr_array, lam: float) -> None:
        self.values, self.lam = values, lam
        numbered = csr_array(
            (np.arange(values.nnz), values.indices, values.indptr), shape=values.shape
        ).tocsc()
        self.by_item = (numbered.indptr, numbered.indices, numbered.data.astype(np.int64))
        self.errors = np.empty(values.nnz, values.dtype)

    def cost_and_gradient(self, U: Array, V: Array, to_U: Array, to_V: Array) -> float:
        """J, with its gradient written into to_U (users, k) and to_V (items, k).

        Users first: a row's errors and gradient; then items, from the same errors; a row is one thread's.
        """
        if engine() == "numba":
            from recsys.kernels.fast.observed import items_pass, users_pass

            v = self.values
            parts = users_pass(v.indptr, v.indices, v.data, U, V, self.lam, to_U, self.errors)
            items_pass(*self.by_item, self.errors, U, V, self.lam, to_V)
            return float(parts.sum() + 0.5 * self.lam * np.vdot(V, V))
        rows = np.repeat(np.arange(self.values.shape[0]), np.diff(self.values.indptr))
        self.errors[:] = np.einsum("nk,nk->n", U[rows], V[self.values.indices]) - self.values.data
        errors = csr_array((self.errors, self.values.indices, self.values.indptr), shape=self.values.shape)
        to_U[:] = errors @ V + self.lam * U
        to_V[:] = errors.T @ U + self.lam * V
        return float(0.5 * self.errors @ self.errors + 0.5 * self.lam * (np.vdot(U, U) + np.vdot(V, V)))
