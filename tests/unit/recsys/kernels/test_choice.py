from pathlib import Path

import pytest
from threadpoolctl import threadpool_info

from recsys.kernels.choice import engine, one_blas_thread, threads, using
from recsys.models import make
from recsys.refusal import BadParameter
from tests.unit.recsys.fitting import small_world


def blas_threads():
    """Of the libraries that NumPy and SciPy bring; others in the process, torch's say, are not asked."""
    blas = [library for library in threadpool_info() if library["user_api"] == "blas"]
    homes = {"numpy.libs", "scipy.libs"}
    return {one["num_threads"] for one in blas if homes & set(Path(one["filepath"]).parts)}


def test_one_twin_may_be_asked_for_within_a_block():
    before = engine()

    with using("numpy"):
        assert engine() == "numpy"

    assert engine() == before


@pytest.mark.parametrize(("count", "sentence"), [(0, "at least 1"), (10_000, "this process has")])
def test_threads_that_there_are_not_are_refused(count, sentence):
    with pytest.raises(BadParameter, match=sentence), threads(count):
        raise AssertionError("never reached")


def test_blas_has_one_thread_within_a_block_and_its_own_again_after():
    before = blas_threads()
    assert before

    with one_blas_thread():
        assert blas_threads() == {1}

    assert blas_threads() == before


def test_a_fit_leaves_blas_as_it_was_and_has_one_thread_meanwhile():
    before, seen = blas_threads(), set()

    make("ials:k=2").fit(small_world(), progress=lambda done, of: seen.update(blas_threads()))

    assert seen == {1}
    assert blas_threads() == before
