"""Honest probabilities, and how to check them."""

from classifier.calibrate.calibration import (
    FEATURES,
    MIN_EXAMPLES,
    Calibration,
    DressLogistic,
    auroc,
    dress_features,
    expected_calibration_error,
    fit_logistic,
    fit_sharpness,
    sigmoid,
    softmax,
    threshold_for,
)

__all__ = [
    "FEATURES",
    "MIN_EXAMPLES",
    "Calibration",
    "DressLogistic",
    "auroc",
    "dress_features",
    "expected_calibration_error",
    "fit_logistic",
    "fit_sharpness",
    "sigmoid",
    "softmax",
    "threshold_for",
]
