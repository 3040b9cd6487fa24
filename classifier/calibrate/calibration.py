"""Honest probabilities: a temperature for the styles, a logistic for dress or not, and how to check them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
FEATURES = ("style", "negative", "energy", "dress")  # columns of dress_features, in order
MIN_EXAMPLES = 20  # of each class; with fewer the earlier calibration is kept


@dataclass(frozen=True, slots=True)
class DressLogistic:
    """P(dress) from the columns of FEATURES; untrained, it repeats the network's own head."""

    means: tuple[float, ...] = (0.0, 0.0, 0.0, 0.0)
    spreads: tuple[float, ...] = (1.0, 1.0, 1.0, 1.0)
    weights: tuple[float, ...] = (0.0, 0.0, 0.0, 1.0)
    bias: float = 0.0

    def p_dress(self, features: Floats) -> Floats:
        """P(dress) (N,) from dress_features (N, 4)."""
        scaled = (features - np.array(self.means)) / np.array(self.spreads)
        return sigmoid(scaled @ np.array(self.weights) + self.bias)


@dataclass(frozen=True, slots=True)
class Calibration:
    """What turns similarities into probabilities; plain numbers, kept in facts.json."""

    dress: DressLogistic = field(default_factory=DressLogistic)
    threshold: float = 0.5  # of P(dress); below it a photo counts as not a dress
    sharpness: float = 16.0  # P(style | dress) = softmax(sharpness * similarity)

    def p_style(self, similarities: Floats) -> Floats:
        """P(style | a dress in stock) (N, S) from cosine similarities."""
        return softmax(self.sharpness * similarities)

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Self:
        """Read back what dataclasses.asdict made of it."""
        dress = facts["dress"]
        means, spreads, weights = (tuple(dress[name]) for name in ("means", "spreads", "weights"))
        logistic = DressLogistic(means, spreads, weights, dress["bias"])
        return cls(logistic, facts["threshold"], facts["sharpness"])


def sigmoid(logits: Floats) -> Floats:
    """1 / (1 + exp(-x)) without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * logits)))


def softmax(logits: Floats) -> Floats:
    """Softmax over the last axis."""
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))


def dress_features(
    styles: Floats, negatives: Floats, dress_logits: Floats, means: tuple[float, ...]
) -> Floats:
    """The four columns of FEATURES (N, 4).

    Args:
        styles: (N, S) similarities to the active styles; negatives: (N, K) to the negative prototypes.
        dress_logits: (N,) of the network's own head.
        means: what stands in for a column that cannot be had, because S or K is 0.
    """
    columns = [np.full(len(dress_logits), mean) for mean in means]
    if styles.shape[1]:
        columns[0] = styles.max(axis=1)
        # log-mean-exp rather than log-sum-exp: it must not move when the catalogue grows
        columns[2] = columns[0] + np.log(np.exp(16 * (styles - columns[0][:, None])).mean(axis=1)) / 16
    if negatives.shape[1]:
        columns[1] = negatives.max(axis=1)
    columns[3] = dress_logits
    return np.stack(columns, axis=1).astype(np.float64)


def fit_sharpness(similarities: Floats, targets: npt.NDArray[np.int64]) -> float:
    """The sharpness under which the targets (N,) are likeliest, by golden section on its logarithm.

    Source: temperature scaling, Guo et al., ICML 2017.
    """

    def loss(log_sharpness: float) -> float:
        logits = np.exp(log_sharpness) * similarities
        peak = logits.max(axis=1)
        log_sum = peak + np.log(np.exp(logits - peak[:, None]).sum(axis=1))
        return float((log_sum - logits[np.arange(len(targets)), targets]).mean())

    low, high, ratio = np.log(1.0), np.log(200.0), (5**0.5 - 1) / 2
    for _ in range(40):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, right) if loss(left) < loss(right) else (left, high)
    return float(np.exp((low + high) / 2))


def fit_logistic(features: Floats, is_dress: npt.NDArray[np.bool_], ridge: float = 1.0) -> DressLogistic:
    """Fit P(dress) by Newton steps on standardised columns (N, 4)."""
    means, spreads = features.mean(axis=0), np.maximum(features.std(axis=0), 1e-6)
    x = np.column_stack([(features - means) / spreads, np.ones(len(features))])
    y, w = is_dress.astype(np.float64), np.zeros(x.shape[1])
    penalty = np.diag([ridge] * features.shape[1] + [1e-6])
    for _ in range(30):
        p = sigmoid(x @ w)
        gradient = x.T @ (p - y) + penalty @ w
        curvature = (x * (p * (1 - p))[:, None]).T @ x + penalty
        w = w - np.linalg.solve(curvature, gradient)
    middle, width, weights = (tuple(map(float, column)) for column in (means, spreads, w[:-1]))
    return DressLogistic(middle, width, weights, float(w[-1]))


def threshold_for(p_dress: Floats, is_dress: npt.NDArray[np.bool_], recall: float = 0.98) -> float:
    """The highest threshold that still lets `recall` of the dresses pass, at most one half."""
    kept = np.sort(p_dress[is_dress])
    return float(min(0.5, kept[int((1 - recall) * len(kept))]))


def expected_calibration_error(confidence: Floats, correct: npt.NDArray[np.bool_], bins: int = 15) -> float:
    """Mean distance of confidence and accuracy over equal bins, weighted by count (Naeini 2015)."""
    if not len(confidence):
        return 0.0
    place = np.clip((confidence * bins).astype(int), 0, bins - 1)
    gaps = np.bincount(place, weights=confidence - correct, minlength=bins)
    return float(np.abs(gaps).sum() / len(confidence))


def auroc(scores: Floats, positive: npt.NDArray[np.bool_]) -> float:
    """Chance that a positive outranks a negative, ties counting one half; NaN when one class is missing."""
    n_positive = int(positive.sum())
    n_negative = len(scores) - n_positive
    if not n_positive or not n_negative:
        return float("nan")
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    return float((ranks[positive].sum() - n_positive * (n_positive + 1) / 2) / (n_positive * n_negative))
