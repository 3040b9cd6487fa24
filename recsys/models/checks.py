"""Ranges of parameters, said the same way everywhere."""

from dataclasses import fields
from math import isfinite
from numbers import Integral, Real
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from recsys.refusal import BadParameter

KINDS = {bool: "True or False", int: "a whole number", float: "a finite number", str: "text"}


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


def of_their_kind(model: Any) -> None:
    """Raise BadParameter for the first dataclass field whose value is not of the kind it is declared as.

    Choices and lists are left to the model's own check.
    """
    for field in fields(model):
        value, kinds = getattr(model, field.name), kinds_of(field.type)
        if kinds <= {NoneType, *KINDS} and not any(_is(value, kind) for kind in kinds):
            asked = [KINDS[kind] for kind in kinds - {NoneType}]
            none = " or None" if NoneType in kinds else ""
            raise BadParameter(f"{field.name}={value!r}: {' or '.join(asked)}{none}")


def kinds_of(declared: Any) -> set[Any]:
    """The types that a declaration allows: `float | None` allows two, a Literal those of its choices."""
    origin = get_origin(declared)
    if origin is Literal:
        return {Literal, *(type(choice) for choice in get_args(declared))}
    parts = get_args(declared) if origin in (Union, UnionType) else ()
    return set().union(*(kinds_of(part) for part in parts)) if parts else {declared}


def _is(value: Any, kind: Any) -> bool:
    if kind is bool:
        return isinstance(value, bool)
    if isinstance(value, bool):
        return False
    if kind is float:
        return isinstance(value, Real) and isfinite(value)
    return isinstance(value, Integral if kind is int else kind)
