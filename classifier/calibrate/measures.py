"""How good scores and probabilities are, each as one number; None where there is nothing to measure."""

import numpy as np

from classifier.calibrate.links import Bools, Floats

BINS = 15
LEAST = 1e-12  # the least probability whose logarithm counts


def auroc(scores: Floats, positive: Bools) -> float | None:
    """Chance that a positive outranks a negative, ties counting one half; None when one class is missing."""
    n_positive = int(positive.sum())
    n_negative = len(scores) - n_positive
    if not n_positive or not n_negative:
        return None
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    return float((ranks[positive].sum() - n_positive * (n_positive + 1) / 2) / (n_positive * n_negative))


def false_positive_rate(scores: Floats, positive: Bools, recall: float = 0.95) -> float | None:
    """Share of the negatives above the threshold that lets `recall` of the positives pass: FPR@95."""
    if not positive.any() or positive.all():
        return None
    kept = np.sort(scores[positive])
    threshold = kept[int((1 - recall) * len(kept) + 1e-9)]
    return float((scores[~positive] >= threshold).mean())


def expected_calibration_error(confidence: Floats, correct: Bools, bins: int = BINS) -> float | None:
    """Mean distance of confidence and accuracy over equally wide bins, weighted by count (Naeini 2015)."""
    if not len(confidence):
        return None
    place = np.clip((confidence * bins).astype(int), 0, bins - 1)
    gaps = np.bincount(place, weights=confidence - correct, minlength=bins)
    return float(np.abs(gaps).sum() / len(confidence))


def adaptive_calibration_error(confidence: Floats, correct: Bools, bins: int = BINS) -> float | None:
    """The same over bins of equally many photos: crowded ends count in full (Nguyen and O'Connor 2015)."""
    if not len(confidence):
        return None
    gaps = (confidence - correct)[np.argsort(confidence, kind="stable")]
    parts = np.array_split(gaps, min(bins, len(gaps)))
    return float(sum(abs(part.sum()) for part in parts) / len(gaps))


def brier(confidence: Floats, correct: Bools) -> float | None:
    """Mean squared distance of a probability (N,) and what happened."""
    return float(((confidence - correct) ** 2).mean()) if len(confidence) else None


def surprise(of_the_truth: Floats) -> float | None:
    """Mean negative log-likelihood, in nats, of the probabilities (N,) given to what was true."""
    return float(-np.log(np.maximum(of_the_truth, LEAST)).mean()) if len(of_the_truth) else None
