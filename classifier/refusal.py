"""What a person can put right; kept apart from torch, so that the command line can name it quickly."""

from importlib.util import find_spec


class Refusal(Exception):
    """Something asked for cannot be done; the sentence says what to do instead."""


class MissingExtra(Refusal, RuntimeError):
    """An optional package is not installed."""


def require_package(module: str, *, install: str) -> None:
    """Make sure that an optional package is there, before any work that needs it.

    Args:
        module: its name in Python; install: what to give to pip.

    Raises:
        MissingExtra: it is not installed.
    """
    if find_spec(module) is None:
        raise MissingExtra(f"this needs an optional package: pip install {install}")
