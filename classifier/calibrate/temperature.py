"""How sharply similarities become probabilities: a temperature that knows how well a style is known."""

from dataclasses import dataclass

import numpy as np

from classifier.calibrate.links import Floats, Rows, softmax

# How far the two numbers may wander on no evidence: a factor of e, and a tenth per log count.
BASE_SPREAD, GROWTH_SPREAD = 1.0, 0.1
LOWEST, HIGHEST = 1.0, 200.0
ROUNDS = 50


@dataclass(frozen=True, slots=True)
class Sharpness:
    """P(style | in stock) = softmax(sharpness * similarity), log sharpness = log(base) + growth * log1p(n).

    n is how many verified photos are in the prototype of the top candidate; the temperature is 1 / sharpness.
    """

    base: float = 16.0  # for a style nobody has verified a photo of
    growth: float = 0.0

    def of(self, counts: Floats) -> Floats:
        """The sharpness (N,) where the top candidates have `counts` (N,) verified photos."""
        return np.asarray(self.base * (1.0 + counts) ** self.growth)


def fit_sharpness(
    similarities: Floats, targets: Rows, counts: Floats | None = None, before: Sharpness | None = None
) -> Sharpness:
    """The sharpness under which the targets are likeliest, held to the one before as by a normal prior.

    Gauss-Newton steps on (log base, growth), each halved until the loss falls.

    Args:
        similarities: (N, S) of the calibration split; targets: (N,) columns of the right styles.
        counts: (N,) verified photos of the top candidates; none at all when left out.
        before: where the prior is centred: with few photos the answer stays near it.

    Source: temperature scaling, Guo et al., ICML 2017; the dependence on the count is ours.
    """
    before = before or Sharpness()
    known = np.zeros(len(targets)) if counts is None else np.log1p(np.asarray(counts, dtype=np.float64))
    columns = np.stack([np.ones(len(targets)), known], axis=1)
    start = np.array([np.log(before.base), before.growth])
    precision = np.array([BASE_SPREAD, GROWTH_SPREAD]) ** -2.0
    own = similarities[np.arange(len(targets)), targets]

    def loss_at(place: Floats) -> float:
        logits = _sharp(columns @ place)[:, None] * similarities
        peak = logits.max(axis=1)
        log_sum = peak + np.log(np.exp(logits - peak[:, None]).sum(axis=1))
        surprise = (log_sum - _sharp(columns @ place) * own).sum()
        return float(surprise + 0.5 * (precision * (place - start) ** 2).sum())

    place = start
    for _ in range(ROUNDS):
        sharp = _sharp(columns @ place)
        shares = softmax(sharp[:, None] * similarities)
        expected = (shares * similarities).sum(axis=1)
        variance = (shares * (similarities - expected[:, None]) ** 2).sum(axis=1)
        slope = columns.T @ (sharp * (expected - own)) + precision * (place - start)
        bend = (columns * (sharp**2 * variance)[:, None]).T @ columns + np.diag(precision)
        step, now, length = np.linalg.solve(bend, slope), loss_at(place), 1.0
        while loss_at(place - length * step) > now and length > 1e-6:
            length /= 2
        place = place - length * step
        if np.abs(length * step).max() < 1e-6:
            break
    return Sharpness(float(_sharp(place[0])), float(place[1]))


def _sharp(logarithm: Floats) -> Floats:
    return np.asarray(np.exp(np.clip(logarithm, np.log(LOWEST), np.log(HIGHEST))))
