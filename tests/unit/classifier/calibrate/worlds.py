"""Photos of an invented shop: similarities and right answers, without a network."""

import numpy as np

from classifier.calibrate import Evidence
from classifier.calibrate.dress import dress_features
from classifier.snapshot import SnapshotPhoto
from classifier.truth import Truth

STYLES = 12
COUNTS = np.array([0, 0, 0, 0, 0, 0, 2, 3, 4, 6, 8, 12])  # half of the styles are cold


def shop(count: int, seed: int = 0) -> tuple[Evidence, Truth, list[SnapshotPhoto]]:
    """`count` photos: six of ten in stock, the warm ones nearer their style; a fifth each of the rest."""
    chance = np.random.default_rng(seed)
    kind = chance.choice(["style", "unlisted", "not_dress"], count, p=[0.6, 0.2, 0.2])
    own = np.where(kind == "style", chance.integers(0, STYLES, count), -1)
    similarities = chance.normal(0.2, 0.15, (count, STYLES))
    known = COUNTS[np.maximum(own, 0)]
    similarities[np.arange(count), np.maximum(own, 0)] += np.where(
        own >= 0, 0.35 + 0.08 * np.log1p(known) + chance.normal(0, 0.1, count), 0.0
    )
    similarities = np.clip(similarities + 0.1 * (kind == "unlisted")[:, None], -1, 1)
    negatives = np.clip(chance.normal(0.3, 0.15, (count, 4)) + 0.3 * (kind == "not_dress")[:, None], -1, 1)
    head = chance.normal(0, 1, count) + np.where(kind == "not_dress", -2, 2)
    near = np.sort(similarities, axis=1)[:, -1] + chance.normal(0, 0.05, count)
    features = dress_features(similarities, negatives, head, near, ())
    photos = [
        SnapshotPhoto(f"p{n}", "", f"owner {n}", "calibration", label, f"S{own[n]}" if own[n] >= 0 else "")
        for n, label in enumerate(kind.tolist())
    ]
    return Evidence(similarities, features, COUNTS), Truth(own, kind != "not_dress"), photos
