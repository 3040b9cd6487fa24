"""Both twins of Funk's descent, and each row alone against all together."""

import numpy as np
import pytest
from scipy.sparse import random_array

from recsys.kernels.choice import threads, using
from recsys.kernels.funk import Descent, descend
from tests.unit.recsys.parity import reference

HOW = Descent(step=0.001, shrinkage=0.015, least_epochs=50, most_epochs=200, improvement=1e-6)
SHAPE, K = (14, 9), 3


@pytest.fixture
def values():
    random = np.random.default_rng(3)
    cells = random_array(SHAPE, density=0.5, rng=random, data_sampler=lambda size: random.normal(0, 1, size))
    return cells.tocsr()


def descended(values, engine, *, items=None, alone=False):
    users = np.full((values.shape[0], K), 0.1)
    fixed, items = items is not None, np.full((values.shape[1], K), 0.1) if items is None else items.copy()
    with using(engine):
        descend(values, users, items, HOW, fixed_items=fixed, alone=alone, progress=lambda done, of: None)
    return users, items


@pytest.mark.parametrize("engine", ["numba", "numpy"])
def test_a_fit_is_that_of_a_loop_over_a_dense_table(values, engine):
    users, items = np.full((SHAPE[0], K), 0.1), np.full((SHAPE[1], K), 0.1)
    table = np.full(SHAPE, np.nan)
    rows = np.repeat(np.arange(SHAPE[0]), np.diff(values.indptr))
    table[rows, values.indices] = values.data
    reference._descend(table, users, items, fixed=False)

    found = descended(values, engine)

    np.testing.assert_allclose(found[0], users, atol=1e-12)
    np.testing.assert_allclose(found[1], items, atol=1e-12)


@pytest.mark.parametrize("alone", [True, False])
def test_both_twins_fold_in_alike(values, alone):
    items = np.random.default_rng(0).normal(0, 0.5, (SHAPE[1], K))

    fast, plain = (descended(values, engine, items=items, alone=alone)[0] for engine in ("numba", "numpy"))

    np.testing.assert_allclose(fast, plain, atol=1e-10)


@pytest.mark.parametrize("engine", ["numba", "numpy"])
def test_a_row_alone_stops_where_it_would_stop_by_itself(values, engine):
    items = np.random.default_rng(0).normal(0, 0.5, (SHAPE[1], K))

    whole, _ = descended(values, engine, items=items, alone=True)

    for row in range(SHAPE[0]):
        one, _ = descended(values[[row]], engine, items=items, alone=False)
        np.testing.assert_allclose(whole[row], one[0], atol=1e-12)


def test_one_thread_and_two_give_the_same_bits(values):
    found = []
    for count in (1, 2):
        with threads(count):
            found.append(descended(values, "numba"))

    assert all(one.tobytes() == other.tobytes() for one, other in zip(*found, strict=True))
