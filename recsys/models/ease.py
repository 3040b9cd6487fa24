"""EASE: one inverse, and the best lists of all that were measured here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.linalg import lapack
from scipy.sparse import csr_array

from recsys.data import Interactions
from recsys.models.base import Array, Progress
from recsys.models.checks import above, at_least
from recsys.models.strengths import Strengths
from recsys.refusal import BadParameter

MOST_ITEMS = 20_000  # the inverse needs items² cells: 3.2 GB of float64 here


@dataclass(kw_only=True, eq=False)
class EASE(Strengths):
    """score = h B, where B has a zero diagonal and minimises |X - X B|² + lam |B|².

    B_ij = -P_ij / P_jj with P = (X'X + lam I)⁻¹; X holds what is stored, so feed it positives.

    Source: Steck, Embarrassingly shallow autoencoders for sparse data, WWW 2019.
    """

    name: ClassVar[str] = "ease"
    explains: ClassVar[bool] = True

    lam: float = 250.0
    binary: bool = True  # count what happened as 1, whatever its strength
    # Weights below this are dropped, and only the others kept in a file. On MovieLens 100k with lam=2000
    # .001 keeps 6 % of them, and the lists of 15 known ratings lose nothing (P@10 .446 against .444).
    prune: float = 0.0

    def check(self) -> None:
        super().check()
        above(self, 0, "lam")
        at_least(self, 0, "prune")

    def learn(self, train: Interactions, progress: Progress) -> None:
        if train.n_items > MOST_ITEMS:
            raise BadParameter(
                f"{train.n_items} items are more than the {MOST_ITEMS} that EASE's inverse can take: "
                "use ials or itemknn"
            )
        # float32 would take a third of the time and lists would be the same at lam=2000 (weights within
        # 3e-8), but its error grows as lam falls: the matrix is then close to one without an inverse.
        columns = self._counted(train.csr.astype(np.float64))
        gram = (columns.T @ columns).toarray()
        gram[np.diag_indices_from(gram)] += self.lam
        inverse = _inverse(gram)
        weights = inverse / -np.diag(inverse)
        np.fill_diagonal(weights, 0)
        weights[np.abs(weights) < self.prune] = 0
        self.weights = weights.astype(self.dtype)
        self.seen = np.bincount(columns.indices, columns.data, minlength=train.n_items) > 0

    def fold_in(self, histories: csr_array) -> csr_array:
        return self._counted(histories)

    def score(self, state: csr_array) -> Array:
        return np.where(self.seen, state @ self.weights, np.nan)

    def contributions(self, history: csr_array, item: int) -> tuple[float, Array]:
        counted = self._counted(history)
        return 0.0, counted.data * self.weights[counted.indices, item]

    def item_likeness(self, item: int) -> Array:
        """How much having one speaks for each other."""
        likeness = np.array(self.weights[item])
        likeness[(likeness == 0) | ~self.seen] = np.nan
        return likeness

    def arrays(self) -> dict[str, Array]:
        if not self.prune:
            return {"weights": self.weights, "seen": self.seen}
        kept = csr_array(self.weights)
        return {"data": kept.data, "indices": kept.indices, "indptr": kept.indptr, "seen": self.seen}

    def restore(self, arrays: Mapping[str, Array]) -> None:
        self.seen = arrays["seen"]
        if not self.prune:
            self.weights = arrays["weights"]
            return
        cells = arrays["data"], arrays["indices"], arrays["indptr"]
        self.weights = csr_array(cells, shape=(len(self.seen), len(self.seen))).toarray()

    def _counted(self, histories: csr_array) -> csr_array:
        strengths = self.strengths(histories)
        if not self.binary:
            return strengths
        ones = (strengths.data > 0).astype(histories.dtype)
        return csr_array((ones, histories.indices, histories.indptr), shape=histories.shape)


def _inverse(gram: Array) -> Array:
    """The inverse of a symmetric positive matrix, by Cholesky in place."""
    factor, trouble = lapack.dpotrf(gram, lower=1, overwrite_a=1)
    if trouble:
        raise BadParameter("lam is too small for these data: the matrix cannot be inverted")
    inverse, _ = lapack.dpotri(factor, lower=1, overwrite_c=1)
    lower = np.tril(inverse)
    return np.asarray(lower + np.tril(inverse, -1).T)
