import numpy as np
import pytest
from scipy.sparse import random_array

from recsys.kernels.choice import threads, using
from recsys.kernels.rows import cg_rows, explicit, implicit, solve_rows

SHAPE = (150, 70)  # more rows than one thread takes at once


@pytest.fixture
def values():
    random = np.random.default_rng(1)
    cells = random_array(
        SHAPE, density=0.2, rng=random, data_sampler=lambda size: random.integers(1, 6, size)
    )
    histories = cells.tocsr().astype(np.float64)
    histories.data[histories.indptr[3] : histories.indptr[4]] = 0  # stored zeros are values
    return histories


def factors_of(k, dtype="float64"):
    return np.random.default_rng(k).standard_normal((SHAPE[1], k)).astype(dtype)


def by_hand(cells, factors, ridges, gram, means):
    """Row by row with dense matrices, as the docstring of the module has it."""
    found = np.zeros((cells.rows, factors.shape[1]))
    for row in range(cells.rows):
        left, right = gram + ridges[row] * np.eye(factors.shape[1]), ridges[row] * means[row]
        for cell in range(cells.indptr[row], cells.indptr[row + 1]):
            v = factors[cells.indices[cell]]
            left = left + cells.gains[cell] * np.outer(v, v)
            right = right + cells.pulls[cell] * v
        found[row] = np.linalg.solve(left, right)
    return found


@pytest.mark.parametrize("engine", ["numba", "numpy"])
@pytest.mark.parametrize("k", [1, 5, 16, 33])
def test_each_row_is_solved_as_by_hand(values, engine, k):
    factors, random = factors_of(k), np.random.default_rng(0)
    cells, gram = implicit(values, 0.7), factors.T @ factors
    ridges, means = random.uniform(0.5, 2, SHAPE[0]), random.standard_normal((SHAPE[0], k))

    with using(engine):
        found = solve_rows(cells, factors, ridges, gram=gram, means=means)

    np.testing.assert_allclose(found, by_hand(cells, factors, ridges, gram, means), atol=1e-9)


@pytest.mark.parametrize("engine", ["numba", "numpy"])
def test_a_row_without_cells_is_its_prior_mean_or_nothing(values, engine):
    empty, factors = explicit(values * 0), factors_of(5)
    empty.indptr[:] = 0
    means = np.arange(SHAPE[0] * 5.0).reshape(SHAPE[0], 5)

    with using(engine):
        np.testing.assert_array_equal(solve_rows(empty, factors, 2.0), 0)
        np.testing.assert_allclose(solve_rows(empty, factors, 2.0, means=means), means)


@pytest.mark.parametrize("engine", ["numba", "numpy"])
def test_enough_conjugate_steps_reach_the_exact_solution(values, engine):
    factors, start = factors_of(7), np.zeros((SHAPE[0], 7))
    cells, gram = implicit(values, 0.5), factors.T @ factors

    with using(engine):
        exact = solve_rows(cells, factors, 1.0, gram=gram)
        near = cg_rows(cells, factors, start, 1.0, gram=gram, steps=25)

    np.testing.assert_allclose(near, exact, atol=1e-8)
    np.testing.assert_array_equal(start, 0)  # the start is not written over


def test_both_engines_take_the_same_three_conjugate_steps(values):
    factors = factors_of(12)
    start = np.random.default_rng(2).standard_normal((SHAPE[0], 12))
    answers = []
    for engine in ("numba", "numpy"):
        with using(engine):
            gram = factors.T @ factors
            answers.append(cg_rows(implicit(values, 1.0), factors, start, 0.5, gram=gram))

    np.testing.assert_allclose(*answers, atol=1e-8)


@pytest.mark.parametrize("kernel", ["exact", "conjugate"])
def test_one_and_two_threads_and_single_rows_give_the_same_bits(values, kernel):
    factors = factors_of(21, "float32")
    gram = factors.T @ factors

    def answer(some):
        cells = implicit(some.astype(np.float32), 1.0)
        if kernel == "exact":
            return solve_rows(cells, factors, 0.1, gram=gram)
        return cg_rows(cells, factors, np.zeros((cells.rows, 21), np.float32), 0.1, gram=gram)

    answers = []
    for count in (1, 2):
        with threads(count):
            answers.append(answer(values))
    alone = np.concatenate([answer(values[[row]]) for row in range(SHAPE[0])])

    np.testing.assert_array_equal(answers[0], answers[1])
    np.testing.assert_array_equal(answers[0], alone)
