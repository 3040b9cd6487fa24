"""The styles on offer: prototypes, the pictures behind them, and the search among them."""

from classifier.index.exemplars import Exemplars
from classifier.index.styles import FORMAT as INDEX_FORMAT
from classifier.index.styles import IndexMismatch, StyleIndex, UnknownStyle, count_styles

__all__ = ["INDEX_FORMAT", "Exemplars", "IndexMismatch", "StyleIndex", "UnknownStyle", "count_styles"]
