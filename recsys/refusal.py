"""What a person can put right: an error names the row, id or parameter and says what to do."""

from importlib.util import find_spec


class Refusal(ValueError):
    """Something asked for cannot be done; the sentence says what to do instead."""


class BadInteractions(Refusal):
    """A row or a pair of the data cannot be used as it is."""


class BadFile(Refusal):
    """A file is missing, cannot be read, or lacks a column."""


class BadParameter(Refusal):
    """A parameter's name or value is out of range for this model, scheme or question."""


class UnknownId(Refusal):
    """A user or an item that the data does not know."""


class NotFitted(Refusal):
    """The model was not fitted yet, or its fit was interrupted."""


class MissingExtra(Refusal):
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
