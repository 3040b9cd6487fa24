"""What a recommender answers with: ranked items with their scores and why, and a score taken apart."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Reason(StrEnum):
    """Where a user's list came from."""

    MODEL = "model"  # from what the user did
    POPULAR = "popular"  # the user did nothing yet: what was popular lately


@dataclass(frozen=True, slots=True)
class Ranked:
    """Lists of equal length; where candidates were too few, the end of a row is marked, never filled up."""

    items: NDArray[np.int32]  # (B, N) columns of the data, best first; -1 where there was no candidate left
    scores: NDArray[Any]  # (B, N) float; NaN where items is -1
    reasons: tuple[Reason, ...]  # (B,)

    @property
    def counts(self) -> NDArray[np.intp]:
        """(B,) how many items each row really has."""
        return np.asarray(np.count_nonzero(self.items >= 0, axis=1))


@dataclass(frozen=True, slots=True)
class Explanation:
    """A score as a sum: base + parts == score within 1e-5."""

    item: int
    score: float
    base: float  # what does not come from the user's own items, such as a mean
    items: NDArray[np.int32]  # (H,) the user's items, those that contributed most first
    parts: NDArray[Any]  # (H,) how much each added
