"""What to show to somebody who did nothing yet: what was popular lately."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys.data import Interactions

RECENT_DAYS = 90  # the best window on Rent The Runway's public reviews, docs/experiments/recommenders.md
SECONDS_PER_DAY = 86_400


def recent_popularity(train: Interactions, *, days: int = RECENT_DAYS) -> NDArray[Any]:
    """(I,) float32: how often each item was taken within some days before the last interaction.

    Items that nobody took lately come after all others, by how often they were taken at all.
    """
    every = np.bincount(train.csr.indices, minlength=train.n_items).astype(np.float64)
    if train.times is None:
        return every.astype(np.float32)
    recent = train.times > train.times.max() - days * SECONDS_PER_DAY
    counts = np.bincount(train.csr.indices[recent], minlength=train.n_items)
    return np.asarray(counts + every / (every.max() + 1), np.float32)
