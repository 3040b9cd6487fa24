"""Explicit ALS with a ridge that grows with activity, as recommenderlab and Spark's MLlib have it."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from scipy.sparse import csr_array

from recsys.data import Interactions
from recsys.kernels.rows import Cells, explicit, solve_rows
from recsys.models.base import Array, Progress
from recsys.models.checks import above, at_least
from recsys.models.factor import Folded
from recsys.models.refitting import Refitting
from recsys.refusal import BadParameter


@dataclass(kw_only=True, eq=False)
class ALS(Refitting):
    """Σ_stored (u·v - r)² + lam (Σ_u n_u |u|² + Σ_i n_i |v|²), users first, some rounds.

    An item that nobody rated gets the mean of the items' means. refit=True stacks the asked-for histories
    below the fitted ones and solves again, as R does; otherwise users are folded in.

    Source: Zhou, Wilkinson, Schreiber and Pan, 2008; recommenderlab 1.0.7, method ALS.
    """

    name: ClassVar[str] = "als"

    k: int = 10
    lam: float = 0.1
    iterations: int = 10
    seed: int = 0

    def rates_strangers(self) -> bool:
        return False

    def check(self) -> None:
        super().check()
        at_least(self, 1, "k", "iterations")
        above(self, 0, "lam")

    def start_from(self, item_factors: Array) -> Self:
        """Begin fits from these item factors (I, k) instead of drawing them."""
        if item_factors.shape[1] != self.k:
            raise BadParameter(f"factors have {item_factors.shape[1]} columns, k is {self.k}")
        self.start = item_factors
        return self

    def learn(self, train: Interactions, progress: Progress) -> None:
        self.relearn(train.csr.astype(self.dtype), progress)

    def newcomers(self, histories: csr_array) -> Folded:
        """Users as the last round left them: items moved once more after them, so a fold-in differs."""
        first = self.user_factors.shape[0] - histories.shape[0]
        return Folded(self.user_factors[first:], self.user_offset(histories))

    def contributions(self, history: csr_array, item: int) -> tuple[float, Array]:
        if self.refit:
            raise BadParameter("als with refit=True does not explain its scores: set refit=False")
        return super().contributions(history, item)

    def cells(self, histories: csr_array, offset: Array) -> Cells:
        return explicit(histories)

    def ridge(self, histories: csr_array) -> Array:
        return np.asarray(self.lam * np.maximum(np.diff(histories.indptr), 1), self.dtype)

    def relearn(self, values: csr_array, progress: Progress) -> None:
        columns = values.T.tocsr()
        counts = np.diff(columns.indptr)
        means = np.asarray(columns.sum(axis=1)).ravel() / np.maximum(counts, 1)
        means = np.where(counts > 0, means, means[counts > 0].mean())
        items = getattr(self, "start", None)
        if items is None:
            random = np.random.default_rng(self.seed)
            items = np.column_stack([means, 1e-4 * random.random((len(means), self.k - 1))])
        items = items.astype(self.dtype)
        for iteration in range(self.iterations):
            users = solve_rows(explicit(values), items, self.ridge(values))
            items = solve_rows(explicit(columns), users, self.ridge(columns))
            progress(iteration + 1, self.iterations)
        self.user_factors, self.item_factors = users, items
        self.item_offset = np.where(counts > 0, 0, means).astype(self.dtype)
