"""The N best of each row: what has no score is never among them, equal scores go to the lower column."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys.kernels.choice import engine

Best = tuple[NDArray[np.int32], NDArray[Any]]


def top_n(scores: NDArray[Any], n: int) -> Best:
    """Columns and scores of the n best of each row, best first.

    Args:
        scores: (B, I) float; NaN and -inf are no candidates.

    Returns:
        columns (B, n) int32 with -1, and scores (B, n) with NaN, where a row has fewer candidates.
    """
    if engine() == "numba":
        from recsys.kernels.fast.top import top_n as fast

        return fast(np.ascontiguousarray(scores), n)
    return top_n_numpy(scores, n)


def top_n_numpy(scores: NDArray[Any], n: int) -> Best:
    """The same without numba: one stable sort of each row."""
    filled = np.where(np.isnan(scores), -np.inf, scores)
    order = np.argsort(-filled, axis=1, kind="stable")[:, :n]
    best = np.take_along_axis(filled, order, axis=1)
    none = np.isneginf(best)
    columns = np.full((len(scores), n), -1, np.int32)
    values = np.full((len(scores), n), np.nan, scores.dtype)
    columns[:, : order.shape[1]] = np.where(none, -1, order)
    values[:, : order.shape[1]] = np.where(none, np.nan, best)
    return columns, values
