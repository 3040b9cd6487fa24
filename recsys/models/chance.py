"""Chance: what a list is worth that knows nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from recsys.data import Interactions
from recsys.models.base import Array, Progress, Recommender


@dataclass(kw_only=True, eq=False)
class Random(Recommender):
    """A list that follows from the seed and the history alone: the same again for the same history."""

    name: ClassVar[str] = "random"
    needs_history: ClassVar[bool] = False

    seed: int = 0

    def learn(self, train: Interactions, progress: Progress) -> None:
        self.range = np.array([train.csr.data.min(), train.csr.data.max()], self.dtype)

    def fold_in(self, histories: csr_array) -> list[NDArray[np.uint32]]:
        rows = np.split(histories.indices, histories.indptr[1:-1])
        return [row.astype(np.uint32) for row in rows]

    def score(self, state: list[NDArray[np.uint32]]) -> Array:
        drawn = [np.random.default_rng([self.seed, *row]).random(len(self.items)) for row in state]
        return np.array(drawn, dtype=self.dtype).reshape(len(state), len(self.items))

    def rate(self, state: list[NDArray[np.uint32]]) -> Array:
        low, high = self.range
        return np.asarray(low + (high - low) * self.score(state))

    def arrays(self) -> dict[str, Array]:
        return {"range": self.range}

    def restore(self, arrays: Mapping[str, Array]) -> None:
        self.range = arrays["range"]
