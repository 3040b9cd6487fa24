"""POPULAR as recommenderlab has it: what is rated above each rater's own mean, and often."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.sparse import csr_array

from recsys.data import Interactions
from recsys.kernels.centring import centred, user_means
from recsys.models.base import Array, Progress, Recommender


@dataclass(kw_only=True, eq=False)
class PopularRated(Recommender):
    """Predictions: the user's mean plus the item's mean of centred values. Lists: by the *sum* of those.

    Source: recommenderlab 1.0.7, method POPULAR with normalize = "center".
    """

    name: ClassVar[str] = "popular-rated"
    needs_history: ClassVar[bool] = False

    def rates_strangers(self) -> bool:
        return False

    def learn(self, train: Interactions, progress: Progress) -> None:
        matrix = train.csr.astype(self.dtype)
        values = centred(matrix, user_means(matrix))
        counts = np.bincount(values.indices, minlength=train.n_items)
        self.sums = np.bincount(values.indices, values.data, minlength=train.n_items).astype(self.dtype)
        with np.errstate(invalid="ignore"):
            self.means = (self.sums / np.where(counts, counts, np.nan)).astype(self.dtype)

    def fold_in(self, histories: csr_array) -> Array:
        return user_means(histories)

    def score(self, state: Array) -> Array:
        order = np.where(np.isnan(self.means), np.nan, self.sums)
        return np.broadcast_to(order, (len(state), len(order)))

    def rate(self, state: Array) -> Array:
        return np.asarray(state[:, None] + self.means)

    def arrays(self) -> dict[str, Array]:
        return {"sums": self.sums, "means": self.means}

    def restore(self, arrays: Mapping[str, Array]) -> None:
        self.sums, self.means = arrays["sums"], arrays["means"]
