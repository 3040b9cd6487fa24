"""Cosines between rows of two sparse matrices, with norms over what both rows have or over all of each."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from recsys.kernels.centring import pattern

CELLS_AT_ONCE = 2_000_000  # of a dense block; about five of them are alive at a time


def blocks(rows: int, width: int) -> Iterator[slice]:
    """Slices of rows, each so short that a dense block of it stays small."""
    step = max(1, CELLS_AT_ONCE // max(1, width))
    for first in range(0, rows, step):
        yield slice(first, min(first + step, rows))


def cosine_blocks(
    rows: csr_array, others: csr_array, *, corated: bool
) -> Iterator[tuple[slice, NDArray[Any]]]:
    """Blocks of the (B, U) cosines, from the first row to the last; NaN where two rows share no column.

    Both norms 0: 1; one norm 0: 0, as the R package proxy (0.4-19 and later) has it.

    Args:
        corated: norms run over the columns that both rows have; otherwise over all of each row.
    """
    turned, there = others.T.tocsr(), pattern(others).T.tocsr()
    squares = _squared(others)
    lengths, squares = np.asarray(squares.sum(axis=1)).reshape(1, -1), squares.T.tocsr()
    for block in blocks(rows.shape[0], others.shape[0]):
        some = rows[block]
        here, own = pattern(some), _squared(some)
        shared = (here @ there).toarray()
        left: NDArray[Any] = (
            (own @ there).toarray() if corated else np.asarray(own.sum(axis=1)).reshape(-1, 1)
        )
        right: NDArray[Any] = (here @ squares).toarray() if corated else lengths
        yield block, _divided((some @ turned).toarray(), left, right, shared)


def cosine(rows: csr_array, others: csr_array, *, corated: bool) -> NDArray[Any]:
    """All blocks as one (B, U) array, for few rows."""
    parts = [part for _, part in cosine_blocks(rows, others, corated=corated)]
    return np.concatenate(parts) if parts else np.zeros((0, others.shape[0]), rows.dtype)


def _squared(matrix: csr_array) -> csr_array:
    return csr_array((matrix.data**2, matrix.indices, matrix.indptr), shape=matrix.shape)


def _divided(products: Any, left: Any, right: Any, shared: Any) -> NDArray[Any]:
    norms = np.sqrt(left) * np.sqrt(right)
    found = np.divide(products, norms, out=np.zeros_like(products), where=norms > 0)
    # An equal number of zeros, not a small sum: centred constant rows are exactly 0.
    found[(left == 0) & (right == 0)] = 1
    found[shared == 0] = np.nan
    return np.asarray(found)
