"""Vectorised formulas against plain loops."""

import math

import numpy as np
import pytest

from classifier.index.prototypes import mean_shift, negative_prototypes, style_prototype, unit

CHANCE = np.random.default_rng(3)


def vectors(count: int, dim: int = 4) -> np.ndarray:
    return unit(np.random.default_rng(count).normal(size=(count, dim)).astype(np.float32))


def test_a_prototype_mixes_studio_and_verified_by_their_counts():
    studio, verified, shift = vectors(2), vectors(5), np.array([0.1, 0, -0.2, 0], dtype=np.float32)

    mixed: list[float] = []
    for axis in range(4):
        m_verified = sum(float(v[axis]) for v in verified) / 5
        m_studio = sum(float(s[axis]) for s in studio) / 2
        mixed.append((5 * m_verified + 6 * (m_studio + shift[axis])) / (5 + 6))
    length = math.sqrt(sum(value**2 for value in mixed))

    assert style_prototype(studio, verified, shift, 6.0) == pytest.approx(
        [v / length for v in mixed], abs=1e-6
    )


def test_a_style_without_verified_photos_is_its_studio_shots_moved_to_the_street():
    studio, shift = vectors(2), np.array([0.5, 0, 0, 0], dtype=np.float32)

    assert style_prototype(studio, vectors(0), shift) == pytest.approx(
        unit(studio.mean(axis=0) + shift), abs=1e-6
    )


def test_a_style_without_any_picture_has_no_prototype():
    with pytest.raises(ValueError, match="studio shot or a verified photo"):
        style_prototype(vectors(0), vectors(0), np.zeros(4, np.float32))


def test_the_shift_is_the_mean_over_styles_held_to_the_earlier_one():
    before = np.ones(4, dtype=np.float32)
    studio, verified = [vectors(2), vectors(3), vectors(2)], [vectors(4), vectors(0), vectors(1)]

    first, third = verified[0].mean(0) - studio[0].mean(0), verified[2].mean(0) - studio[2].mean(0)

    assert mean_shift(studio, verified, before, worth=3.0) == pytest.approx(
        (first + third + 3 * before) / 5, abs=1e-6
    )


def test_negative_prototypes_find_the_clusters():
    centres = np.eye(4, dtype=np.float32)
    points = unit(np.repeat(centres, 30, axis=0) + CHANCE.normal(0, 0.05, (120, 4)).astype(np.float32))

    found = negative_prototypes(points, 8, seed=0)

    assert (found @ centres.T).max(axis=0) == pytest.approx(np.ones(4), abs=0.01)
    assert len(negative_prototypes(points[:5], 8, seed=0)) == 5
