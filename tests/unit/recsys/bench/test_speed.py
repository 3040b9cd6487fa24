import numpy as np
import pytest

from recsys.bench.measured import SCALES, drawn, fold, memory, prepare


@pytest.fixture
def tiny(monkeypatch, tmp_path):
    monkeypatch.setitem(SCALES, "tiny", (80, 40, 600))
    return "tiny", tmp_path


def test_the_drawn_matrix_has_about_as_many_values_as_asked_for_and_is_always_the_same():
    one, again = drawn(300, 100, 4_000), drawn(300, 100, 4_000)

    assert 0.8 * 4_000 <= one.nnz <= 4_000
    assert set(np.unique(one.data)) == {1, 2, 3, 4, 5}
    np.testing.assert_array_equal(one.toarray(), again.toarray())


def test_each_measurement_says_what_ours_took_and_the_plain_twin_beside_it(tiny):
    assert prepare(*tiny)["pairs"] == np.load(tiny[1] / "large.npz")["data"].size

    assert set(fold(*tiny)) == {"ours", "numpy"}
    assert min(fold(*tiny).values()) > 0
    assert memory(*tiny)["ours"] > 0
