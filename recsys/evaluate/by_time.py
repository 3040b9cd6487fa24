"""Schemes that cut by time: what happened later is asked for, knowing what happened before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import numpy as np

from recsys.data import Interactions
from recsys.data.times import as_seconds
from recsys.evaluate.folds import Bools, Fold, Ints, Scheme, kept, places, rows_of
from recsys.models.fallback import SECONDS_PER_DAY
from recsys.refusal import BadInteractions, BadParameter

LEAKS = (
    "leave-last hides each user's last pair at whatever time it happened: models learn from other "
    "users' later pairs, so figures are too good; use temporal to learn what to expect"
)


@dataclass(frozen=True, kw_only=True)
class Temporal(Scheme):
    """One cut in time for everybody, or several: train before, test in the window after.

    A user whom training did not see shows nothing (models fall back to what is popular), or the first few
    pairs of the window when `new_users_show` says so; who then has nothing left to hide is not tested.
    """

    name: ClassVar[str] = "temporal"

    test: float = 0.1  # share of the pairs after the first cut, where neither cut nor window_days says it
    cut: int | str | None = None  # seconds since 1970, or ISO 8601
    window_days: float | None = (
        None  # length of each window; None: all that is left, in windows of equal size
    )
    windows: int = 1
    items: str | Sequence[str | int] = "seen"  # what may be listed: seen in training, all, or these ids
    active_days: float | None = None  # of the items seen, only those seen in the last days before the cut
    new_users_show: int = 0

    def __post_init__(self) -> None:
        if not 0 < self.test < 1 or self.windows < 1 or self.new_users_show < 0:
            raise BadParameter(
                f"test={self.test}, windows={self.windows}, new_users_show={self.new_users_show}: "
                "a share in (0, 1), at least 1, at least 0"
            )
        for name in ("window_days", "active_days"):
            if getattr(self, name) is not None and not getattr(self, name) > 0:
                raise BadParameter(f"{name}={getattr(self, name)}: above 0, or leave it out")
        if isinstance(self.items, str) and self.items not in ("seen", "all"):
            raise BadParameter(f"items={self.items!r}: seen, all, or a list of ids")
        if self.active_days is not None and self.items != "seen":
            raise BadParameter("active_days narrows items='seen' only: leave one of them out")
        if self.cut is not None and self.windows > 1 and self.window_days is None:
            raise BadParameter("several windows after a cut need window_days")

    def folds(self, data: Interactions, seed: int) -> Iterator[Fold]:
        times = _times(data, self.name)
        edges = self._edges(times)
        for window, (start, end) in enumerate(pairwise(edges)):
            before, inside = times < start, (times >= start) & (times < end)
            if not before.any() or not inside.any():
                where = "before" if not before.any() else "in"
                raise BadParameter(
                    f"window {window + 1} of {self.windows} has no pair {where} it: move the cut"
                )
            day = np.datetime64(int(start), "s").astype("datetime64[D]")
            yield self._fold(data, before, inside, int(start), f"from {day}")

    def _edges(self, times: Ints) -> list[int]:
        end = int(times.max()) + 1
        if self.cut is not None:
            [start] = as_seconds([self.cut]).tolist()
            if self.window_days is None:
                return [start, end]
            return [start + round(n * self.window_days * SECONDS_PER_DAY) for n in range(self.windows + 1)]
        if self.window_days is not None:
            length = self.window_days * SECONDS_PER_DAY
            return [end - round(n * length) for n in range(self.windows, -1, -1)]
        shares = 1 - self.test * np.arange(self.windows, 0, -1) / self.windows
        ordered = np.sort(times)
        return [*(int(ordered[int(share * len(times))]) for share in shares), end]

    def _fold(self, data: Interactions, before: Bools, inside: Bools, start: int, name: str) -> Fold:
        is_fitted = np.bincount(data.user_rows[before], minlength=data.n_users) > 0
        shown = before.copy()
        window = data.keep(inside)
        if self.new_users_show and window.times is not None:
            first = places(window, window.times) < self.new_users_show
            shown[np.flatnonzero(inside)[first & ~is_fitted[window.user_rows]]] = True
        hidden = inside & ~shown
        users = np.unique(data.user_rows[hidden]).astype(np.int64)
        if not len(users):
            raise BadParameter(f"new_users_show={self.new_users_show} leaves nothing to hide {name}")
        row_in_train = np.cumsum(is_fitted) - 1
        train = data.keep(before).take_users(np.flatnonzero(is_fitted))
        return Fold(
            name=name,
            train=train,
            users=users,
            fitted=np.where(is_fitted[users], row_in_train[users], -1),
            shown=rows_of(data.keep(shown), users).csr,
            hidden=rows_of(data.keep(hidden), users).csr,
            may_list=self._may_list(train, start),
        )

    def _may_list(self, train: Interactions, start: int) -> Bools:
        if self.items == "all":
            return np.ones(train.n_items, bool)
        answer = np.zeros(train.n_items, bool)
        if isinstance(self.items, str):
            since = -np.inf if self.active_days is None else start - self.active_days * SECONDS_PER_DAY
            answer[train.csr.indices[_times(train, self.name) >= since]] = True
        else:
            answer[train.items.rows(self.items)] = True
        return answer

    @property
    def n_runs(self) -> int:
        return self.windows

    @property
    def sentence(self) -> str:
        length = f"{self.window_days:g} days" if self.window_days else "all that follows"
        if self.windows > 1:
            return f"Train on what came before each of {self.windows} windows, test in the window."
        where = f"at {self.cut}" if self.cut is not None else "late in the data"
        return f"One cut in time for everybody, {where}: train before, test after ({length})."


@dataclass(frozen=True, kw_only=True)
class LeaveLast(Scheme):
    """Each user's last pair is hidden, all others train; not honest about time, see its warning."""

    name: ClassVar[str] = "leave-last"

    def folds(self, data: Interactions, seed: int) -> Iterator[Fold]:
        counts = np.diff(data.csr.indptr)
        last = places(data, _times(data, self.name)) == counts[data.user_rows] - 1
        hidden = last & (counts[data.user_rows] > 1)
        if not hidden.any():
            raise BadParameter("leave-last: no user has two pairs, one to show and one to hide")
        users = np.unique(data.user_rows[hidden]).astype(np.int64)
        train = data.keep(~hidden)
        yield Fold(
            name="last pairs",
            train=train,
            users=users,
            fitted=users,
            shown=train.csr[users],
            hidden=kept(data.csr, hidden)[users],
            may_list=np.ones(data.n_items, bool),
        )

    @property
    def sentence(self) -> str:
        return "Each user's last pair is hidden, all others train."

    @property
    def warnings(self) -> list[str]:
        return [LEAKS]


def _times(data: Interactions, scheme: str) -> Ints:
    if data.times is None:
        raise BadInteractions(f"{scheme} needs times: name the column of times, or take split or cross")
    return data.times
