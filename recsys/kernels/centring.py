"""Centred histories: each user's stored values minus their mean; what is missing stays missing."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array


def user_means(histories: csr_array) -> NDArray[Any]:
    """(B,) the mean of each row's stored values; 0 for a row with none."""
    counts = np.diff(histories.indptr)
    rows = np.repeat(np.arange(histories.shape[0]), counts)
    sums = np.bincount(rows, histories.data, minlength=histories.shape[0])
    return np.asarray(sums / np.maximum(counts, 1), histories.dtype)


def centred(histories: csr_array, means: NDArray[Any]) -> csr_array:
    """The same pattern with means (B,) subtracted; a centred 0 is a value, not a gap."""
    rows = np.repeat(np.arange(histories.shape[0]), np.diff(histories.indptr))
    values = histories.data - means[rows]
    return csr_array((values, histories.indices, histories.indptr), shape=histories.shape)


def pattern(histories: csr_array) -> csr_array:
    """1 where something is stored."""
    ones = np.ones_like(histories.data)
    return csr_array((ones, histories.indices, histories.indptr), shape=histories.shape)
