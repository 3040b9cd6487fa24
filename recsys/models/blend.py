"""Blend: several models' opinions on one scale, weighted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
from scipy.sparse import csr_array
from scipy.stats import rankdata

from recsys.data import Ids, Interactions
from recsys.models.base import Array, Progress, Recommender
from recsys.models.checks import one_of
from recsys.models.features import FeatureModel
from recsys.models.registry import make
from recsys.refusal import BadParameter


class Opinion(NamedTuple):
    """What one part knows of B users."""

    state: Any
    silent: Array  # (B,) bool: it knows nothing of these users


@dataclass(kw_only=True, eq=False)
class Blend(FeatureModel):
    """Score Σ weight * scaled score of each part, scaled for each user apart.

    scale="z" subtracts the mean of a user's finite scores and divides by their deviation, which keeps how far
    ahead an item is and lets explanations add up; "rank" puts ranks evenly between -1 and 1. Where a part has
    no answer, for an item or for a user, it says 0: neither for nor against. NaN only where all have none.
    """

    name: ClassVar[str] = "blend"
    predicts_ratings: ClassVar[bool] = False
    explains: ClassVar[bool] = True  # when all parts do and scale is "z"

    parts: Sequence[str] = ("ease", "popular")
    weights: Sequence[float] | None = None  # None: all alike
    scale: Literal["z", "rank"] = "z"

    def check(self) -> None:
        super().check()
        one_of(self, "scale", "z", "rank")
        if isinstance(self.parts, str) or not self.parts:
            raise BadParameter(f"parts={self.parts!r}: one or more models, such as ('ease', 'popular')")
        if self.weights is not None and len(self.weights) != len(self.parts):
            raise BadParameter(f"{len(self.weights)} weights but {len(self.parts)} parts: one for each")
        for weight in self.weights or ():
            if not (isinstance(weight, (int, float)) and np.isfinite(weight)):
                raise BadParameter(f"weights={self.weights!r}: finite numbers")
        self._made()  # raises for an unknown model or parameter

    def features_for(self, train: Interactions) -> Array:
        raise BadParameter("blend hands features on to its parts")

    def learn(self, train: Interactions, progress: Progress) -> None:
        models = self._made()
        for done, model in enumerate(models):
            if isinstance(model, FeatureModel) and getattr(self, "features", None) is not None:
                model.with_features(self.features)
            model.fit(train)
            progress(done + 1, len(models))
        self.models = models

    def fold_in(self, histories: csr_array) -> list[Opinion]:
        return [Opinion(model.fold_in(histories), _silent(model, histories)) for model in self.models]

    def known(self, users: Any) -> list[Opinion]:
        histories = self.as_histories(self.histories_of(users))
        return [Opinion(model.known(users), _silent(model, histories)) for model in self.models]

    def score(self, state: list[Opinion]) -> Array:
        total: Array | float = 0.0
        answered: Array | bool = False
        for weight, model, opinion in zip(self._weights(), self.models, state, strict=True):
            scores = np.asarray(model.score(opinion.state), np.float64)
            scaled = _z(scores) if self.scale == "z" else _ranks(scores)
            said = np.isfinite(scores)
            total = total + weight * np.where(said & ~opinion.silent[:, None], scaled, 0.0)
            answered = answered | said
        return np.asarray(np.where(answered, total, np.nan), self.dtype)

    def no_taste(self, histories: csr_array) -> Array:
        return np.asarray(np.all([model.no_taste(histories) for model in self.models], axis=0))

    def contributions(self, history: csr_array, item: int) -> tuple[float, Array]:
        if self.scale != "z":
            raise BadParameter(f"a blend of scale={self.scale!r} does not explain: ranks do not add up")
        base, parts = 0.0, np.zeros(history.nnz)
        for weight, model, opinion in zip(self._weights(), self.models, self.fold_in(history), strict=True):
            scores = np.asarray(model.score(opinion.state), np.float64)
            if opinion.silent[0] or not np.isfinite(scores[0, item]):
                continue
            mean, size = _mean_and_size(scores)
            its_base, its_parts = model.contributions(history, item)
            base += weight * (its_base - float(mean[0, 0])) / float(size[0, 0])
            parts += weight * its_parts / float(size[0, 0])
        return base, parts

    def item_likeness(self, item: int) -> Array:
        """As the first part sees it."""
        return self.models[0].item_likeness(item)

    def arrays(self) -> dict[str, Array]:
        return {
            f"{place}.{name}": array
            for place, model in enumerate(self.models)
            for name, array in {**model.arrays(), "fallback": model.fallback}.items()
        }

    def restore(self, arrays: Mapping[str, Array]) -> None:
        self.models = self._made()
        for place, model in enumerate(self.models):
            prefix = f"{place}."
            own = {n.removeprefix(prefix): array for n, array in arrays.items() if n.startswith(prefix)}
            model.fallback = own.pop("fallback")
            model.restore(own)

    def adopt(self, users: Ids, items: Ids, fallback: Array, train: Interactions | None) -> None:
        super().adopt(users, items, fallback, train)
        for model in self.models:
            model.adopt(users, items, model.fallback, train)

    def _made(self) -> list[Recommender]:
        return [make(spec, dtype=self.dtype) for spec in self.parts]

    def _weights(self) -> Sequence[float]:
        return self.weights or [1.0] * len(self.parts)


def _silent(model: Recommender, histories: csr_array) -> Array:
    if not model.needs_history:
        return np.zeros(histories.shape[0], bool)
    return model.no_taste(histories)


def _mean_and_size(scores: Array) -> tuple[Array, Array]:
    """(B, 1) mean and deviation of finite scores; a deviation of 0 counts as 1, so that all become 0."""
    said = np.isfinite(scores)
    counts = np.maximum(said.sum(axis=1, keepdims=True), 1)
    mean = np.where(said, scores, 0).sum(axis=1, keepdims=True) / counts
    size = np.sqrt((np.where(said, scores - mean, 0) ** 2).sum(axis=1, keepdims=True) / counts)
    return mean, np.where(size > 1e-12 * np.maximum(1, np.abs(mean)), size, 1.0)


def _z(scores: Array) -> Array:
    mean, size = _mean_and_size(scores)
    return np.asarray((scores - mean) / size)


def _ranks(scores: Array) -> Array:
    """Mean ranks of finite scores, evenly from -1 to 1."""
    said = np.isfinite(scores)
    ranks = rankdata(np.where(said, scores, np.nan), axis=1, nan_policy="omit")
    counts = said.sum(axis=1, keepdims=True)
    return np.asarray(2 * (ranks - 1) / np.maximum(counts - 1, 1) - 1)
