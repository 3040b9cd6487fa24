"""Honest probabilities, what can be promised on top of them, and how to check both."""

from classifier.calibrate.calibration import Calibration
from classifier.calibrate.evidence import Evidence, Scores
from classifier.calibrate.measures import (
    adaptive_calibration_error,
    auroc,
    brier,
    expected_calibration_error,
    false_positive_rate,
    surprise,
)

__all__ = [
    "Calibration",
    "Evidence",
    "Scores",
    "adaptive_calibration_error",
    "auroc",
    "brier",
    "expected_calibration_error",
    "false_positive_rate",
    "surprise",
]
