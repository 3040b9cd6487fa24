"""iALS: factors of what happened, where everything that did not happen counts a little."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from scipy.sparse import csr_array

from recsys.data import Interactions
from recsys.kernels.rows import Cells, cg_rows, implicit, solve_rows
from recsys.models.base import Array, Progress
from recsys.models.checks import above, at_least, one_of
from recsys.models.factor import FactorModel
from recsys.models.strengths import Strengths


@dataclass(kw_only=True, eq=False)
class IALS(Strengths, FactorModel):
    """Σ_all c (p - u·v)² + Σ_u ridge_u |u|² + Σ_i ridge_i |v|²; c = 1 + alpha r, p = 1 where stored.

    ridge = lam (cells + unseen * width) ** nu: nu = 0 is the plain one, nu = 1 grows with activity.

    Source: Hu, Koren and Volinsky, ICDM 2008; the ridge: Rendle, Krichene, Zhang and Koren, 2021.
    """

    name: ClassVar[str] = "ials"

    k: int = 64
    alpha: float = 2.0
    lam: float = 10.0
    nu: float = 0.0
    unseen: float = 0.0
    fold_ridge: float = 1.0  # times the ridge when users are folded in: above 1 where histories are shorter
    iterations: int = 15
    solver: Literal["cg", "cholesky"] = "cholesky"  # exact, and the faster one where both were timed (k 32)
    steps: int = 3  # of CG for each half, from where the last epoch ended
    seed: int = 0

    def check(self) -> None:
        super().check()
        at_least(self, 1, "k", "iterations", "steps")
        at_least(self, 0, "nu", "unseen")
        above(self, 0, "alpha", "lam", "fold_ridge")
        one_of(self, "solver", "cg", "cholesky")

    def learn(self, train: Interactions, progress: Progress) -> None:
        values = self.liked(train.csr.astype(self.dtype))
        columns = values.T.tocsr()
        by_user, by_item = implicit(values, self.alpha), implicit(columns, self.alpha)
        user_ridge, item_ridge = self._ridge(values), self._ridge(columns)
        random = np.random.default_rng(self.seed)
        scale = 0.1 / np.sqrt(self.k)
        users = (random.standard_normal((train.n_users, self.k)) * scale).astype(self.dtype)
        items = (random.standard_normal((train.n_items, self.k)) * scale).astype(self.dtype)
        for epoch in range(self.iterations):
            users = self._half(by_user, items, users, user_ridge)
            items = self._half(by_item, users, items, item_ridge)
            progress(epoch + 1, self.iterations)
        self.item_factors = items
        self.item_offset = np.zeros(train.n_items, self.dtype)

    def cells(self, histories: csr_array, offset: Array) -> Cells:
        return implicit(self.strengths(histories), self.alpha)

    def ridge(self, histories: csr_array) -> Array:
        return np.asarray(self._ridge(self.liked(histories)) * np.asarray(self.fold_ridge, self.dtype))

    def _ridge(self, liked: csr_array) -> Array:
        cells = np.diff(liked.indptr) + self.unseen * liked.shape[1]
        return np.asarray(self.lam * np.maximum(cells, 1.0) ** self.nu, self.dtype)

    def gram(self) -> Array:
        return np.asarray(self.item_factors.T @ self.item_factors)

    def _half(self, cells: Cells, factors: Array, start: Array, ridge: Array) -> Array:
        gram = factors.T @ factors
        if self.solver == "cholesky":
            return solve_rows(cells, factors, ridge, gram=gram)
        return cg_rows(cells, factors, start, ridge, gram=gram, steps=self.steps)
