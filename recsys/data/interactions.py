"""Interactions: a user, an item, perhaps a value, perhaps a time; what is missing is not a zero."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array

from recsys.data.ids import Ids, as_names
from recsys.data.times import as_seconds
from recsys.refusal import BadInteractions, BadParameter

Duplicates = Literal["refuse", "last", "sum", "mean", "max"]
DUPLICATES: tuple[Duplicates, ...] = ("refuse", "last", "sum", "mean", "max")


@dataclass(frozen=True, eq=False)
class Interactions:
    """What users did with items. Stored zeros are values; cells that are not stored are unknown.

    `csr` has shape (users, items), sorted columns, no pair twice. Its pattern says what is known.
    """

    users: Ids
    items: Ids
    csr: csr_array  # (U, I) float32 or float64
    times: NDArray[np.int64] | None = None  # (nnz,) seconds since 1970, in the order of csr.data
    valued: bool = True  # False when there were no values and every one stands for "happened"

    @property
    def n_users(self) -> int:
        """How many rows."""
        return int(self.csr.shape[0])

    @property
    def n_items(self) -> int:
        """How many columns."""
        return int(self.csr.shape[1])

    @property
    def nnz(self) -> int:
        """How many pairs are known."""
        return int(self.csr.nnz)

    @cached_property
    def csc(self) -> csc_array:
        """The same cells by item."""
        return self.csr.tocsc()

    @cached_property
    def user_rows(self) -> NDArray[np.int32]:
        """(nnz,) the user of each pair, in the order of csr.data."""
        return np.repeat(np.arange(self.n_users, dtype=np.int32), np.diff(self.csr.indptr))

    @cached_property
    def sha256(self) -> str:
        """A hash of ids, pairs, values and times; the order in which rows came does not matter."""
        digest = hashlib.sha256()
        for ids in (self.users, self.items):
            digest.update(ids.names.dtype.kind.encode())  # 7 is not "7"
            digest.update("\0".join(map(str, ids.names.tolist())).encode())
            digest.update(b"\1")
        for part in (self.csr.indptr, self.csr.indices):
            digest.update(part.astype(np.int64).tobytes())
        digest.update(self.csr.data.astype(np.float64).tobytes())
        if self.times is not None:
            digest.update(self.times.tobytes())
        return digest.hexdigest()

    def keep(self, cells: NDArray[np.bool_]) -> Self:
        """The same users and items with only some of the pairs.

        Args:
            cells: (nnz,) in the order of csr.data.
        """
        counts = np.bincount(self.user_rows[cells], minlength=self.n_users)
        indptr = starts_of(counts)
        kept = csr_array((self.csr.data[cells], self.csr.indices[cells], indptr), shape=self.csr.shape)
        return replace(self, csr=kept, times=None if self.times is None else self.times[cells])

    def take_users(self, rows: NDArray[np.integer[Any]]) -> Self:
        """Some users, in increasing order, with all that they did; the items stay the same."""
        wanted = np.zeros(self.n_users, bool)
        wanted[rows] = True
        times = None if self.times is None else self.times[wanted[self.user_rows]]
        users = Ids(self.users.names[wanted], self.users.kind)
        return replace(self, users=users, csr=self.csr[np.flatnonzero(wanted)], times=times)

    def at_least(self, value: float) -> Self:
        """Only the pairs whose value is at least this: the good ones."""
        return self.keep(self.csr.data >= value)

    def as_ones(self) -> Self:
        """The same pairs with 1 as every value: they happened."""
        ones = csr_array(
            (np.ones_like(self.csr.data), self.csr.indices, self.csr.indptr), shape=self.csr.shape
        )
        return replace(self, csr=ones, valued=False)


def interactions(
    user: Iterable[Any],
    item: Iterable[Any],
    value: Iterable[Any] | None = None,
    time: Iterable[Any] | None = None,
    *,
    duplicates: Duplicates = "refuse",
    users: Iterable[Any] | None = None,
    items: Iterable[Any] | None = None,
    dtype: str = "float32",
) -> Interactions:
    """Bring columns of equal length, in any order of rows, into a sparse matrix.

    Args:
        user, item: ids, whole numbers or text.
        value: finite numbers; None says only that it happened (1).
        time: seconds since 1970, datetime64, datetimes or ISO 8601 text; UTC where no zone is given.
        duplicates: what to do when a pair comes twice: refuse, or keep the last (by time, else by row),
            the sum, the mean or the largest value, with the latest time.
        users, items: all known ids, also those with nothing; ids outside are refused.
        dtype: float32 or float64.

    Raises:
        BadInteractions: lengths differ, an id is missing, a value is not finite, a time is missing, a pair
            comes twice, an id is outside `users` or `items`; the row (from 0) is named.
    """
    if duplicates not in DUPLICATES:
        raise BadParameter(f"duplicates={duplicates!r}: choose one of {', '.join(DUPLICATES)}")
    if dtype not in ("float32", "float64"):
        raise BadParameter(f"dtype={dtype!r}: float32 or float64")
    user_ids, user_rows = _ids_of(user, users, kind="user")
    item_ids, item_rows = _ids_of(item, items, kind="item")
    if len(user_rows) != len(item_rows):
        raise BadInteractions(
            f"{len(user_rows)} users but {len(item_rows)} items: columns must be of equal length"
        )
    values = _values(value, len(user_rows), dtype)
    times = None if time is None else as_seconds(time)
    if times is not None and len(times) != len(user_rows):
        raise BadInteractions(
            f"{len(user_rows)} users but {len(times)} times: columns must be of equal length"
        )
    order = np.lexsort((np.arange(len(user_rows)) if times is None else times, item_rows, user_rows))
    u, i, v = user_rows[order], item_rows[order], values[order]
    t = None if times is None else times[order]
    first = np.ones(len(u), bool)
    first[1:] = (u[1:] != u[:-1]) | (i[1:] != i[:-1])
    if not first.all():
        if duplicates == "refuse":
            again = int(np.argmin(first))
            rows = order[[again - 1, again]]
            raise BadInteractions(
                f"rows {rows.min()} and {rows.max()} are the same pair, user {user_ids[int(u[again])]!r} and "
                f'item {item_ids[int(i[again])]!r}: choose duplicates="last", "sum", "mean" or "max"'
            )
        v, last = _merged(v, first, duplicates)
        if not np.isfinite(v).all():
            place = np.flatnonzero(first)[int(np.argmin(np.isfinite(v)))]
            raise BadInteractions(
                f"user {user_ids[int(u[place])]!r} and item {item_ids[int(i[place])]!r} add up to more than "
                f"{dtype} holds"
            )
        u, i, t = u[first], i[first], None if t is None else t[last]
    indptr = starts_of(np.bincount(u, minlength=len(user_ids)))
    matrix = csr_array((v, i, indptr), shape=(len(user_ids), len(item_ids)))
    matrix.has_sorted_indices = True
    return Interactions(user_ids, item_ids, matrix, t, valued=value is not None)


def starts_of(counts: NDArray[np.integer[Any]]) -> NDArray[np.integer[Any]]:
    """(B + 1,) where rows of these lengths begin; 32 bits while they suffice, or SciPy widens all indices."""
    starts = np.concatenate([[0], np.cumsum(counts)])
    return starts.astype(np.int32 if starts[-1] < 2**31 else np.int64)


def _ids_of(
    values: Iterable[Any], known: Iterable[Any] | None, *, kind: str
) -> tuple[Ids, NDArray[np.int32]]:
    if known is None:
        return Ids.of(values, kind=kind)
    ids, _ = Ids.of(known, kind=kind)
    named = as_names(values, kind=kind)
    rows = ids.find(named.tolist())
    if (rows < 0).any():
        row = int(np.argmax(rows < 0))
        raise BadInteractions(
            f"row {row} has {kind} {named[row].item()!r}, who is not among the {len(ids)} known {kind}s"
        )
    return ids, rows


def _values(value: Iterable[Any] | None, length: int, dtype: str) -> NDArray[Any]:
    if value is None:
        return np.ones(length, dtype)
    listed = value if isinstance(value, np.ndarray) else list(value)
    if isinstance(listed, np.ndarray) and listed.dtype.kind in "mMc":
        raise BadInteractions(f"{listed.dtype} as value: values are numbers")
    try:
        values = np.asarray(listed, dtype=np.float64)
    except (TypeError, ValueError):
        row = next((row for row, one in enumerate(listed) if not _is_number(one)), 0)
        raise BadInteractions(f"row {row} has {listed[row]!r} as value: values are numbers") from None
    if len(values) != length:
        raise BadInteractions(f"{length} users but {len(values)} values: columns must be of equal length")
    if not np.isfinite(values).all():
        row = int(np.argmin(np.isfinite(values)))
        raise BadInteractions(
            f"row {row} has {values[row]} as value: leave out what is unknown, missing is not zero"
        )
    if dtype == "float32" and len(values) and np.abs(values).max() > np.finfo(np.float32).max:
        row = int(np.argmax(np.abs(values)))
        raise BadInteractions(f"row {row} has {values[row]} as value: too large for float32, choose float64")
    return values.astype(dtype)


def _is_number(value: Any) -> bool:
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return True


def _merged(
    v: NDArray[Any], first: NDArray[np.bool_], how: Duplicates
) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """One value for each run of equal pairs, and where each run ends."""
    starts = np.flatnonzero(first)
    last = np.append(starts[1:], len(v)) - 1
    if how == "last":
        return v[last], last
    if how == "max":
        return np.maximum.reduceat(v, starts), last
    with np.errstate(over="ignore"):  # the caller refuses what became infinite
        sums = np.add.reduceat(v, starts, dtype=np.float64)
        return (sums if how == "sum" else sums / (last - starts + 1)).astype(v.dtype), last
