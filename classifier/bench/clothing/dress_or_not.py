"""Is it a dress: methods that learn from some senders and are measured on others, and their numbers."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from classifier.bench.clothing.photos import Photos, Split
from classifier.bench.intervals import Interval
from classifier.bench.logistic import choose_l2, fit_linear
from classifier.calibrate.measures import auroc, expected_calibration_error, false_positive_rate

Probabilities = npt.NDArray[np.float64]
Vectors = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]


def base_rate(photos: Photos, splits: Sequence[Split]) -> Probabilities:
    """The share of dresses among the photos to learn from, for every photo.

    One share for all folds: of each fold's own, the lowest would meet the most dresses.
    """
    return np.full(len(photos.labels), np.concatenate([photos.dress[split.train] for split in splits]).mean())


def by_linear(features: Vectors, photos: Photos, splits: Sequence[Split]) -> Probabilities:
    """A logistic regression on fixed features (N,), its weight decay chosen among the senders that teach."""
    found = np.full(len(features), np.nan)
    for split in splits:
        teach, classes = features[split.train], photos.dress[split.train].astype(np.int64)
        l2 = choose_l2(teach, classes, 2, photos.senders[split.train])
        linear = fit_linear(teach, classes, 2, l2=l2)
        found[split.test] = linear.probabilities(features[split.test])[:, 1]
    return found


def class_by_linear(features: Vectors, photos: Photos, splits: Sequence[Split]) -> npt.NDArray[np.int64]:
    """The likeliest of all classes, as a row in photos.classes (N,); -1 for what is not tested."""
    place = {name: row for row, name in enumerate(photos.classes)}
    targets = np.array([place[label] for label in photos.labels.tolist()])
    found = np.full(len(features), -1)
    for split in splits:
        linear = fit_linear(features[split.train], targets[split.train], len(place))
        found[split.test] = linear.probabilities(features[split.test]).argmax(axis=1)
    return found


def measures(p_dress: Probabilities, dress: Bools) -> dict[str, float | None]:
    """AUROC, average precision, false positives at 95 % recall, and the calibration error of P(dress)."""
    return {
        "AUROC": auroc(p_dress, dress),
        "AP": average_precision(p_dress, dress),
        "FPR@95": false_positive_rate(p_dress, dress),
        "ECE": expected_calibration_error(p_dress, dress),
    }


def average_precision(scores: Probabilities, positive: Bools) -> float | None:
    """Area under precision and recall as a step function; equal scores are one threshold."""
    if not positive.any():
        return None
    _, place, counts = np.unique(-scores, return_inverse=True, return_counts=True)
    hits = np.cumsum(np.bincount(place, positive.astype(np.float64), len(counts)))
    precision = hits / np.cumsum(counts)
    return float((precision * np.diff(hits, prepend=0.0)).sum() / hits[-1])


def auroc_difference(
    ours: Sequence[Probabilities],
    theirs: Sequence[Probabilities],
    dress: Bools,
    senders: npt.NDArray[np.str_],
    *,
    draws: int = 500,
) -> Interval:
    """Ours minus theirs, with 95 % over whole senders; a score per training, their means are compared."""
    names, group = np.unique(senders, return_inverse=True)
    chance, differences = np.random.default_rng(0), []
    for _ in range(draws):
        times = chance.multinomial(len(names), np.full(len(names), 1 / len(names)))[group]
        rows = np.repeat(np.arange(len(dress)), times)
        if dress[rows].any() and not dress[rows].all():
            differences.append(_mean_auroc(ours, dress, rows) - _mean_auroc(theirs, dress, rows))
    every = np.arange(len(dress))
    low, high = np.quantile(differences, [0.025, 0.975])
    mean = _mean_auroc(ours, dress, every) - _mean_auroc(theirs, dress, every)
    return Interval(mean, float(low), float(high))


def confusion(found: npt.NDArray[np.int64], photos: Photos, rows: npt.NDArray[np.int64]) -> dict[str, Any]:
    """Counts by true class (rows) and by the class that was found (columns)."""
    names = photos.classes
    truth = np.searchsorted(names, photos.labels[rows])
    counts = np.zeros((len(names), len(names)), np.int64)
    np.add.at(counts, (truth, found[rows]), 1)
    return {"classes": names, "counts": counts.tolist(), "accuracy": float(np.trace(counts) / counts.sum())}


def _mean_auroc(scores: Sequence[Probabilities], dress: Bools, rows: npt.NDArray[np.int64]) -> float:
    return float(np.mean([auroc(one[rows], dress[rows]) for one in scores]))
