"""Cosines between rows of two sparse matrices, with norms over what both rows have or over all of each."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from recsys.kernels.centring import pattern


def corated_cosine(rows: csr_array, others: csr_array) -> NDArray[Any]:
    """(B, U) cosine over the columns that both rows have; NaN where they share none.

    Both norms 0: 1; one norm 0: 0, as the R package proxy (0.4-19 and later) has it.
    """
    here, there = pattern(rows), pattern(others)
    products = (rows @ others.T).toarray()
    left = (_squared(rows) @ there.T).toarray()
    right = (here @ _squared(others).T).toarray()
    shared = (here @ there.T).toarray()
    # An equal number of zeros, not a small sum: centred constant rows are exactly 0.
    return _divided(products, left, right, shared)


def full_cosine(rows: csr_array, others: csr_array) -> NDArray[Any]:
    """(B, U) products over shared columns, norms over all of each row; NaN where they share none."""
    shared = (pattern(rows) @ pattern(others).T).toarray()
    left = np.asarray(_squared(rows).sum(axis=1)).ravel()[:, None]
    right = np.asarray(_squared(others).sum(axis=1)).ravel()[None, :]
    left, right = np.broadcast_to(left, shared.shape), np.broadcast_to(right, shared.shape)
    return _divided((rows @ others.T).toarray(), left, right, shared)


def _squared(matrix: csr_array) -> csr_array:
    return csr_array((matrix.data**2, matrix.indices, matrix.indptr), shape=matrix.shape)


def _divided(products: Any, left: Any, right: Any, shared: Any) -> NDArray[Any]:
    norms = np.sqrt(left) * np.sqrt(right)
    cosine = np.divide(products, norms, out=np.zeros_like(products), where=norms > 0)
    cosine[(left == 0) & (right == 0)] = 1
    cosine[shared == 0] = np.nan
    return np.asarray(cosine)
