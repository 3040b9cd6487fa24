"""VBPR: ranking by pictures and factors together, the published baseline for cold items."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
from scipy.sparse import csr_array

from recsys.data import Interactions
from recsys.kernels.bpr import Parameters, Steps, ascend
from recsys.models.base import Array, Progress
from recsys.models.checks import above, at_least
from recsys.models.features import FeatureModel, Scaling, seen_items, tells_nothing
from recsys.models.strengths import Strengths

DRAWS = 20  # how often a pair looks for something that its user did not take, before it sits out an epoch


class Tastes(NamedTuple):
    """B users as VBPR knows them."""

    users: Array  # (B, k)
    tastes: Array  # (B, m)


@dataclass(kw_only=True, eq=False)
class VBPR(Strengths, FeatureModel):
    """Score bias_i + u·v_i + t_u·(E f_i) + w·f_i, learnt by BPR's stochastic ascent; strengths do not count.

    New users are folded in by the same ascent with all but their own factors held still.

    Source: He and McAuley, VBPR: Visual Bayesian personalized ranking from implicit feedback, AAAI 2016.
    """

    name: ClassVar[str] = "vbpr"

    k: int = 16
    visual_k: int = 16
    step: float = 0.02
    shrinkage: float = 0.01
    view_shrinkage: float = 0.001
    epochs: int = 200
    seed: int = 0

    def check(self) -> None:
        super().check()
        at_least(self, 1, "k", "visual_k", "epochs")
        above(self, 0, "step")
        at_least(self, 0, "shrinkage", "view_shrinkage")

    def learn(self, train: Interactions, progress: Progress) -> None:
        features = self.features_for(train)
        liked = self.liked(train.csr)
        self.seen = seen_items(liked)
        self.mute = ~self.seen & np.isnan(features[:, 0])
        self.looks = Scaling.of(features[self.seen]).apply(features, self.dtype)
        random = np.random.default_rng(self.seed)
        parts = self._start(random, train.n_users, train.n_items)
        for epoch in range(self.epochs):
            triples = triples_of(liked, self.seen, random)
            ascend(triples, self.looks, parts, self._steps(), users_only=False)
            progress(epoch + 1, self.epochs)
        self.parts = parts
        self.faces = self.looks @ parts.view

    def fold_in(self, histories: csr_array) -> Tastes:
        """Each user starts from a seed that its own history makes, so that no answer hangs on others."""
        liked = self.liked(histories)
        rows = [self._drawn(liked.indices[a:b]) for a, b in zip(liked.indptr, liked.indptr[1:], strict=False)]
        folded = Tastes(
            np.array([row[0] for row in rows], self.dtype).reshape(-1, self.k),
            np.array([row[1] for row in rows], self.dtype).reshape(-1, self.visual_k),
        )
        triples = np.concatenate([np.zeros((0, 3), np.int32), *(row[2] for row in rows)])
        triples[:, 0] = np.repeat(np.arange(len(rows)), [len(row[2]) for row in rows])
        p = self.parts
        moving = Parameters(folded.users, folded.tastes, p.items, p.bias, p.view, p.lean)
        ascend(triples, self.looks, moving, self._steps(), users_only=True)
        return folded

    def known(self, users: Any) -> Tastes:
        return Tastes(self.parts.users[users], self.parts.tastes[users])

    def score(self, state: Tastes) -> Array:
        common = self.parts.bias + self.looks @ self.parts.lean
        scores = common + state.users @ self.parts.items.T + state.tastes @ self.faces.T
        return np.where(self.mute, np.nan, scores).astype(self.dtype)

    def no_taste(self, histories: csr_array) -> Array:
        return tells_nothing(self.strengths(histories), self.mute)

    def arrays(self) -> dict[str, Array]:
        p = self.parts
        learnt = {"users": p.users, "tastes": p.tastes, "items": p.items, "bias": p.bias, "view": p.view}
        return {**learnt, "lean": p.lean, "looks": self.looks, "seen": self.seen, "mute": self.mute}

    def restore(self, arrays: Mapping[str, Array]) -> None:
        self.looks, self.seen, self.mute = arrays["looks"], arrays["seen"], arrays["mute"]
        names = ("users", "tastes", "items", "bias", "view", "lean")
        self.parts = Parameters(*(arrays[name] for name in names))
        self.faces = self.looks @ self.parts.view

    def _start(self, random: np.random.Generator, users: int, items: int) -> Parameters:
        def normal(*shape: int) -> Array:
            return (0.1 * random.standard_normal(shape)).astype(self.dtype)

        factors = normal(items, self.k)
        factors[~self.seen] = 0  # what nobody took is never compared: only its picture speaks
        width = self.looks.shape[1]
        empty = np.zeros(items, self.dtype), normal(width, self.visual_k), np.zeros(width, self.dtype)
        return Parameters(normal(users, self.k), normal(users, self.visual_k), factors, *empty)

    def _steps(self) -> Steps:
        return Steps(self.step, self.shrinkage, self.view_shrinkage)

    def _drawn(self, columns: Array) -> tuple[Array, Array, Array]:
        """Where one user starts, (k,) and (m,), and all its triples, (n, 3)."""
        random = np.random.default_rng([self.seed, *columns.tolist()])
        start = 0.1 * random.standard_normal(self.k), 0.1 * random.standard_normal(self.visual_k)
        indptr = np.arange(self.epochs + 1) * len(columns)  # a row for each epoch
        cells = np.ones(indptr[-1]), np.tile(columns, self.epochs), indptr
        epochs = csr_array(cells, shape=(self.epochs, len(self.seen)))
        return *start, triples_of(epochs, self.seen, random)


def triples_of(liked: csr_array, seen: Array, random: np.random.Generator) -> Array:
    """(n, 3) int32: every stored pair once, in random order, each with a seen item left by its user."""
    if not liked.nnz:
        return np.zeros((0, 3), np.int32)
    width = liked.shape[1]
    rows = np.repeat(np.arange(liked.shape[0], dtype=np.int64), np.diff(liked.indptr))
    taken = np.sort(rows * width + liked.indices)
    order = random.permutation(len(rows))
    rows, columns = rows[order], liked.indices[order]
    others = np.full(len(rows), -1, np.int64)
    choices, waiting = np.flatnonzero(seen), np.arange(len(rows))
    for _ in range(DRAWS):
        drawn = choices[random.integers(0, len(choices), len(waiting))]
        keys = rows[waiting] * width + drawn
        places = np.minimum(np.searchsorted(taken, keys), len(taken) - 1)
        free = taken[places] != keys
        others[waiting[free]] = drawn[free]
        waiting = waiting[~free]
        if not len(waiting):
            break
    found = others >= 0
    return np.column_stack([rows[found], columns[found], others[found]]).astype(np.int32)
