"""The interface of every recommender, and what all share: masks, blocks, empty histories, parameters."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, issparse

from recsys.data import Ids, Interactions
from recsys.kernels.choice import one_blas_thread
from recsys.kernels.top import top_n
from recsys.models.asked import at_least_one, one_history, places, sound
from recsys.models.checks import of_their_kind
from recsys.models.fallback import recent_popularity
from recsys.models.ranked import Explanation, Ranked, Reason
from recsys.refusal import BadInteractions, BadParameter, NotFitted

Array = NDArray[Any]
Rows = Sequence[int] | NDArray[np.integer[Any]]
Progress = Callable[[int, int], None]  # (done, of how many); called from the fit now and then
CELLS_PER_BLOCK = 4_000_000  # scores of one block of users: 16 MB as float32


def quiet(done: int, of: int) -> None:
    """Progress that nobody watches."""


@dataclass(kw_only=True, eq=False)
class Recommender(ABC):
    """A model of who likes what: parameters are dataclass fields, users and items are rows and columns.

    A model answers for anybody whose history it is given: `fold_in` turns histories into what the model
    knows of users, without a new fit. Items it cannot judge have the score NaN and are never recommended.
    """

    name: ClassVar[str]
    predicts_ratings: ClassVar[bool] = (
        True  # False: scores order items but are not on the scale of the values
    )
    explains: ClassVar[bool] = False  # True: explain() sums to the score
    needs_history: ClassVar[bool] = True  # False: an empty history is no reason to fall back to popularity
    implicit: ClassVar[bool] = False  # True: values are strengths of what happened; negative ones are refused

    dtype: str = "float32"

    def __post_init__(self) -> None:
        self._fitted = False
        of_their_kind(self)
        self.check()

    # What a model must say ------------------------------------------------------------------------

    @abstractmethod
    def learn(self, train: Interactions, progress: Progress) -> None:
        """Set the arrays that `arrays` lists, from at least one interaction."""

    @abstractmethod
    def fold_in(self, histories: csr_array) -> Any:
        """What the model knows of B users from their histories alone, (B, I), in a form of its own."""

    @abstractmethod
    def score(self, state: Any) -> Array:
        """(B, I) what orders each user's list, from `fold_in`; NaN where the model has no answer."""

    @abstractmethod
    def arrays(self) -> dict[str, Array]:
        """All that a fit found out, by name: what `save` keeps."""

    @abstractmethod
    def restore(self, arrays: Mapping[str, Array]) -> None:
        """Put back what `arrays` gave."""

    # What a model may say -------------------------------------------------------------------------

    def check(self) -> None:
        """Raise BadParameter for a parameter out of range; super().check() first."""
        if self.dtype not in ("float32", "float64"):
            raise BadParameter(f"dtype={self.dtype!r}: float32 or float64")

    def rate(self, state: Any) -> Array:
        """(B, I) predicted values, where they differ from what orders the list."""
        return self.score(state)

    def known(self, users: NDArray[np.integer[Any]]) -> Any:
        """What the model knows of users it was fitted on; by default the same map as for everybody else."""
        return self.fold_in(self.histories_of(users))

    def no_taste(self, histories: csr_array) -> Array:
        """(B,) whose history says nothing to this model: these users get what is popular."""
        return np.asarray(np.diff(histories.indptr) == 0)

    def rates_strangers(self) -> bool:
        """Whether an empty history has predicted values; otherwise these are NaN, not a mean of nothing."""
        return True

    def contributions(self, history: csr_array, item: int) -> tuple[float, Array]:
        """The base of one score and what each stored cell of the (1, I) history adds, in its order."""
        raise BadParameter(f"{self.name} does not explain its scores")

    def item_likeness(self, item: int) -> Array:
        """(I,) how much each item is like one; by default the cosine over who had both."""
        return _cosine(self._train().csc, self._train().csc[:, [item]])

    def user_likeness(self, history: csr_array) -> Array:
        """(U,) how much each fitted user is like one with this (1, I) history; by default the cosine."""
        return _cosine(self._train().csr.T.tocsc(), history.T.tocsc())

    # What all models do ---------------------------------------------------------------------------

    @one_blas_thread()
    def fit(self, train: Interactions, *, progress: Progress = quiet) -> Self:
        """Learn from interactions; an interrupted fit leaves a model that says it is not fitted.

        Raises:
            BadInteractions: there are none, or a value is not finite, too large for the model's dtype, or
                negative where the model is implicit; the pair is named.
        """
        if train.nnz == 0:
            raise BadInteractions("there is not a single interaction: nothing can be learnt")
        self._sound(train.csr, train.users, train.items)
        self._fitted = False
        self.users, self.items, self.train = train.users, train.items, train
        self.fallback = recent_popularity(train)
        self.learn(train, progress)
        self._fitted = True
        return self

    @one_blas_thread()
    def recommend(
        self,
        users: Rows | None,
        user_items: csr_array | None = None,
        N: int = 10,  # the field's name, as in implicit
        filter_already_liked_items: bool = True,
        items: Rows | None = None,
        exclude: Rows | csr_array | None = None,
    ) -> Ranked:
        """The N best items for each user.

        Args:
            users: rows of the fitted data; None when all are new.
            user_items: (B, I) histories, one for each user asked for; they count instead of the fitted ones.
            filter_already_liked_items: leave out what is in the history.
            items: the only columns that may be recommended, such as those available now.
            exclude: columns never to be recommended, or (B, I) cells for each user apart.

        Returns:
            Ranked with N columns; a row with fewer candidates ends in -1 and NaN.

        Raises:
            NotFitted; BadParameter: N is below 1 or larger than the catalogue, or a row is out of range;
            BadInteractions: a history has a value that is not finite, or negative for an implicit model.
        """
        self.need_fit()
        at_least_one(N, len(self.items))
        own = csr_array(exclude) if issparse(exclude) else None  # cells of each user apart
        allowed = self._allowed(items, exclude if own is None else None)
        if own is not None and own.shape != (self._count(users, user_items), len(self.items)):
            raise BadParameter(
                f"exclude has shape {own.shape}: one row for each user, one column for each item"
            )
        parts: list[tuple[Array, Array]] = []
        reasons: list[Reason] = []
        for block, rows, histories in self._blocks(users, user_items):
            scores = np.array(self.score(self._state(rows, histories, user_items)), dtype=self.dtype)
            empty = self.no_taste(histories)
            if self.needs_history and empty.any():
                scores[empty] = self.fallback
            reasons += [Reason.POPULAR if self.needs_history and none else Reason.MODEL for none in empty]
            scores[:, ~allowed] = np.nan
            if filter_already_liked_items:
                _blank(scores, histories)
            if own is not None:
                _blank(scores, own[block])
            parts.append(top_n(scores, N))
        if not parts:
            return Ranked(np.zeros((0, N), np.int32), np.zeros((0, N), self.dtype), ())
        columns, scores = (np.concatenate(part) for part in zip(*parts, strict=True))
        return Ranked(columns, scores, tuple(reasons))

    @one_blas_thread()
    def predict(self, users: Rows | None, items: Rows, user_items: csr_array | None = None) -> Array:
        """(B,) the predicted value of one item for each user; NaN where there is no answer.

        Raises:
            NotFitted; BadParameter: lengths differ or a row is out of range.
        """
        self.need_fit()
        columns, count = self._columns(items), self._count(users, user_items)
        if len(columns) != count:
            raise BadParameter(f"{count} users but {len(columns)} items: one item for each user")
        answer = np.zeros(count, self.dtype)
        for block, rows, histories in self._blocks(users, user_items):
            rated = self.predicted(self._state(rows, histories, user_items), histories)
            answer[block] = rated[np.arange(len(rated)), columns[block]]
        return answer

    def predicted(self, state: Any, histories: csr_array) -> Array:
        """(B, I) predicted values, from a state that `fold_in` or `known` gave; NaN: no answer."""
        answer = np.array(self.rate(state))
        if not self.rates_strangers():
            answer[np.diff(histories.indptr) == 0] = np.nan
        return answer

    @one_blas_thread()
    def explain(self, item: int, *, user: int | None = None, history: csr_array | None = None) -> Explanation:
        """Take the score of one item apart into what each of the user's own items added.

        Raises:
            NotFitted; BadParameter: this model does not explain or has no score for the item, or neither a
            user nor a history was given.
        """
        self.need_fit()
        if history is None:
            if user is None:
                raise BadParameter("explain needs a user or a history")
            history = self.histories_of(places(user, len(self.users), "users"))
        history = one_history(self.as_histories(history))
        [column] = self._columns([item])
        score = float(self.score(self.fold_in(history))[0, column])
        if np.isnan(score):
            raise BadParameter(f"{self.name} has no score for item {self.items[int(column)]!r} to explain")
        base, parts = self.contributions(history, int(column))
        order = np.argsort(-np.abs(parts), kind="stable")
        return Explanation(int(column), score, base, history.indices[order].astype(np.int32), parts[order])

    @one_blas_thread()
    def similar_items(self, item: int, N: int = 10, items: Rows | None = None) -> Ranked:
        """The N items most like one, itself left out."""
        self.need_fit()
        at_least_one(N, len(self.items))
        [column] = self._columns([item])
        likeness = np.array(self.item_likeness(int(column)), dtype=self.dtype)
        likeness[~self._allowed(items, [int(column)])] = np.nan
        return Ranked(*top_n(likeness[None], min(N, len(likeness))), reasons=(Reason.MODEL,))

    @one_blas_thread()
    def similar_users(
        self, N: int = 10, *, user: int | None = None, history: csr_array | None = None
    ) -> Ranked:
        """The N fitted users most like one; `items` of the answer are rows of users."""
        self.need_fit()
        at_least_one(N, max(N, 1))
        if history is None:
            if user is None:
                raise BadParameter("similar_users needs a user or a history")
            history = self.histories_of(places(user, len(self.users), "users"))
        likeness = np.array(self.user_likeness(one_history(self.as_histories(history))), dtype=self.dtype)
        if user is not None:
            likeness[user] = np.nan
        return Ranked(*top_n(likeness[None], min(N, len(likeness))), reasons=(Reason.MODEL,))

    def get_params(self) -> dict[str, Any]:
        """Every parameter and its value."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def set_params(self, **params: Any) -> Self:
        """Change parameters; the model must be fitted again.

        Raises:
            BadParameter: an unknown name, or a value out of range (then nothing changes).
        """
        there = self.get_params()
        for name in params:
            if name not in there:
                raise BadParameter(f"{self.name} has no parameter {name!r}; it has {', '.join(there)}")
        type(self)(**{**there, **params})  # checks them all before any is set
        for name, value in params.items():
            setattr(self, name, value)
        self._fitted = False
        return self

    def need_fit(self) -> None:
        """Raise NotFitted before a fit, or after one that was interrupted."""
        if not self._fitted:
            raise NotFitted(f"{self.name} is not fitted (or its fit was interrupted): call fit first")

    def histories_of(self, users: NDArray[np.integer[Any]]) -> csr_array:
        """(B, I) what fitted users did."""
        return self._train().csr[users]

    def as_histories(self, user_items: Any) -> csr_array:
        """Histories as CSR of the model's width and dtype, sorted; what was given stays as it is.

        Raises:
            BadParameter: another width, or an item twice in one history; BadInteractions: a value that is
            not finite, or negative for an implicit model.
        """
        histories = csr_array(user_items)
        if histories.shape[1] != len(self.items):
            raise BadParameter(
                f"histories have {histories.shape[1]} columns, the model knows {len(self.items)} items"
            )
        if not histories.has_sorted_indices:
            histories = histories.sorted_indices()
        if not histories.has_canonical_format:
            raise BadParameter("a history has an item twice: add the two up, or keep the last")
        self._sound(histories, None, self.items)
        return histories.astype(self.dtype)

    def adopt(self, users: Ids, items: Ids, fallback: Array, train: Interactions | None) -> None:
        """Take over from a file what `fit` would have set; `restore` comes before."""
        self.users, self.items, self.fallback = users, items, fallback
        if train is not None:
            self.train = train
        self._fitted = True

    def _sound(self, cells: csr_array, users: Ids | None, items: Ids) -> None:
        negative = not self.implicit
        sound(cells, self.dtype, negative=negative, users=users, items=items, model=self.name)

    def _train(self) -> Interactions:
        if getattr(self, "train", None) is None:
            raise NotFitted("the interactions are not at hand: give user_items, or load the model with them")
        return self.train

    def _blocks(
        self, users: Rows | None, user_items: csr_array | None
    ) -> Iterator[tuple[slice, NDArray[np.integer[Any]] | None, csr_array]]:
        histories = None if user_items is None else self.as_histories(user_items)
        rows = None if users is None else self._rows(users, histories)
        if rows is None and histories is None:
            raise BadParameter("give users, or user_items for new users")
        if rows is not None and histories is not None and len(rows) != histories.shape[0]:
            raise BadParameter(f"{len(rows)} users but {histories.shape[0]} histories: one for each")
        count = self._count(rows, histories)
        step = max(1, CELLS_PER_BLOCK // max(1, len(self.items)))
        for start in range(0, count, step):
            block = slice(start, min(start + step, count))
            part = None if rows is None else rows[block]
            if histories is not None:
                yield block, part, histories[block]
            elif part is not None:
                yield block, part, self.as_histories(self.histories_of(part))

    def _state(
        self, rows: NDArray[np.integer[Any]] | None, histories: csr_array, given: csr_array | None
    ) -> Any:
        return self.known(rows) if given is None and rows is not None else self.fold_in(histories)

    def _rows(self, users: Rows, histories: csr_array | None) -> NDArray[np.integer[Any]]:
        """Rows of users; beside histories they are only counted, and need not be known."""
        if histories is not None:
            return np.atleast_1d(np.asarray(users))
        return places(users, len(self.users), "users")

    def _count(self, users: Rows | None, user_items: csr_array | None) -> int:
        if user_items is not None:
            return int(user_items.shape[0])
        return 0 if users is None else len(np.atleast_1d(np.asarray(users)))

    def _columns(self, items: Rows) -> NDArray[np.int64]:
        return places(items, len(self.items), "items")

    def _allowed(self, items: Rows | None, exclude: Any) -> NDArray[np.bool_]:
        allowed = np.ones(len(self.items), bool)
        if items is not None:
            allowed[:] = False
            allowed[self._columns(items)] = True
        if exclude is not None:
            allowed[self._columns(exclude)] = False
        return allowed


def _blank(scores: Array, cells: csr_array) -> None:
    rows = np.repeat(np.arange(cells.shape[0]), np.diff(cells.indptr))
    scores[rows, cells.indices] = np.nan


def _cosine(columns: Any, one: Any) -> Array:
    """The cosine of each column of a sparse matrix with one column; 0 where either has nothing."""
    norms = np.sqrt(np.asarray(columns.multiply(columns).sum(axis=0)).ravel())
    length = float(np.sqrt(one.multiply(one).sum()))
    products = np.asarray((columns.T @ one).todense()).ravel()
    lengths = norms * length
    return np.asarray(np.divide(products, lengths, out=np.zeros(len(products)), where=lengths > 0))
