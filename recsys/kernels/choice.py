"""Which twin of a kernel runs, and on how many threads."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.util import find_spec
from typing import Literal

import numpy as np  # noqa: F401  # brings the BLAS that the controller is to find
import scipy.linalg  # noqa: F401  # brings another one
from threadpoolctl import ThreadpoolController

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


@cache
def _libraries() -> ThreadpoolController:
    return ThreadpoolController()


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Have BLAS work on one thread: last bits hang on their number, and they slow numba's down threefold."""
    with _libraries().limit(limits=1, user_api="blas"):
        yield


@contextmanager
def threads(count: int) -> Iterator[None]:
    """Let kernels work on so many threads within a block; BLAS has one, as its sums depend on their number.

    Raises:
        BadParameter: fewer than one, or more than numba was started with.
    """
    if count < 1:
        raise BadParameter(f"threads={count}: at least 1")
    with one_blas_thread():
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
