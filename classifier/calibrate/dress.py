"""Is it a dress at all? And, apart from that: if so, is it one in stock?"""

import numpy as np

from classifier.calibrate.bounds import lower_bound
from classifier.calibrate.links import Bools, Floats
from classifier.calibrate.logistic import Logistic

# The columns of dress_features, in order. Runs in the format deepdress-run/1 read the first four.
FEATURES = ("style", "negative", "energy", "head", "stock")
STOCK_COLUMNS = ("style", "margin", "energy", "stock")  # of stock_features
NEIGHBOURS = 5  # the stock column is the similarity to the fifth nearest picture of the stock
HEAD_ALONE = Logistic(means=(0.0,) * 4, spreads=(1.0,) * 4, weights=(0.0, 0.0, 0.0, 1.0))  # untrained
ENERGY_SHARPNESS = 16.0
HIGHEST = 0.5  # threshold of P(dress)
ENOUGH = 10  # dresses that may fail before their share is taken at its word
CONFIDENCE = 0.95


def dress_features(
    styles: Floats,
    negatives: Floats,
    head: Floats,
    stock: Floats | None,
    missing: tuple[float, ...],
) -> Floats:
    """The columns of FEATURES (N, 5).

    Args:
        styles: (N, S) similarities to the active styles; negatives: (N, K) to the negative prototypes.
        head: (N,) dress logits of the network's own head.
        stock: (N,) similarity to the NEIGHBOURS-th nearest picture of the stock; None where there is none.
        missing: what stands in for a column that cannot be had, because S or K is 0 or there is no stock.

    Source: energy, Liu et al., NeurIPS 2020; neighbours, Sun et al., ICML 2022.
    """
    means = (*missing, *(0.0,) * len(FEATURES))[: len(FEATURES)]
    columns = [np.full(len(head), mean) for mean in means]
    if styles.shape[1]:
        columns[0], columns[2] = styles.max(axis=1), energy(styles)
    if negatives.shape[1]:
        columns[1] = negatives.max(axis=1)
    columns[3] = head
    if stock is not None:
        columns[4] = stock
    return np.stack(columns, axis=1).astype(np.float64)


def stock_features(styles: Floats, features: Floats) -> Floats:
    """The columns of STOCK_COLUMNS (N, 4), from similarities (N, S >= 1) and dress_features of the photos."""
    two = np.sort(np.partition(styles, -2, axis=1)[:, -2:], axis=1) if styles.shape[1] > 1 else None
    margin = np.zeros(len(styles)) if two is None else two[:, 1] - two[:, 0]
    return np.stack([features[:, 0], margin, features[:, 2], features[:, 4]], axis=1)


def energy(styles: Floats) -> Floats:
    """Log-mean-exp (N,) of (N, S): unlike a log-sum-exp it stays put when the catalogue grows."""
    best = styles.max(axis=1)
    raised = np.exp(ENERGY_SHARPNESS * (styles - best[:, None]))
    return np.asarray(best + np.log(raised.mean(axis=1)) / ENERGY_SHARPNESS)


def threshold_for(p_dress: Floats, is_dress: Bools, false_positives: float = 0.02) -> float:
    """The highest threshold of P(dress), at most one half, that fails no more than this share of the dresses.

    Where the share is fewer than ENOUGH dresses its quantile is what the oddest one or two of them say, and
    half of all other things could pass with these. There the threshold falls only while it is surely too
    high: until the exact lower bound of what fails is within the share.

    Args:
        p_dress: (N,); is_dress: (N,), at least one of them.
        false_positives: dresses called "not a dress", as a share of all dresses.
    """
    kept = np.sort(p_dress[is_dress])
    allowed = int(false_positives * len(kept) + 1e-9)
    if false_positives * len(kept) < ENOUGH:
        while allowed + 1 < len(kept) and lower_bound(allowed + 1, len(kept), CONFIDENCE) <= false_positives:
            allowed += 1
    return float(min(HIGHEST, kept[allowed]))
