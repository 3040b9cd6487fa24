"""Item-based collaborative filtering: how you rated the dresses most like it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.sparse import csr_array

from recsys.data import Interactions
from recsys.kernels.alike import cosine_blocks
from recsys.kernels.centring import centred, pattern, user_means
from recsys.models.base import Array, Progress, Recommender
from recsys.refusal import BadParameter

TINY = np.finfo(np.float64).tiny  # recommenderlab stores a likeness of 0 as this, so that it still counts


@dataclass(kw_only=True, eq=False)
class IBCF(Recommender):
    """The user's mean plus the mean of their centred values of an item's k nearest, weighted by likeness.

    Only some cells have an answer; evaluate prints which share. For lists, itemknn is several times better.

    Source: recommenderlab 1.0.7, method IBCF, cosine over who rated both, mapped to (s + 1) / 2.
    """

    name: ClassVar[str] = "ibcf"
    explains: ClassVar[bool] = True

    k: int = 30

    def check(self) -> None:
        super().check()
        if self.k < 1:
            raise BadParameter(f"k={self.k}: at least 1 neighbour")

    def learn(self, train: Interactions, progress: Progress) -> None:
        matrix = train.csr.astype(np.float64)
        columns = centred(matrix, user_means(matrix)).T.tocsr()
        parts: list[tuple[Array, Array, Array]] = []
        for block, found in cosine_blocks(columns, columns, corated=True):
            likeness = (found + 1) / 2
            likeness[np.arange(len(likeness)), np.arange(block.start, block.stop)] = np.nan
            rows, others = self._kept(likeness)
            parts.append((likeness[rows, others], rows + block.start, others))
            progress(block.stop, train.n_items)
        values, rows, others = (np.concatenate(part) for part in zip(*parts, strict=True))
        least = TINY if self.dtype == "float64" else np.finfo("f4").tiny
        values = np.maximum(values, least).astype(self.dtype)
        self.near = csr_array((values, (rows, others)), shape=(train.n_items, train.n_items))

    def _kept(self, likeness: Array) -> tuple[Array, Array]:
        """Rows and columns of the k largest of each row."""
        # Sorted ascending, no answer first; among equals at the edge the higher column stays, as in R.
        order = np.argsort(np.where(np.isnan(likeness), -np.inf, likeness), axis=1, kind="stable")
        kept = np.zeros(likeness.shape, bool)
        np.put_along_axis(kept, order[:, max(0, likeness.shape[1] - self.k) :], True, axis=1)
        rows, others = np.nonzero(kept & ~np.isnan(likeness))
        return rows, others

    def fold_in(self, histories: csr_array) -> tuple[csr_array, Array]:
        """Centred histories and their means."""
        means = user_means(histories)
        return centred(histories, means), means

    def score(self, state: tuple[csr_array, Array]) -> Array:
        values, means = state
        sums = (values @ self.near.T).toarray()
        below = (pattern(values) @ self.near.T).toarray()
        away = np.divide(sums, below, out=np.full_like(sums, np.nan), where=below > 0)
        return np.asarray(means[:, None] + away)

    def contributions(self, history: csr_array, item: int) -> tuple[float, Array]:
        values, means = self.fold_in(history)
        weights = self.near[[item]].toarray().ravel()[history.indices]
        below = float(weights.sum())
        return float(means[0]), weights * values.data / (below or np.nan)

    def item_likeness(self, item: int) -> Array:
        likeness = self.near[[item]].toarray().ravel()
        return np.where(likeness > 0, likeness, np.nan)

    def arrays(self) -> dict[str, Array]:
        return {"data": self.near.data, "indices": self.near.indices, "indptr": self.near.indptr}

    def restore(self, arrays: Mapping[str, Array]) -> None:
        n_items = len(arrays["indptr"]) - 1
        parts = (arrays["data"], arrays["indices"], arrays["indptr"])
        self.near = csr_array(parts, shape=(n_items, n_items))
