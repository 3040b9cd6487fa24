"""VisualColdStart: a dress that nobody had yet is judged by its picture, a worn one by those who wore it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_array

from recsys.data import Interactions
from recsys.kernels.rows import Cells, implicit, solve_rows
from recsys.models.base import Array, Progress
from recsys.models.checks import above, at_least
from recsys.models.factor import FactorModel
from recsys.models.features import FeatureModel, Scaling, checked, seen_items, tells_nothing
from recsys.models.strengths import Strengths
from recsys.refusal import BadParameter


@dataclass(kw_only=True, eq=False)
class VisualColdStart(Strengths, FactorModel, FeatureModel):
    """iALS whose item factors are expected where a linear map W of the picture says.

    Minimises, over items that anybody took, Σ c (p - u·v)² + lam Σ|u|² + item_lam Σ|v - W x|² + map_lam |W|²
    with c = 1 + alpha r, p = 1 where stored; x is the scaled picture and a 1. Users, items and W are each
    solved exactly in turn. Items that nobody took are no evidence (they were not there to be taken): they
    have the factor fresh W x. A worn one lies between W x and what its wearers say, by how many they are.

    Source: iALS as in Hu, Koren and Volinsky, ICDM 2008; a regression as prior mean of factors: Agarwal and
    Chen, Regression-based latent factor models, KDD 2009.
    """

    name: ClassVar[str] = "visual"

    k: int = 32
    alpha: float = 10.0
    lam: float = 30.0
    item_lam: float = 100.0  # how much the picture counts against the wearers
    map_lam: float = 1000.0
    fresh: float = 1.5  # lengthens W x of items that nobody took: at 1 they hardly reach the head of a list
    iterations: int = 15
    together: bool = True  # False: factors know no pictures, and W is fitted to them once, at the end
    seed: int = 0

    def check(self) -> None:
        super().check()
        at_least(self, 1, "k", "iterations")
        above(self, 0, "alpha", "lam", "item_lam", "map_lam", "fresh")

    def learn(self, train: Interactions, progress: Progress) -> None:
        features = self.features_for(train)
        values = self.liked(train.csr.astype(self.dtype))
        seen = seen_items(values)
        scaling = Scaling.of(features[seen])
        looks = _with_one(scaling.apply(features, self.dtype))
        worn, prior = self._alternate(values[:, seen], looks[seen], progress)
        factors = (self.fresh * (looks @ prior)).astype(self.dtype)
        factors[seen] = worn
        self.seen, self.mute = seen, ~seen & np.isnan(features[:, 0])
        factors[self.mute] = 0  # neither wearers nor a picture: it says nothing of its user either
        self.item_factors, self.map, self.scaling = factors, prior, scaling
        self.item_offset = np.where(self.mute, np.nan, 0).astype(self.dtype)

    def factors_of(self, features: Any) -> Array:
        """(n, k) factors of dresses that the model was not fitted with, from their pictures (n, d).

        Raises:
            NotFitted; BadParameter: pictures of another width than those of the fit.
        """
        self.need_fit()
        pictures = checked(features)
        if pictures.shape[1] != len(self.scaling.mean):
            raise BadParameter(f"features have {pictures.shape[1]} numbers, not {len(self.scaling.mean)}")
        looks = _with_one(self.scaling.apply(pictures, self.dtype))
        return np.asarray(self.fresh * (looks @ self.map))

    def cells(self, histories: csr_array, offset: Array) -> Cells:
        return implicit(self.strengths(histories), self.alpha)

    def ridge(self, histories: csr_array) -> float:
        return self.lam

    def gram(self) -> Array:
        worn = self.item_factors[self.seen]
        return np.asarray(worn.T @ worn)

    def no_taste(self, histories: csr_array) -> Array:
        return tells_nothing(self.strengths(histories), self.mute)

    def arrays(self) -> dict[str, Array]:
        own = {"map": self.map, "seen": self.seen, "mute": self.mute}
        return {**super().arrays(), **self.scaling.arrays(), **own}

    def restore(self, arrays: Mapping[str, Array]) -> None:
        super().restore(arrays)
        self.scaling = Scaling.restore(arrays)
        self.map, self.seen, self.mute = arrays["map"], arrays["seen"], arrays["mute"]

    def _alternate(self, values: csr_array, looks: Array, progress: Progress) -> tuple[Array, Array]:
        """Item factors (J, k) and the map (d + 1, k) of items that somebody took."""
        by_user, by_item = implicit(values, self.alpha), implicit(values.T.tocsr(), self.alpha)
        random = np.random.default_rng(self.seed)
        items = (random.standard_normal((len(looks), self.k)) * (0.1 / np.sqrt(self.k))).astype(self.dtype)
        fit_map = _ridge(looks, self.map_lam / self.item_lam)
        prior = np.zeros((looks.shape[1], self.k), self.dtype)
        for epoch in range(self.iterations):
            users = solve_rows(by_user, items, self.lam, gram=items.T @ items)
            means = looks @ prior if self.together else None
            items = solve_rows(by_item, users, self.item_lam, gram=users.T @ users, means=means)
            if self.together or epoch == self.iterations - 1:
                prior = fit_map(items)
            progress(epoch + 1, self.iterations)
        return items, prior


def _with_one(looks: Array) -> Array:
    return np.hstack([np.ones((len(looks), 1), looks.dtype), looks])


def _ridge(looks: Array, ridge: float) -> Any:
    """A function from factors (J, k) to the map (d + 1, k) that fits them best; one factorisation for all."""
    wide = looks.astype(np.float64)
    factor = cho_factor(wide.T @ wide + ridge * np.eye(wide.shape[1]))

    def fit(items: Array) -> Array:
        return np.asarray(cho_solve(factor, wide.T @ items), looks.dtype)

    return fit
