"""Schemes that put some users aside: models learn from the others, and fold these in from what they show.

As recommenderlab documents its schemes; not as versions 1.0.6 and 1.0.7 carry them out, which hide the wrong
pairs and, in cross-validation, test the users that are left over from equal folds in every fold.
"""

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from recsys.data import Interactions
from recsys.evaluate.folds import Fold, Ints, Scheme, kept, places, rows_of
from recsys.refusal import BadParameter


@dataclass(frozen=True, kw_only=True)
class ByUsers(Scheme):
    """What the schemes share: a test user shows `given` pairs, or all but some; which ones is drawn.

    Users with too few pairs to show so many and hide at least one are never tested; they help to train.
    """

    given: int | None = None
    all_but: int | None = None

    def __post_init__(self) -> None:
        if (self.given is None) == (self.all_but is None):
            raise BadParameter(f"{self.name} needs either given=X or all_but=X, such as {self.name}:given=10")
        if min(self.given or 1, self.all_but or 1) < 1 or 0 in (self.given, self.all_but):
            raise BadParameter(f"given={self.given}, all_but={self.all_but}: at least 1")

    @abstractmethod
    def draws(self, long: Ints, n_users: int, seed: int) -> Iterator[tuple[Ints, Ints]]:
        """The rows to train on and the rows to test in each run; `long` are those with enough pairs."""

    def folds(self, data: Interactions, seed: int) -> Iterator[Fold]:
        counts = np.diff(data.csr.indptr)
        fewest = self.given if self.given is not None else self.all_but
        long = np.flatnonzero(counts > (fewest or 0))
        if len(long) < 2:
            raise BadParameter(
                f"{self._shows}: fewer than two users have more than {fewest} pairs "
                f"(the most that anybody has is {counts.max()})"
            )
        for run, (train, test) in enumerate(self.draws(long, data.n_users, seed)):
            yield self._fold(data, train, test, run, seed)

    def _fold(self, data: Interactions, train: Ints, test: Ints, run: int, seed: int) -> Fold:
        tested = rows_of(data, test)
        drawn = places(tested, np.random.default_rng([seed, run, 1]).random(tested.nnz))
        counts = np.diff(tested.csr.indptr)
        show = np.full(len(test), self.given) if self.given is not None else counts - (self.all_but or 0)
        shown = drawn < show[tested.user_rows]
        return Fold(
            name=f"run {run + 1}",
            train=rows_of(data, train),
            users=test,
            fitted=np.full(len(test), -1),
            shown=kept(tested.csr, shown),
            hidden=kept(tested.csr, ~shown),
            may_list=np.ones(data.n_items, bool),
        )

    @property
    def _shows(self) -> str:
        return f"given {self.given}" if self.given is not None else f"all but {self.all_but}"


@dataclass(frozen=True, kw_only=True)
class Split(ByUsers):
    """Some users, drawn anew in each run, are tested; all others train."""

    name: ClassVar[str] = "split"

    test: float = 0.1  # share of users
    runs: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 < self.test < 1 or self.runs < 1:
            raise BadParameter(f"test={self.test}, runs={self.runs}: a share in (0, 1), and at least 1 run")

    def draws(self, long: Ints, n_users: int, seed: int) -> Iterator[tuple[Ints, Ints]]:
        size = min(max(1, round(self.test * n_users)), len(long), n_users - 1)
        for run in range(self.runs):
            test = np.sort(np.random.default_rng([seed, run]).permutation(long)[:size])
            yield np.setdiff1d(np.arange(n_users), test), test

    @property
    def n_runs(self) -> int:
        return self.runs

    @property
    def sentence(self) -> str:
        return f"{self.test:.0%} of the users are tested ({self._shows}) in each of {self.runs} runs."


@dataclass(frozen=True, kw_only=True)
class Cross(ByUsers):
    """Every user with enough pairs is tested in exactly one fold; folds differ by at most one user."""

    name: ClassVar[str] = "cross"

    k: int = 5

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.k < 2:
            raise BadParameter(f"k={self.k}: at least 2 folds")

    def draws(self, long: Ints, n_users: int, seed: int) -> Iterator[tuple[Ints, Ints]]:
        if self.k > len(long):
            raise BadParameter(f"k={self.k}: only {len(long)} users have enough pairs to be tested")
        for test in np.array_split(np.random.default_rng(seed).permutation(long), self.k):
            yield np.setdiff1d(np.arange(n_users), test), np.sort(test)

    @property
    def n_runs(self) -> int:
        return self.k

    @property
    def sentence(self) -> str:
        return f"Every user is tested once ({self._shows}), in one of {self.k} folds."


@dataclass(frozen=True, kw_only=True)
class Bootstrap(ByUsers):
    """Users are drawn with replacement to train; those never drawn in a run are tested in it."""

    name: ClassVar[str] = "bootstrap"

    train: float = 0.9  # draws, as a share of the users
    runs: int = 10

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 < self.train <= 1 or self.runs < 1:
            raise BadParameter(f"train={self.train}, runs={self.runs}: a share in (0, 1], and at least 1 run")

    def draws(self, long: Ints, n_users: int, seed: int) -> Iterator[tuple[Ints, Ints]]:
        for run in range(self.runs):
            rng = np.random.default_rng([seed, run])
            drawn = np.sort(rng.integers(0, n_users, max(1, round(self.train * n_users))))
            test = np.setdiff1d(long, drawn)
            if not len(test):
                raise BadParameter(
                    f"run {run + 1} drew every user with enough pairs: lower train={self.train}"
                )
            yield drawn, test

    @property
    def n_runs(self) -> int:
        return self.runs

    @property
    def sentence(self) -> str:
        drawn = f"Users are drawn with replacement ({self.train:.0%} as many as there are)"
        return f"{drawn}; those never drawn are tested ({self._shows}), in {self.runs} runs."
