"""Content: items that look like what the user had, whoever else had them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.sparse import csr_array

from recsys.data import Interactions
from recsys.models.base import Array, Progress
from recsys.models.features import FeatureModel, Scaling, tells_nothing
from recsys.models.strengths import Strengths


@dataclass(kw_only=True, eq=False)
class Content(Strengths, FeatureModel):
    """The cosine of an item's features and the mean of the user's items' features, all of length 1.

    Recency has no say: histories come without times, so that anybody can be folded in.
    """

    name: ClassVar[str] = "content"
    explains: ClassVar[bool] = True

    centred: bool = True  # take the mean item away first: what all have in common is no taste

    def learn(self, train: Interactions, progress: Progress) -> None:
        features = self.features_for(train)
        mute = np.isnan(features[:, 0])
        looks = Scaling.of(features).apply(features, "float64") if self.centred else np.nan_to_num(features)
        lengths = np.linalg.norm(looks, axis=1, keepdims=True)
        self.mute = mute | (lengths[:, 0] == 0)
        self.looks = np.divide(looks, lengths, out=np.zeros_like(looks), where=lengths > 0).astype(self.dtype)

    def fold_in(self, histories: csr_array) -> Array:
        """(B, d) of length 1, or zeros where nothing is known."""
        summed = np.asarray(self.strengths(histories) @ self.looks)
        lengths = np.linalg.norm(summed, axis=1, keepdims=True)
        return np.asarray(np.divide(summed, lengths, out=np.zeros_like(summed), where=lengths > 0))

    def score(self, state: Array) -> Array:
        return np.asarray(np.where(self.mute, np.nan, state @ self.looks.T), self.dtype)

    def contributions(self, history: csr_array, item: int) -> tuple[float, Array]:
        strengths = self.strengths(history)
        length = float(np.linalg.norm(strengths @ self.looks))
        products = strengths.data * (self.looks[strengths.indices] @ self.looks[item])
        return 0.0, products / length if length else np.zeros(len(products))

    def no_taste(self, histories: csr_array) -> Array:
        return tells_nothing(self.strengths(histories), self.mute)

    def item_likeness(self, item: int) -> Array:
        return np.where(self.mute, np.nan, self.looks @ self.looks[item])

    def arrays(self) -> dict[str, Array]:
        return {"looks": self.looks, "mute": self.mute}

    def restore(self, arrays: Mapping[str, Array]) -> None:
        self.looks, self.mute = arrays["looks"], arrays["mute"]
