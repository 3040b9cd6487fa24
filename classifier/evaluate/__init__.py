"""How good a run is on one split of a snapshot."""

from classifier.evaluate.measure import evaluate, measure, slices_of
from classifier.evaluate.metrics import Metrics, PerAnswer, PerNegative, PerPhoto
from classifier.evaluate.promises import Coverage, LaneResult

__all__ = [
    "Coverage",
    "LaneResult",
    "Metrics",
    "PerAnswer",
    "PerNegative",
    "PerPhoto",
    "evaluate",
    "measure",
    "slices_of",
]
