"""Schemes by name, as the command line spells them: "temporal:window_days=30,windows=3"."""

import ast
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from recsys.evaluate.by_time import LeaveLast, Temporal
from recsys.evaluate.by_users import Bootstrap, Cross, Split
from recsys.evaluate.folds import Fold, Scheme
from recsys.refusal import BadParameter

__all__ = ["SCHEMES", "Bootstrap", "Cross", "Fold", "LeaveLast", "Scheme", "Split", "Temporal", "scheme"]

SCHEMES: Mapping[str, type[Scheme]] = {
    kind.name: kind for kind in (Temporal, Split, Cross, Bootstrap, LeaveLast)
}


def scheme(text: str) -> Scheme:
    """A scheme from its name and parameters.

    Raises:
        BadParameter: an unknown name, parameter or value; it is named.
    """
    name, _, rest = text.partition(":")
    if name not in SCHEMES:
        raise BadParameter(f"there is no scheme {name!r}; there are {', '.join(SCHEMES)}")
    known = [field.name for field in fields(SCHEMES[name])]
    params: dict[str, Any] = {}
    for part in filter(None, rest.split(",")):
        key, equals, value = part.partition("=")
        if not equals or key.strip() not in known:
            raise BadParameter(f"{part!r} in {text!r}: {name} takes {', '.join(known) or 'nothing'}")
        params[key.strip()] = _value(value.strip())
    try:
        return SCHEMES[name](**params)
    except TypeError as error:  # a text where a number is compared
        raise BadParameter(f"{text!r} has a value of the wrong kind: {error}") from error


def _value(text: str) -> Any:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
