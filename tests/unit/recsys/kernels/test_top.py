import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from recsys.kernels.choice import using
from recsys.kernels.top import top_n

ENGINES = ["numba", "numpy"]


@pytest.mark.parametrize("engine", ENGINES)
def test_the_best_come_first_and_equals_by_column(engine):
    scores = np.array([[1.0, 3.0, 2.0, 3.0, np.nan], [np.nan, -np.inf, 0.5, np.nan, np.nan]])

    with using(engine):
        columns, values = top_n(scores, 3)

    assert columns.tolist() == [[1, 3, 2], [2, -1, -1]]
    assert values[0].tolist() == [3, 3, 2]
    assert np.isnan(values[1, 1:]).all()


@given(
    scores=arrays(np.float32, (3, 7), elements=st.sampled_from([0.0, -1.0, 2.5, np.nan, -np.inf, 1e30])),
    n=st.integers(1, 9),
)
@settings(deadline=None)
def test_both_engines_give_the_same_lists(scores, n):
    found = []
    for engine in ENGINES:
        with using(engine):
            found.append(top_n(scores, n))

    assert (found[0][0] == found[1][0]).all()
    assert np.array_equal(found[0][1], found[1][1], equal_nan=True)
