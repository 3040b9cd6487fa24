"""Cosines and centred histories against loops over dense rows."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from recsys.kernels import alike
from recsys.kernels.alike import cosine, cosine_blocks
from recsys.kernels.centring import centred, pattern, user_means
from tests.unit.recsys.parity import reference


def drawn(rows, columns=9, seed=0, dtype="float64"):
    """Sparse and dense (gaps NaN) of the same centred ratings; the first row is constant, the last empty."""
    random = np.random.default_rng(seed)
    dense = np.where(random.random((rows, columns)) < 0.5, random.integers(1, 6, (rows, columns)), np.nan)
    dense[0] = np.where(np.isnan(dense[0]), np.nan, 4)
    dense[-1] = np.nan
    user, item = np.nonzero(~np.isnan(dense))
    ratings = csr_array((dense[user, item], (user, item)), shape=dense.shape).astype(dtype)
    means = user_means(ratings)
    return centred(ratings, means), dense - means[:, None]


@pytest.mark.parametrize("norms", ["corated", "full"])
def test_cosines_are_those_of_a_loop(norms):
    (rows, dense_rows), (others, dense_others) = drawn(12), drawn(20, seed=1)

    found = cosine(rows, others, corated=norms == "corated")

    by_hand = [[reference.cosine(one, other, norms=norms) for other in dense_others] for one in dense_rows]
    np.testing.assert_allclose(found, by_hand, atol=1e-12)
    assert np.isnan(found[-1]).all()
    assert (found[0][~np.isnan(found[0])] == np.array(by_hand[0])[~np.isnan(found[0])]).all()


@pytest.mark.parametrize("corated", [True, False])
def test_blocks_have_the_bits_of_the_whole(monkeypatch, corated):
    (rows, _), (others, _) = drawn(13), drawn(20, seed=1)
    whole = cosine(rows, others, corated=corated)

    monkeypatch.setattr(alike, "CELLS_AT_ONCE", 100)
    parts = list(cosine_blocks(rows, others, corated=corated))

    assert [(block.start, block.stop) for block, _ in parts] == [(0, 5), (5, 10), (10, 13)]
    assert np.concatenate([part for _, part in parts]).tobytes() == whole.tobytes()


def test_no_rows_have_no_cosines():
    (rows, _), (others, _) = drawn(3), drawn(5)

    assert cosine(rows[:0], others, corated=True).shape == (0, 5)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_centred_rows_sum_to_nothing_and_keep_their_zeros(dtype):
    rows, dense = drawn(12, dtype=dtype)

    sums = np.asarray(rows.sum(axis=1)).ravel()

    np.testing.assert_allclose(sums, 0, atol=1e-5)
    assert rows.dtype == dtype
    assert rows.nnz == (~np.isnan(dense)).sum()
    assert (rows[[0]].data == 0).all()
    assert (pattern(rows).data == 1).all()
    assert user_means(rows[[-1]])[0] == 0  # an empty row has no mean to be away from
