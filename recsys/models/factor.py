"""What all factor models share: a user is one ridge solve, and a score is a sum over the user's own items."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
from scipy.sparse import csr_array

from recsys.kernels.rows import Cells, solve_rows
from recsys.models.base import Array, Recommender


class Folded(NamedTuple):
    """B users as a factor model knows them."""

    factors: Array  # (B, k)
    offset: Array  # (B,) added to every score of a user
    model: "FactorModel | None" = None  # whose factors these are, if not those of the model that was asked


@dataclass(kw_only=True, eq=False)
class FactorModel(Recommender):
    """Scores u·v_i plus offsets of the user and of the item; `learn` sets item_factors and item_offset."""

    explains: ClassVar[bool] = True

    @abstractmethod
    def cells(self, histories: csr_array, offset: Array) -> Cells:
        """What pulls at each user's factors."""

    @abstractmethod
    def ridge(self, histories: csr_array) -> Array | float:
        """(B,) or one number: how much each user's factors are held back."""

    def user_offset(self, histories: csr_array) -> Array:
        """(B,) what belongs to the user alone; 0 unless the model says so."""
        return np.zeros(histories.shape[0], self.dtype)

    def gram(self) -> Array | None:
        """(k, k) that every user shares; None for explicit values."""
        return None

    def fold_in(self, histories: csr_array) -> Folded:
        offset = self.user_offset(histories)
        ridge, gram = self.ridge(histories), self.gram()
        return Folded(solve_rows(self.cells(histories, offset), self.item_factors, ridge, gram=gram), offset)

    def score(self, state: Folded) -> Array:
        items = state.model or self
        return np.asarray(state.factors @ items.item_factors.T + items.item_offset + state.offset[:, None])

    def contributions(self, history: csr_array, item: int) -> tuple[float, Array]:
        """u = A⁻¹ Σ pull_j v_j, so that item j adds pull_j v_j'A⁻¹v_i to the score of i."""
        offset = self.user_offset(history)
        cells = self.cells(history, offset)
        near = self.item_factors[cells.indices].astype(np.float64)
        gram = self.gram()
        k = near.shape[1]
        left = (near * cells.gains[:, None]).T @ near + np.broadcast_to(self.ridge(history), 1) * np.eye(k)
        if gram is not None:
            left = left + gram
        towards = np.linalg.solve(left, self.item_factors[item].astype(np.float64))
        return float(offset[0] + self.item_offset[item]), cells.pulls * (near @ towards)

    def item_likeness(self, item: int) -> Array:
        return _cosines(self.item_factors, self.item_factors[item])

    def user_likeness(self, history: csr_array) -> Array:
        everybody = self.fold_in(self._train().csr.astype(self.dtype)).factors
        return _cosines(everybody, self.fold_in(history).factors[0])

    def arrays(self) -> dict[str, Array]:
        return {"item_factors": self.item_factors, "item_offset": self.item_offset}

    def restore(self, arrays: Mapping[str, Array]) -> None:
        self.item_factors, self.item_offset = arrays["item_factors"], arrays["item_offset"]


def _cosines(factors: Array, one: Array) -> Array:
    lengths = np.linalg.norm(factors, axis=1) * np.linalg.norm(one)
    return np.asarray(np.divide(factors @ one, lengths, out=np.zeros(len(factors)), where=lengths > 0))
