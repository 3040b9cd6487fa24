"""User-based collaborative filtering: what the people most like you thought of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from scipy.sparse import csr_array

from recsys.data import Interactions
from recsys.kernels.alike import blocks, cosine, cosine_blocks
from recsys.kernels.centring import centred, pattern, user_means
from recsys.kernels.top import top_n
from recsys.models.base import Array, Progress, Recommender
from recsys.refusal import BadParameter

Rules = Literal["2014", "1.0.7", "sparse"]
Norms = Literal["full", "corated"]


@dataclass(kw_only=True, eq=False)
class UBCF(Recommender):
    """The nn nearest users' centred values, weighted by their likeness, plus the user's own mean.

    rules:
        "1.0.7": cosine over co-rated items, mapped to (s + 1) / 2; the mean runs over the neighbours who
            rated the item, and there is no answer when none did.
        "2014": cosine with full-vector norms, as it is; the sum over raters is divided by the weights of
            *all* neighbours, so what no neighbour rated gets the user's mean. The articles' lists are these.
        "sparse": ours for lists: shrunk cosine of uncentred values, lists by the weighted sum of values.

    Source: recommenderlab 1.0.7 and 0.1-5 (2014). Where fewer than nn users are comparable, 0.1-5 gives up;
    here those there are decide.
    """

    name: ClassVar[str] = "ubcf"
    explains: ClassVar[bool] = True

    nn: int = 25
    rules: Rules = "1.0.7"
    norms: Norms | None = None  # None: "corated" for 1.0.7, "full" for 2014, as each had it
    shrinkage: float = 10.0  # rules "sparse" only: added to the product of the norms

    def check(self) -> None:
        super().check()
        if self.nn < 1:
            raise BadParameter(f"nn={self.nn}: at least 1 neighbour")
        if self.rules not in ("2014", "1.0.7", "sparse"):
            raise BadParameter(f'rules={self.rules!r}: "2014", "1.0.7" or "sparse"')
        if self.norms not in (None, "full", "corated"):
            raise BadParameter(f'norms={self.norms!r}: "full", "corated" or None')
        if not self.shrinkage >= 0:
            raise BadParameter(f"shrinkage={self.shrinkage}: 0 or more")

    def learn(self, train: Interactions, progress: Progress) -> None:
        self._set(train.csr.astype(self.dtype))

    def fold_in(self, histories: csr_array) -> tuple[csr_array, Array]:
        """(B, U) weights of each user's neighbours, and the users' means (B,)."""
        means, people = user_means(histories), self.values.shape[0]
        most = min(self.nn, people)
        nearest = np.zeros((histories.shape[0], most), np.int32)
        strength = np.zeros(nearest.shape, self.dtype)
        for block, weights in self._weights(histories, means):
            nearest[block], strength[block] = top_n(weights, most)
        rows, places = np.nonzero(nearest >= 0)
        cells = (strength[rows, places], (rows, nearest[rows, places]))
        return csr_array(cells, shape=(histories.shape[0], people)), means

    def score(self, state: tuple[csr_array, Array]) -> Array:
        if self.rules != "sparse":
            return self.rate(state)
        sums = (state[0] @ self.values).toarray()
        return np.where(sums > 0, sums, np.nan)

    def rate(self, state: tuple[csr_array, Array]) -> Array:
        weights, means = state
        sums = (weights @ self.centred).toarray()
        if self.rules == "2014":
            below = np.broadcast_to(np.asarray(weights.sum(axis=1)).reshape(-1, 1), sums.shape)
        else:
            below = (weights @ self.rated).toarray()
        away = np.divide(sums, below, out=np.full_like(sums, np.nan), where=below != 0)
        return np.asarray(means[:, None] + away)

    def contributions(self, history: csr_array, item: int) -> tuple[float, Array]:
        """A neighbour's weight is a sum over shared items, and so is the score."""
        (weights, means), column = self.fold_in(history), self.centred[:, [item]].toarray().ravel()
        people, strength = weights.indices, weights.data
        if self.rules == "sparse":
            shares, halves = self._shares(history, people), 0.0  # halves: weight that no shared item gave
            column, below = self.values[:, [item]].toarray().ravel(), 1.0
        else:
            shares = self._shares(centred(history, means), people)
            raters = pattern(self.values[people][:, [item]]).toarray().ravel()
            below = float(strength.sum() if self.rules == "2014" else strength @ raters) or np.nan
            if self.rules == "1.0.7":
                shares = shares / 2
            # Half of each weight of 1.0.7; the whole one where nothing shared is away from a mean.
            halves = float((strength - shares.sum(axis=1)) @ column[people]) / below
        base = 0.0 if self.rules == "sparse" else float(means[0])
        return base + halves, np.asarray(column[people] @ shares / below)

    def user_likeness(self, history: csr_array) -> Array:
        if self.rules == "sparse":
            return np.asarray(self._shrunk(history, self.values.T.tocsr())[0])
        found = cosine(centred(history, user_means(history)), self.centred, corated=self._corated())
        return np.asarray(self._likeness(found)[0])

    def arrays(self) -> dict[str, Array]:
        parts = {name: getattr(self.values, name) for name in ("data", "indices", "indptr")}
        return {**parts, "shape": np.array(self.values.shape)}

    def restore(self, arrays: Mapping[str, Array]) -> None:
        parts = (arrays["data"], arrays["indices"], arrays["indptr"])
        self._set(csr_array(parts, shape=tuple(arrays["shape"].tolist())))

    def _set(self, values: csr_array) -> None:
        self.values, self.rated = values, pattern(values)
        self.centred = centred(values, user_means(values))
        self.lengths = np.sqrt(np.asarray((values.multiply(values)).sum(axis=1)).ravel())

    def _corated(self) -> bool:
        return (self.norms or ("full" if self.rules == "2014" else "corated")) == "corated"

    def _weights(self, histories: csr_array, means: Array) -> Iterator[tuple[slice, Array]]:
        """Blocks of (B, U) weights of everybody; a whole one would not fit with many users."""
        if self.rules == "sparse":
            turned = self.values.T.tocsr()
            for block in blocks(histories.shape[0], self.values.shape[0]):
                yield block, self._shrunk(histories[block], turned)
            return
        for block, found in cosine_blocks(centred(histories, means), self.centred, corated=self._corated()):
            yield block, self._likeness(found)

    def _likeness(self, found: Array) -> Array:
        return (found + 1) / 2 if self.rules == "1.0.7" else found

    def _shrunk(self, histories: csr_array, turned: csr_array) -> Array:
        products = (histories @ turned).toarray()
        own = np.sqrt(np.asarray((histories.multiply(histories)).sum(axis=1)).reshape(-1, 1))
        with np.errstate(divide="ignore", invalid="ignore"):
            likeness = products / (own * self.lengths + self.shrinkage)
        return np.asarray(np.where(products > 0, likeness, np.nan), self.dtype)

    def _shares(self, history: csr_array, people: Array) -> Array:
        """(neighbours, H) what each item of a history adds to each neighbour's cosine."""
        if self.rules == "sparse":
            own = float(np.sqrt((history.data**2).sum()))
            theirs = self.values[people][:, history.indices].toarray()
            return np.asarray(theirs * history.data / (own * self.lengths[people] + self.shrinkage)[:, None])
        theirs = self.centred[people][:, history.indices].toarray()
        both = self.rated[people][:, history.indices].toarray()
        if self._corated():
            own = both @ history.data**2
            norms = np.sqrt(own) * np.sqrt((theirs**2).sum(axis=1))
        else:
            lengths = np.asarray(self.centred[people].multiply(self.centred[people]).sum(axis=1)).ravel()
            norms = np.sqrt((history.data**2).sum()) * np.sqrt(lengths)
        return np.asarray(theirs * history.data / np.where(norms > 0, norms, np.inf)[:, None])
