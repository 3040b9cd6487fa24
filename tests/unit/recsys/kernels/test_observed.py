import numpy as np
import pytest
from scipy.optimize import approx_fprime
from scipy.sparse import random_array

from recsys.kernels.choice import threads, using
from recsys.kernels.observed import Observed

USERS, ITEMS, K, LAM = 12, 9, 3, 1.5


@pytest.fixture
def values():
    return random_array((USERS, ITEMS), density=0.4, rng=np.random.default_rng(3)).tocsr() * 5


def ask(problem, x):
    U, V = x[: USERS * K].reshape(USERS, K), x[USERS * K :].reshape(ITEMS, K)
    to_U, to_V = np.empty_like(U), np.empty_like(V)
    cost = problem.cost_and_gradient(U, V, to_U, to_V)
    return cost, np.concatenate([to_U.ravel(), to_V.ravel()])


def test_the_cost_counts_stored_cells_alone(values):
    x = np.random.default_rng(4).random((USERS + ITEMS) * K)
    U, V = x[: USERS * K].reshape(USERS, K), x[USERS * K :].reshape(ITEMS, K)
    dense, stored = values.toarray(), values.toarray() != 0
    by_hand = 0.5 * ((U @ V.T - dense)[stored] ** 2).sum() + LAM / 2 * (x**2).sum()

    assert ask(Observed(values, LAM), x)[0] == pytest.approx(by_hand, rel=1e-12)


@pytest.mark.parametrize("engine", ["numba", "numpy"])
def test_the_gradient_is_the_slope_of_the_cost(values, engine):
    x = np.random.default_rng(5).random((USERS + ITEMS) * K)

    with using(engine):
        problem = Observed(values, LAM)
        slope = approx_fprime(x, lambda at: ask(problem, at)[0], 1e-6)
        np.testing.assert_allclose(ask(problem, x)[1], slope, rtol=1e-4, atol=1e-4)


def test_both_engines_agree_and_threads_change_no_bit(values):
    x = np.random.default_rng(6).random((USERS + ITEMS) * K)
    with using("numpy"):
        plain = ask(Observed(values, LAM), x)
    fast = []
    for count in (1, 2):
        with threads(count):
            fast.append(ask(Observed(values, LAM), x))

    assert fast[0][0] == fast[1][0] == pytest.approx(plain[0], rel=1e-12)
    np.testing.assert_array_equal(fast[0][1], fast[1][1])
    np.testing.assert_allclose(fast[0][1], plain[1], rtol=1e-10)
