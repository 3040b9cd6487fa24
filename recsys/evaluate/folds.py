"""What every scheme hands out: what may be learnt, what test users show, and what is hidden."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from recsys.data import Ids, Interactions
from recsys.models.base import Recommender

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Fold:
    """One run: a model learns `train`, sees `shown`, and is judged on `hidden`; all have the same items."""

    name: str
    train: Interactions
    users: Ints  # (T,) the test users' rows in the whole data
    fitted: Ints  # (T,) their rows in train; -1 for users whom training did not see
    shown: csr_array  # (T, I) what the model may know of them
    hidden: csr_array  # (T, I) what they did besides; no pair of it is shown or in train
    may_list: Bools  # (I,) items that may be recommended

    def relevant(self, good: float | None) -> csr_array:
        """(T, I) the hidden pairs that a list should have found: valued at least `good`, or all."""
        return self.hidden if good is None else kept(self.hidden, self.hidden.data >= good)

    def candidates(self, relevant: csr_array) -> Ints:
        """(T,) how many items could be listed for each user, and those that should be and cannot."""
        shown_too = kept(self.shown, self.may_list[self.shown.indices])
        unreachable = kept(relevant, ~self.may_list[relevant.indices])
        counts = self.may_list.sum() - np.diff(shown_too.indptr) + np.diff(unreachable.indptr)
        return np.asarray(counts, np.int64)


def learns(model: Recommender, good: float | None) -> Literal["all", "good"]:
    """Models that only order items learn what was liked; models that predict values need them all.

    Taking a bad rating for a liking costs the former a good part of their precision. One with `above` set
    knows by itself what each value is worth.
    """
    weighs = getattr(model, "above", 0) > 0
    return "all" if good is None or model.predicts_ratings or weighs else "good"


@dataclass(frozen=True, eq=False)
class Lesson:
    """What one model gets of a fold: all pairs, or the good ones only."""

    train: Interactions
    shown: csr_array  # (T, I); what else the users showed is never recommended either

    @classmethod
    def of(cls, fold: Fold, model: Recommender, good: float | None) -> Self:
        """What `learns` says, cut out of the fold."""
        if good is None or learns(model, good) == "all":
            return cls(fold.train, fold.shown)
        return cls(fold.train.at_least(good), kept(fold.shown, fold.shown.data >= good))


@dataclass(frozen=True, kw_only=True)
class Scheme(ABC):
    """A way of hiding. Its fields are its parameters."""

    name: ClassVar[str]

    @abstractmethod
    def folds(self, data: Interactions, seed: int) -> Iterator[Fold]:
        """One fold for each run; the same seed gives the same folds.

        Raises:
            BadParameter, BadInteractions: the data cannot be hidden in this way.
        """

    @property
    @abstractmethod
    def sentence(self) -> str:
        """What it does, for people."""

    @property
    def n_runs(self) -> int:
        """How many folds there will be."""
        return 1

    @property
    def warnings(self) -> list[str]:
        """What is wrong with it, for people."""
        return []

    def params(self) -> dict[str, Any]:
        """Every parameter and its value."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def kept(cells: csr_array, which: Bools) -> csr_array:
    """Some of the stored cells; stored zeros stay stored."""
    before = np.concatenate([[0], np.cumsum(which)])
    return csr_array((cells.data[which], cells.indices[which], before[cells.indptr]), shape=cells.shape)


def rows_of(data: Interactions, rows: NDArray[np.integer[Any]]) -> Interactions:
    """Users by row, in the given order and as often as given; their new names are 0, 1, 2 ..."""
    counts = np.diff(data.csr.indptr)[rows]
    indptr = np.concatenate([[0], np.cumsum(counts)])
    cells = np.arange(indptr[-1]) + np.repeat(data.csr.indptr[rows] - indptr[:-1], counts)
    taken = csr_array(
        (data.csr.data[cells], data.csr.indices[cells], indptr), shape=(len(rows), data.n_items)
    )
    times = None if data.times is None else data.times[cells]
    return Interactions(Ids(np.arange(len(rows)), "user"), data.items, taken, times, data.valued)


def places(data: Interactions, keys: NDArray[Any]) -> Ints:
    """(nnz,) each pair's place, from 0, among its user's pairs when these are ordered by a key.

    Equal keys keep the order of items.
    """
    order = np.lexsort((keys, data.user_rows))
    answer = np.empty(data.nnz, np.int64)
    answer[order] = np.arange(data.nnz) - np.repeat(data.csr.indptr[:-1], np.diff(data.csr.indptr))
    return answer
