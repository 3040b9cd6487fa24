"""SVDF: Funk's factors, one after the other, by gradient descent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.sparse import csr_array

from recsys.data import Interactions
from recsys.kernels.centring import centred, user_means
from recsys.kernels.funk import Descent, descend
from recsys.models.base import Array, Progress, Recommender, quiet
from recsys.models.checks import above, at_least


@dataclass(kw_only=True, eq=False)
class SVDF(Recommender):
    """u·v plus the user's mean, a factor at a time: each step adds step (error v - shrinkage u).

    Errors stand still within an epoch, updates do not: the order of items and users is part of the method.
    Users are folded in by the same descent with the items fixed.

    Source: Funk, 2006; recommenderlab 1.0.7, method SVDF (lambda: the step, gamma: the shrinkage).
    """

    name: ClassVar[str] = "svdf"

    k: int = 10
    step: float = 0.001
    shrinkage: float = 0.015
    least_epochs: int = 50  # for each factor
    most_epochs: int = 200
    improvement: float = 1e-6  # stop when the error falls by no more
    together: bool = False  # fold users in until all of them are done, as R does

    def rates_strangers(self) -> bool:
        return False

    def check(self) -> None:
        super().check()
        at_least(self, 1, "k", "least_epochs", "most_epochs")
        above(self, 0, "step")
        at_least(self, 0, "shrinkage", "improvement")

    def learn(self, train: Interactions, progress: Progress) -> None:
        matrix = train.csr.astype(np.float64)
        values = centred(matrix, user_means(matrix))
        users, items = np.full((train.n_users, self.k), 0.1), np.full((train.n_items, self.k), 0.1)
        descend(values, users, items, self._descent(), fixed_items=False, alone=False, progress=progress)
        self.item_factors = items.astype(self.dtype)

    def fold_in(self, histories: csr_array) -> tuple[Array, Array]:
        """(B, k) factors and (B,) means; alone, so that no answer hangs on who else is asked for."""
        means = user_means(histories)
        values = centred(histories.astype(np.float64), means.astype(np.float64))
        users, items = np.full((histories.shape[0], self.k), 0.1), self.item_factors.astype(np.float64)
        descend(
            values, users, items, self._descent(), fixed_items=True, alone=not self.together, progress=quiet
        )
        return users.astype(self.dtype), means

    def score(self, state: tuple[Array, Array]) -> Array:
        users, means = state
        return np.asarray(users @ self.item_factors.T + means[:, None])

    def arrays(self) -> dict[str, Array]:
        return {"item_factors": self.item_factors}

    def restore(self, arrays: Mapping[str, Array]) -> None:
        self.item_factors = arrays["item_factors"]

    def _descent(self) -> Descent:
        return Descent(self.step, self.shrinkage, self.least_epochs, self.most_epochs, self.improvement)
