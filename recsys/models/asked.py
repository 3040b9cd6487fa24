"""What people ask with, checked at the door: rows, columns and histories."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from recsys.data import Ids
from recsys.refusal import BadInteractions, BadParameter

LARGEST = {"float32": 1e15, "float64": 1e150}  # millions of their squares still add up to a finite number


def places(values: Any, count: int, kind: str) -> NDArray[np.int64]:
    """Rows of users or columns of items as one array.

    Raises:
        BadParameter: names, fractions or a mask instead of whole numbers, or one out of range.
    """
    array = np.atleast_1d(np.asarray(values))
    if array.ndim > 1 or (array.size and array.dtype.kind not in "iu"):
        raise BadParameter(
            f"{kind} are whole numbers between 0 and {count - 1}, not {array.dtype} of shape {array.shape}: "
            f"{kind}.rows(names) finds them by name, np.flatnonzero(mask) by a mask"
        )
    if array.size and not 0 <= array.min() <= array.max() < count:
        wrong = array[(array < 0) | (array >= count)][0]
        word = "rows" if kind == "users" else "columns"
        raise BadParameter(f"{kind} are {word} between 0 and {count - 1}, not {wrong}")
    return array.astype(np.int64)


def at_least_one(N: int, most: int) -> None:
    """Raise BadParameter unless N is a whole number of items that there are."""
    if not isinstance(N, (int, np.integer)) or not 1 <= N <= most:
        raise BadParameter(f"N={N}: between 1 and {most}, the number of items")


def one_history(histories: csr_array) -> csr_array:
    """The same, or BadParameter when it is not exactly one row."""
    if histories.shape[0] != 1:
        raise BadParameter(f"{histories.shape[0]} histories: one at a time")
    return histories


def sound(cells: csr_array, dtype: str, *, negative: bool, users: Ids | None, items: Ids, model: str) -> None:
    """Make sure that every stored value can be counted with.

    Args:
        negative: whether values below 0 mean something; users: None calls rows histories.

    Raises:
        BadInteractions: a value is not finite, too large for the model's dtype, or negative where that means
            nothing; the pair is named.
    """
    values = cells.data
    # NaN compares as False, so that it counts as wrong.
    wrong = ~(np.abs(values) <= np.float64(LARGEST[dtype]))  # a float32 cannot be compared with 1e150
    why = f"values are finite and no larger than {LARGEST[dtype]:g}, or {dtype} cannot add up their squares"
    if not wrong.any() and not negative:
        wrong = values < 0
        why = (
            f"{model} counts what happened and takes no negative values; "
            "leave such pairs out or shift the scale"
        )
    if wrong.any():
        cell = int(np.argmax(wrong))
        row = int(np.searchsorted(cells.indptr, cell, side="right")) - 1
        who = f"history {row}" if users is None else f"user {users[row]!r}"
        item = items[int(cells.indices[cell])]
        raise BadInteractions(f"{who} and item {item!r} have {values[cell]:g}: {why}")
