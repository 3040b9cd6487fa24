"""A logistic over a few columns: plain numbers that fit into a JSON file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from classifier.calibrate.links import Bools, Floats, sigmoid

MIN_EXAMPLES = 20  # of each class; with fewer the earlier numbers are kept
WORTH = 5.0  # of an earlier fit: about a hundred photos that are each one in twenty unsure


@dataclass(frozen=True, slots=True)
class Logistic:
    """P = sigmoid(weights . (columns - means) / spreads + bias), of as many columns as it has weights."""

    means: tuple[float, ...]
    spreads: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float = 0.0

    def __call__(self, columns: Floats) -> Floats:
        """The probabilities (N,) for (N, C) columns, C >= len(weights)."""
        read = np.ascontiguousarray(columns[:, : len(self.weights)])
        scaled = (read - np.array(self.means)) / np.array(self.spreads)
        return sigmoid(scaled @ np.array(self.weights) + self.bias)

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Self:
        """Read back what dataclasses.asdict made of it."""
        means, spreads, weights = (tuple(facts[name]) for name in ("means", "spreads", "weights"))
        return cls(means, spreads, weights, facts["bias"])


def fit_logistic(
    columns: Floats, positive: Bools, ridge: float = 1.0, before: Logistic | None = None
) -> Logistic:
    """Fit P(positive) by Newton steps on standardised columns (N, C); a constant one weighs nothing.

    Args:
        ridge: pull of each weight towards 0, when there is no earlier fit.
        before: an earlier fit of the first columns. Its scale is kept, and every number is pulled towards
            it as by a hundred photos: a night with two dozen non-dresses must not move what thousands said.
    """
    means, spreads = columns.mean(axis=0), columns.std(axis=0)
    still = spreads < 1e-6
    spreads = np.where(still, 1.0, spreads)
    centre, pull = np.zeros(columns.shape[1] + 1), np.array([ridge] * columns.shape[1] + [1e-6])
    if before:
        known = len(before.weights)
        means[:known], spreads[:known], still[:known] = before.means, before.spreads, False
        centre[:known], centre[-1] = before.weights, before.bias
        pull[:] = WORTH
    x = np.column_stack([np.where(still, 0.0, (columns - means) / spreads), np.ones(len(columns))])
    w = _likeliest(x, positive.astype(np.float64), centre, pull)
    middle, width, weights = (tuple(map(float, column)) for column in (means, spreads, w[:-1]))
    return Logistic(middle, width, weights, float(w[-1]))


def _likeliest(x: Floats, y: Floats, centre: Floats, pull: Floats) -> Floats:
    """Minimise the loss and the pull towards the centre by Newton steps, halved until they go down."""

    def loss(w: Floats) -> float:
        scores = x @ w
        return float((np.logaddexp(0, scores) - y * scores).sum() + 0.5 * (pull * (w - centre) ** 2).sum())

    w, least = centre.copy(), loss(centre)
    for _ in range(30):
        p = sigmoid(x @ w)
        gradient = x.T @ (p - y) + pull * (w - centre)
        step = np.linalg.solve((x * (p * (1 - p))[:, None]).T @ x + np.diag(pull), gradient)
        while (after := loss(w - step)) > least and np.abs(step).max() > 1e-9:
            step = step / 2
        w, least = w - step, after
    return w
