"""How sharply similarities become probabilities: a temperature that knows how well a style is known."""

from dataclasses import dataclass

import numpy as np

from classifier.calibrate.links import Floats, Rows, softmax

# How far base (as a logarithm), growth and rise may wander on no evidence.
SPREADS = np.array([1.0, 0.1, 2.0])
MIDDLE = 0.7  # a best similarity as photos of styles on offer have it; only fixes what `base` means
LOWEST, HIGHEST = 1.0, 200.0
ROUNDS = 50


@dataclass(frozen=True, slots=True)
class Sharpness:
    """P(style | in stock) = softmax(sharpness * similarity); the temperature is 1 / sharpness.

    log sharpness = log(base) + growth * log1p(n) + rise * (best - MIDDLE), with n verified photos in the
    prototype of the top candidate and `best` its similarity. Without the rise, photos on which nothing can
    be seen would flatten all the others: see docs/experiments.md.
    """

    base: float = 16.0  # for a style nobody has verified a photo of
    growth: float = 0.0
    rise: float = 0.0

    def of(self, counts: Floats, best: Floats) -> Floats:
        """The sharpness (N,) for top candidates of `counts` (N,) photos and similarity `best` (N,)."""
        lift = np.exp(self.rise * (best - MIDDLE)) if self.rise else 1.0
        return np.asarray(self.base * (1.0 + counts) ** self.growth * lift)


def fit_sharpness(
    similarities: Floats, targets: Rows, counts: Floats | None = None, before: Sharpness | None = None
) -> Sharpness:
    """The sharpness under which the targets are likeliest, held to the one before as by a normal prior.

    Gauss-Newton steps on (log base, growth, rise), each halved until the loss falls.

    Args:
        similarities: (N, S) of the calibration split; targets: (N,) columns of the right styles.
        counts: (N,) verified photos of the top candidates; none at all when left out.
        before: where the prior is centred: with few photos the answer stays near it.

    Source: temperature scaling, Guo et al., ICML 2017; what it depends on is ours.
    """
    before = before or Sharpness()
    known = np.zeros(len(targets)) if counts is None else np.log1p(np.asarray(counts, dtype=np.float64))
    columns = np.stack([np.ones(len(targets)), known, similarities.max(axis=1) - MIDDLE], axis=1)
    start = np.array([np.log(before.base), before.growth, before.rise])
    precision = SPREADS**-2.0
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
    return Sharpness(float(_sharp(place[0])), float(place[1]), float(place[2]))


def _sharp(logarithm: Floats) -> Floats:
    return np.asarray(np.exp(np.clip(logarithm, np.log(LOWEST), np.log(HIGHEST))))
