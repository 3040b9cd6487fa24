"""What a calibration reads of photos, and what it says of them."""

from dataclasses import dataclass

import numpy as np

from classifier.calibrate.links import Bools, Floats, Rows


@dataclass(frozen=True, slots=True)
class Evidence:
    """N photos against S styles on offer."""

    similarities: Floats  # (N, S)
    features: Floats  # (N, 5), see dress.FEATURES
    counts: Rows  # (S,) verified photos in each prototype

    def __getitem__(self, rows: Bools | Rows) -> "Evidence":
        return Evidence(self.similarities[rows], self.features[rows], self.counts)


@dataclass(frozen=True, slots=True)
class Scores:
    """What N photos show: no dress, a dress not in stock, or one of S styles; together that makes 1."""

    similarities: Floats  # (N, S)
    p_dress: Floats  # (N,)
    p_style: Floats  # (N, S), given that it is a dress in stock
    p_listed: Floats  # (N,), in stock given that it is a dress

    @property
    def p_answer(self) -> Floats:
        """P(dress, in stock, of that style) (N, S)."""
        return np.asarray((self.p_dress * self.p_listed)[:, None] * self.p_style)

    @property
    def p_first(self) -> Floats:
        """The probability (N,) of the likeliest style; 0 where none is on offer."""
        return np.asarray(self.p_answer.max(axis=1, initial=0.0))

    @property
    def p_unlisted(self) -> Floats:
        """P(a dress, but not one in stock) (N,)."""
        return np.asarray(self.p_dress * (1 - self.p_listed))

    def of_truth(self, own: Rows, is_dress: Bools) -> Floats:
        """The probability (N,) given to what each photo shows; own: row of its style, negative without."""
        beside = np.where(is_dress, self.p_unlisted, 1 - self.p_dress)
        if not self.p_style.shape[1]:
            return beside
        row = np.arange(len(own))
        styled = self.p_dress * self.p_listed * self.p_style[row, np.maximum(own, 0)]
        return np.asarray(np.where(own >= 0, styled, beside))
