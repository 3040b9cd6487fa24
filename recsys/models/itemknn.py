"""Nearest dresses: a list is the sum over what you had of how like it everything else is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.sparse import csr_array

from recsys.data import Interactions
from recsys.kernels.top import top_n
from recsys.models.base import Array, Progress
from recsys.models.checks import at_least
from recsys.models.strengths import Strengths

ITEMS_AT_ONCE = 512


@dataclass(kw_only=True, eq=False)
class ItemKNN(Strengths):
    """score_i = Σ_j h_j s_ji over the user's items j, s the shrunk cosine of each j's nearest items.

    s = Σ_u r_ui r_uj / (|r_i| |r_j| + shrinkage); how far the shrinkage matters depends on the values' scale.

    Source: Deshpande and Karypis, TOIS 2004; the shrinkage: Bell and Koren, 2007.
    """

    name: ClassVar[str] = "itemknn"
    explains: ClassVar[bool] = True

    nearest: int = 200
    shrinkage: float = 10.0

    def check(self) -> None:
        super().check()
        at_least(self, 1, "nearest")
        at_least(self, 0, "shrinkage")

    def learn(self, train: Interactions, progress: Progress) -> None:
        columns = self.strengths(train.csr.astype(self.dtype)).tocsc()
        lengths = np.sqrt(np.asarray(columns.multiply(columns).sum(axis=0)).ravel())
        parts: list[tuple[Array, Array]] = []
        most = min(self.nearest, train.n_items)
        for first in range(0, train.n_items, ITEMS_AT_ONCE):
            some = slice(first, min(first + ITEMS_AT_ONCE, train.n_items))
            products = (columns[:, some].T @ columns).toarray()
            with np.errstate(divide="ignore", invalid="ignore"):
                likeness = products / (lengths[some, None] * lengths + self.shrinkage)
            likeness[products <= 0] = np.nan
            likeness[np.arange(len(likeness)), np.arange(some.start, some.stop)] = np.nan
            parts.append(top_n(likeness.astype(self.dtype), most))
            progress(some.stop, train.n_items)
        near, values = (np.concatenate(part) for part in zip(*parts, strict=True))
        rows, places = np.nonzero(near >= 0)
        cells = (values[rows, places], (rows, near[rows, places]))
        self.near = csr_array(cells, shape=(train.n_items, train.n_items))

    def fold_in(self, histories: csr_array) -> csr_array:
        return self.strengths(histories)

    def score(self, state: csr_array) -> Array:
        sums = (state @ self.near).toarray()
        return np.where(sums > 0, sums, np.nan)

    def contributions(self, history: csr_array, item: int) -> tuple[float, Array]:
        return 0.0, self.strengths(history).data * self.near[:, [item]].toarray().ravel()[history.indices]

    def item_likeness(self, item: int) -> Array:
        likeness = self.near[[item]].toarray().ravel()
        return np.where(likeness > 0, likeness, np.nan)

    def arrays(self) -> dict[str, Array]:
        return {name: getattr(self.near, name) for name in ("data", "indices", "indptr")}

    def restore(self, arrays: Mapping[str, Array]) -> None:
        n_items = len(arrays["indptr"]) - 1
        parts = (arrays["data"], arrays["indices"], arrays["indptr"])
        self.near = csr_array(parts, shape=(n_items, n_items))
