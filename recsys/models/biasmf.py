"""Biases and factors together, by alternating ridge solves: the best RMSE here, and poor lists."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.sparse import csr_array

from recsys.data import Interactions
from recsys.kernels.rows import Cells, explicit, solve_rows
from recsys.models.base import Array, Progress
from recsys.models.checks import above, at_least
from recsys.models.factor import FactorModel
from recsys.models.offsets import Offsets


@dataclass(kw_only=True, eq=False)
class BiasMF(FactorModel):
    """mean + b_u + b_i + u·v; each ridge is lam times how many values the user or the item has.

    A bias is a factor against a constant 1, so one solve finds both: a user's are (b_u, u) against (1, v).

    Source: Koren, Bell and Volinsky, 2009; the weighted ridge: Zhou et al., 2008 (ALS-WR).
    """

    name: ClassVar[str] = "biasmf"

    k: int = 40  # k and lam: the least error on validation folds of ML-100K, given 15
    lam: float = 0.16
    iterations: int = 15
    seed: int = 0

    def check(self) -> None:
        super().check()
        at_least(self, 1, "k", "iterations")
        above(self, 0, "lam")

    def learn(self, train: Interactions, progress: Progress) -> None:
        values = train.csr.astype(self.dtype)
        columns = values.T.tocsr()
        mean = float(values.data.mean(dtype=np.float64))
        random = np.random.default_rng(self.seed)
        items = np.column_stack(
            [_damped(columns, mean), random.standard_normal((train.n_items, self.k)) * 0.1 / np.sqrt(self.k)]
        ).astype(self.dtype)
        for iteration in range(self.iterations):
            users = self._half(values, items, mean)
            items = self._half(columns, users, mean)
            progress(iteration + 1, self.iterations)
        self.item_factors, self.item_offset = with_one(items), (mean + items[:, 0]).astype(self.dtype)

    def cells(self, histories: csr_array, offset: Array) -> Cells:
        return explicit(Offsets("bias", 0.0, self.item_offset).away(histories, offset))

    def ridge(self, histories: csr_array) -> Array:
        return np.asarray(self.lam * np.maximum(np.diff(histories.indptr), 1), self.dtype)

    def _half(self, values: csr_array, others: Array, mean: float) -> Array:
        """(rows, 1 + k): each row's bias and factors, the others' being fixed."""
        away = values.data - mean - others[values.indices, 0]
        left = csr_array((away.astype(self.dtype), values.indices, values.indptr), shape=values.shape)
        return solve_rows(explicit(left), with_one(others), self.ridge(values))


def with_one(factors: Array) -> Array:
    """Factors whose first column, the bias, is replaced by the 1 that the other side's bias goes with."""
    changed = factors.copy()
    changed[:, 0] = 1
    return changed


def _damped(columns: csr_array, mean: float) -> Array:
    counts = np.diff(columns.indptr)
    rows = np.repeat(np.arange(len(counts)), counts)
    return np.asarray(np.bincount(rows, columns.data - mean, minlength=len(counts)) / (counts + 5.0))
