"""The promotion gate: answers of two models in, a ruling with its reasons out."""

from classifier.gate.ruling import Answers, Check, Limits, NotComparable, Ruling
from classifier.gate.weigh import weigh

__all__ = ["Answers", "Check", "Limits", "NotComparable", "Ruling", "weigh"]
