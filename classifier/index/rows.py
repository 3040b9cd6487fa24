"""Vectors in one block of memory, in which a row comes and goes at the cost of that row."""

import numpy as np

from classifier.index.prototypes import Vectors

FIRST_ROOM = 64


class GrowingRows:
    """Rows (n, dim) float32 without gaps: the last row fills the place of one that goes."""

    def __init__(self, dim: int) -> None:
        self._block, self._used = np.zeros((0, dim), dtype=np.float32), 0

    def __len__(self) -> int:
        return self._used

    @property
    def matrix(self) -> Vectors:
        """(n, dim); a view that the next change may alter."""
        return self._block[: self._used]

    def append(self, vectors: Vectors) -> None:
        """Put rows (m, dim) at the end; doubling keeps the cost of each O(dim) on average."""
        needed = self._used + len(vectors)
        if needed > len(self._block):
            room = max(FIRST_ROOM, needed, 2 * len(self._block)) - len(self._block)
            more = np.zeros((room, self._block.shape[1]), dtype=np.float32)
            self._block = np.concatenate([self._block, more])
        self._block[self._used : needed] = vectors
        self._used = needed

    def remove(self, row: int) -> None:
        """Drop one row; the last one moves into its place."""
        self._used -= 1
        self._block[row] = self._block[self._used]
