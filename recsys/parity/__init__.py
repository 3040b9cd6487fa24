"""Parity with the originals: a folder with the answers that other code gave, compared with ours."""

from recsys.parity.compare import Comparison, Difference, compare

__all__ = ["Comparison", "Difference", "compare"]
