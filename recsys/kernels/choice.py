"""Which twin of a kernel runs, and on how many threads."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from importlib.util import find_spec
from typing import Literal

from threadpoolctl import threadpool_limits

from recsys.refusal import BadParameter, MissingExtra

Engine = Literal["numba", "numpy"]
_chosen: ContextVar[Engine | None] = ContextVar("recsys_engine", default=None)


def engine() -> Engine:
    """numba where it is installed, NumPy otherwise, unless `using` says which."""
    return _chosen.get() or ("numba" if find_spec("numba") else "numpy")


@contextmanager
def using(name: Engine) -> Iterator[None]:
    """Have one twin of every kernel run within a block.

    Raises:
        MissingExtra: numba was asked for and is not installed.
    """
    if name == "numba" and not find_spec("numba"):
        raise MissingExtra("the numba kernels were asked for: pip install numba")
    token = _chosen.set(name)
    try:
        yield
    finally:
        _chosen.reset(token)


@contextmanager
def threads(count: int) -> Iterator[None]:
    """Let kernels work on so many threads within a block; BLAS has one, as its sums depend on their number.

    Raises:
        BadParameter: fewer than one, or more than numba was started with.
    """
    if count < 1:
        raise BadParameter(f"threads={count}: at least 1")
    with threadpool_limits(1, "blas"):
        if engine() == "numpy":
            yield
            return
        import numba

        most = int(numba.config.NUMBA_NUM_THREADS)  # type: ignore[attr-defined]

        if count > most:
            raise BadParameter(f"threads={count}: this process has {most}")
        before = numba.get_num_threads()
        numba.set_num_threads(count)
        try:
            yield
        finally:
            numba.set_num_threads(before)
