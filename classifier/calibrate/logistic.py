"""A logistic over a few columns: plain numbers that fit into a JSON file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from classifier.calibrate.links import Bools, Floats, sigmoid

MIN_EXAMPLES = 20  # of each class; with fewer the earlier numbers are kept


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


def fit_logistic(columns: Floats, positive: Bools, ridge: float = 1.0) -> Logistic:
    """Fit P(positive) by Newton steps on standardised columns (N, C); a constant one weighs nothing."""
    means, spreads = columns.mean(axis=0), columns.std(axis=0)
    still = spreads < 1e-6
    spreads = np.where(still, 1.0, spreads)
    x = np.column_stack([np.where(still, 0.0, (columns - means) / spreads), np.ones(len(columns))])
    y, w = positive.astype(np.float64), np.zeros(x.shape[1])
    penalty = np.diag([ridge] * columns.shape[1] + [1e-6])
    for _ in range(30):
        p = sigmoid(x @ w)
        gradient = x.T @ (p - y) + penalty @ w
        curvature = (x * (p * (1 - p))[:, None]).T @ x + penalty
        w = w - np.linalg.solve(curvature, gradient)
    middle, width, weights = (tuple(map(float, column)) for column in (means, spreads, w[:-1]))
    return Logistic(middle, width, weights, float(w[-1]))
