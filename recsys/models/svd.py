"""Truncated SVD: fill the gaps with item means, keep the strongest directions, project."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.linalg import eigh
from scipy.sparse import csr_array

from recsys.data import Interactions
from recsys.kernels.centring import centred, user_means
from recsys.models.base import Array, Progress, Recommender
from recsys.refusal import BadParameter


@dataclass(kw_only=True, eq=False)
class TruncatedSVD(Recommender):
    """Centred values, gaps filled with the item's mean, then the first k right singular vectors V: r V V'.

    The filled matrix is never built: its Gram matrix is that of the sparse differences from the fill plus
    corrections of rank one.

    Source: recommenderlab 1.0.7, method SVD with column mean imputation.
    """

    name: ClassVar[str] = "svd"
    explains: ClassVar[bool] = True

    k: int = 10

    def rates_strangers(self) -> bool:
        return False

    def check(self) -> None:
        super().check()
        if self.k < 1:
            raise BadParameter(f"k={self.k}: at least 1")

    def learn(self, train: Interactions, progress: Progress) -> None:
        if self.k > min(train.n_users, train.n_items):
            raise BadParameter(f"k={self.k}: at most {min(train.n_users, train.n_items)} with these data")
        matrix = train.csr.astype(np.float64)
        values = centred(matrix, user_means(matrix))
        fill = item_fill(values)
        away = minus_fill(values, fill)
        sums = np.asarray(away.sum(axis=0)).ravel()
        gram = (away.T @ away).toarray()
        gram += np.outer(sums, fill) + np.outer(fill, sums) + train.n_users * np.outer(fill, fill)
        strengths, vectors = eigh(gram, subset_by_index=(train.n_items - self.k, train.n_items - 1))
        self.vectors = np.ascontiguousarray(vectors[:, ::-1], self.dtype)  # (I, k), strongest first
        self.singular_values = np.sqrt(np.maximum(strengths[::-1], 0))  # (k,) how strong each direction is
        self.fill = fill.astype(self.dtype)

    def fold_in(self, histories: csr_array) -> Array:
        """(B, 1 + k): the mean, then the projection."""
        means = user_means(histories)
        away = minus_fill(centred(histories, means), self.fill)
        projected = away @ self.vectors + self.fill @ self.vectors
        return np.column_stack([means, projected])

    def score(self, state: Array) -> Array:
        return np.asarray(state[:, :1] + state[:, 1:] @ self.vectors.T)

    def contributions(self, history: csr_array, item: int) -> tuple[float, Array]:
        means = user_means(history)
        weights = self.vectors @ self.vectors[item]  # (I,)
        away = minus_fill(centred(history, means), self.fill)
        return float(means[0] + self.fill @ weights), away.data * weights[history.indices]

    def item_likeness(self, item: int) -> Array:
        lengths = np.linalg.norm(self.vectors, axis=1)
        lengths = np.where(lengths > 0, lengths, np.inf)
        return np.asarray(self.vectors @ self.vectors[item] / (lengths * lengths[item]))

    def arrays(self) -> dict[str, Array]:
        return {"vectors": self.vectors, "fill": self.fill, "singular_values": self.singular_values}

    def restore(self, arrays: Mapping[str, Array]) -> None:
        self.vectors, self.fill = arrays["vectors"], arrays["fill"]
        self.singular_values = arrays["singular_values"]


def item_fill(values: csr_array) -> Array:
    """(I,) each item's mean of centred values; the smallest value of all where an item has none."""
    counts = np.bincount(values.indices, minlength=values.shape[1])
    sums = np.bincount(values.indices, values.data, minlength=values.shape[1])
    return np.where(counts > 0, sums / np.maximum(counts, 1), values.data.min())


def minus_fill(values: csr_array, fill: Array) -> csr_array:
    """Stored values minus their item's fill: the sparse part of the filled matrix."""
    return csr_array((values.data - fill[values.indices], values.indices, values.indptr), shape=values.shape)
