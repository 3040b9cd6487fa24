"""The styles on offer: prototypes, and the search among them."""

from classifier.index.styles import IndexMismatch, StyleIndex, UnknownStyle

__all__ = ["IndexMismatch", "StyleIndex", "UnknownStyle"]
