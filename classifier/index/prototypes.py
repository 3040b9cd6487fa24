"""Directions on the unit sphere that stand for a style, or for a kind of picture that is no dress."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]

PRIOR = 6.0  # how many verified photos the studio shots are worth


def unit(vectors: Vectors) -> Vectors:
    """Scale the last axis to length 1; a zero vector stays zero."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-12), dtype=np.float32)


def style_prototype(studio: Vectors, verified: Vectors, shift: Vectors, prior: float = PRIOR) -> Vectors:
    """Mix studio shots and verified photos of one style: norm((n m_verified + k (m_studio + d)) / (n + k)).

    Args:
        studio: (a, dim) embeddings; verified: (n, dim); one of them may be empty.
        shift: (dim,) what photos on the street differ by from studio shots, on average.
        prior: k, the weight of the studio shots in photos.

    Raises:
        ValueError: there is neither a studio shot nor a verified photo.
    """
    if not len(studio) and not len(verified):
        raise ValueError("a style needs a studio shot or a verified photo")
    total = verified.sum(axis=0)
    if len(studio):
        total = total + prior * (studio.mean(axis=0) + shift)
    return unit(total)


def mean_shift(
    studio: Sequence[Vectors], verified: Sequence[Vectors], before: Vectors, worth: float = 20.0
) -> Vectors:
    """Average over styles of (verified mean - studio mean); the earlier shift counts as `worth` styles."""
    pairs = [(s, v) for s, v in zip(studio, verified, strict=True) if len(s) and len(v)]
    total = sum((v.mean(axis=0) - s.mean(axis=0) for s, v in pairs), start=before * worth)
    return np.asarray(total / (len(pairs) + worth), dtype=np.float32)


def negative_prototypes(negatives: Vectors, count: int, *, seed: int, rounds: int = 20) -> Vectors:
    """At most `count` unit directions (k, dim) around which non-dresses gather, by spherical k-means."""
    if len(negatives) <= count:
        return negatives.astype(np.float32)
    chance = np.random.default_rng(seed)
    centres = negatives[chance.choice(len(negatives), count, replace=False)]
    for _ in range(rounds):
        nearest = (negatives @ centres.T).argmax(axis=1)
        sums = np.zeros_like(centres)
        np.add.at(sums, nearest, negatives)
        filled = np.bincount(nearest, minlength=count) > 0
        centres = np.where(filled[:, None], unit(sums), centres)
    return centres.astype(np.float32)
