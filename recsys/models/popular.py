"""What everybody likes: the baseline that most models must first beat."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from scipy.sparse import csr_array

from recsys.data import Interactions
from recsys.models.base import Array, Progress, Recommender
from recsys.models.fallback import SECONDS_PER_DAY
from recsys.refusal import BadInteractions, BadParameter


@dataclass(kw_only=True, eq=False)
class Popular(Recommender):
    """Items by how often they were taken: all time, within a window, or with weights that fade."""

    name: ClassVar[str] = "popular"
    predicts_ratings: ClassVar[bool] = False
    explains: ClassVar[bool] = True
    needs_history: ClassVar[bool] = False

    window_days: float | None = None  # count only the last days before the last interaction
    half_life_days: float | None = None  # halve an interaction's weight every so many days

    def check(self) -> None:
        super().check()
        for name in ("window_days", "half_life_days"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise BadParameter(f"{name}={value}: above 0, or None")

    def learn(self, train: Interactions, progress: Progress) -> None:
        if train.times is None and (self.window_days or self.half_life_days):
            raise BadInteractions("a window or a half-life needs times: name the column of times")
        self.weights = np.bincount(train.csr.indices, self._cells(train), minlength=train.n_items).astype(
            self.dtype
        )

    def fold_in(self, histories: csr_array) -> int:
        return int(histories.shape[0])

    def score(self, state: int) -> Array:
        return np.broadcast_to(self.weights, (state, len(self.weights)))

    def contributions(self, history: csr_array, item: int) -> tuple[float, Array]:
        return float(self.weights[item]), np.zeros(history.nnz)

    def arrays(self) -> dict[str, Array]:
        return {"weights": self.weights}

    def restore(self, arrays: Mapping[str, Array]) -> None:
        self.weights = arrays["weights"]

    def _cells(self, train: Interactions) -> Any:
        if train.times is None:
            return None
        age_days = (train.times.max() - train.times) / SECONDS_PER_DAY
        weights = (
            np.ones(train.nnz) if self.half_life_days is None else 0.5 ** (age_days / self.half_life_days)
        )
        return weights if self.window_days is None else np.where(age_days < self.window_days, weights, 0.0)
