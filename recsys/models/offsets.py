"""What a value owes to its user or item alone: taken off before factors are fitted, added again after."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.sparse import csr_array

from recsys.kernels.centring import user_means
from recsys.models.base import Array

DAMPING = (
    5.0  # imaginary values at the mean, so that one rating says little; Koren and Bell, 2015, use 10 to 25
)


@dataclass(frozen=True, slots=True, eq=False)
class Offsets:
    """Means to take off: none, the user's, the item's, or both as damped biases around the mean of all."""

    kind: str
    mean: float
    items: Array  # (I,)

    def users(self, histories: csr_array) -> Array:
        """(B,) each user's offset, from the history alone; 0 without one, the mean of all with biases."""
        if self.kind == "user":
            return user_means(histories)
        if self.kind != "bias":
            return np.zeros(histories.shape[0], histories.dtype)
        counts = np.diff(histories.indptr)
        rows = np.repeat(np.arange(histories.shape[0]), counts)
        away = histories.data - self.mean - self.items[histories.indices]
        sums = np.bincount(rows, away, minlength=histories.shape[0])
        return np.asarray(self.mean + sums / (counts + DAMPING), histories.dtype)

    def away(self, histories: csr_array, users: Array | None = None) -> csr_array:
        """Stored values minus both offsets; the pattern stays."""
        owed = self.users(histories) if users is None else users
        rows = np.repeat(np.arange(histories.shape[0]), np.diff(histories.indptr))
        values = histories.data - owed[rows] - self.items[histories.indices]
        parts = (values.astype(histories.dtype), histories.indices, histories.indptr)
        return csr_array(parts, shape=histories.shape)

    def arrays(self) -> dict[str, Array]:
        """For a file."""
        return {"offset_mean": np.array(self.mean)}

    @classmethod
    def restored(cls, kind: str, arrays: Mapping[str, Array]) -> Self:
        """From a file."""
        return cls(kind, float(arrays["offset_mean"]), arrays["item_offset"])


def fit_offsets(values: csr_array, kind: str) -> Offsets:
    """Offsets of one kind from stored values (U, I)."""
    mean = float(values.data.mean(dtype=np.float64))
    counts = np.bincount(values.indices, minlength=values.shape[1])
    sums = np.bincount(values.indices, values.data, minlength=values.shape[1])
    if kind == "item":
        items = np.where(counts > 0, sums / np.maximum(counts, 1), mean)
        return Offsets(kind, 0.0, items.astype(values.dtype))
    if kind == "bias":
        return Offsets(kind, mean, ((sums - counts * mean) / (counts + DAMPING)).astype(values.dtype))
    return Offsets(kind, 0.0, np.zeros(values.shape[1], values.dtype))
