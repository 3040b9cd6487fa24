"""Ranges of parameters, said the same way everywhere."""

from typing import Any

from recsys.refusal import BadParameter


def at_least(model: Any, least: float, *names: str) -> None:
    """Raise BadParameter for the first named parameter below `least` (or not a number)."""
    for name in names:
        if not getattr(model, name) >= least:
            raise BadParameter(f"{name}={getattr(model, name)}: at least {least:g}")


def above(model: Any, limit: float, *names: str) -> None:
    """Raise BadParameter for the first named parameter that is not above `limit`."""
    for name in names:
        if not getattr(model, name) > limit:
            raise BadParameter(f"{name}={getattr(model, name)}: above {limit:g}")


def one_of(model: Any, name: str, *choices: Any) -> None:
    """Raise BadParameter unless the parameter is one of some choices."""
    if getattr(model, name) not in choices:
        raise BadParameter(f"{name}={getattr(model, name)!r}: one of {', '.join(map(str, choices))}")
