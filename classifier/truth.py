"""What people said of photos, as arrays beside a model's answers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifier.calibrate.conformal import COLD, NOT_DRESS, UNLISTED, WARM
from classifier.calibrate.links import Bools, Rows
from classifier.snapshot import SnapshotPhoto

NO_ROW = -1


@dataclass(frozen=True, slots=True)
class Truth:
    """The right answers for N photos, where some styles are on offer."""

    own: Rows  # (N,) the index row of the photo's style; NO_ROW without one on offer
    is_dress: Bools  # (N,) in stock or not

    @property
    def listed(self) -> Bools:
        """Which photos (N,) show a style on offer."""
        return np.asarray(self.own != NO_ROW)

    @property
    def unlisted(self) -> Bools:
        """Which photos (N,) show a dress that is not on offer, or no longer."""
        return self.is_dress & ~self.listed

    def groups(self, counts: Rows) -> npt.NDArray[np.str_]:
        """The group (N,) of each right answer; counts: (S,) verified photos of the styles on offer."""
        named = np.where(self.is_dress, UNLISTED, NOT_DRESS)
        if len(counts):
            styled = np.where(counts[np.maximum(self.own, 0)] > 0, WARM, COLD)
            named = np.where(self.listed, styled, named)
        return named

    def __getitem__(self, rows: Bools | Rows) -> "Truth":
        return Truth(self.own[rows], self.is_dress[rows])


def truth_of(photos: Sequence[SnapshotPhoto], skus: Sequence[str]) -> Truth:
    """The right answers for photos, where `skus` are the styles on offer."""
    place = {sku: row for row, sku in enumerate(skus)}
    own = [place.get(photo.sku, NO_ROW) if photo.label == "style" else NO_ROW for photo in photos]
    is_dress = [photo.label != "not_dress" for photo in photos]
    return Truth(np.array(own, dtype=np.int64), np.array(is_dress, dtype=bool))
