"""How good a run is on one split of a snapshot."""

from classifier.evaluate.compare import Comparison, NotComparable, compare
from classifier.evaluate.measure import evaluate, measure, slices_of
from classifier.evaluate.metrics import Metrics, PerAnswer, PerNegative, PerPhoto
from classifier.evaluate.promises import Coverage, LaneResult

__all__ = [
    "Comparison",
    "Coverage",
    "LaneResult",
    "Metrics",
    "NotComparable",
    "PerAnswer",
    "PerNegative",
    "PerPhoto",
    "compare",
    "evaluate",
    "measure",
    "slices_of",
]
