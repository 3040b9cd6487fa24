"""Models by name, as the command line, files and the app spell them: "rsvd:k=10,solver=als"."""

import ast
from collections.abc import Mapping
from dataclasses import fields
from importlib import import_module
from typing import Any

from recsys.models.base import Recommender
from recsys.models.checks import kinds_of
from recsys.refusal import BadParameter

# name: module and class; imported when asked for.
MODELS: Mapping[str, str] = {
    "random": "chance:Random",
    "popular": "popular:Popular",
    "popular-rated": "popular_rated:PopularRated",
    "ubcf": "ubcf:UBCF",
    "ibcf": "ibcf:IBCF",
    "itemknn": "itemknn:ItemKNN",
    "svd": "svd:TruncatedSVD",
    "svdf": "svdf:SVDF",
    "als": "als:ALS",
    "rsvd": "rsvd:RSVD",
    "rsvd-split": "rsvd:RSVDSplit",
    "biasmf": "biasmf:BiasMF",
    "ials": "ials:IALS",
    "ease": "ease:EASE",
    "blend": "blend:Blend",
    "visual": "visual:VisualColdStart",
    "vbpr": "vbpr:VBPR",
    "content": "content:Content",
}


def model_class(name: str) -> type[Recommender]:
    """The class of a model.

    Raises:
        BadParameter: no such model; all names are listed.
    """
    if name not in MODELS:
        raise BadParameter(f"there is no model {name!r}; there are {', '.join(MODELS)}")
    module, attribute = MODELS[name].split(":")
    found: type[Recommender] = getattr(import_module(f"recsys.models.{module}"), attribute)
    return found


def make(spec: str, **more: Any) -> Recommender:
    """A model from its name and parameters, not yet fitted.

    Args:
        spec: "name" or "name:parameter=value,parameter=value".
        more: parameters, such as dtype, where the spec does not say them itself.

    Raises:
        BadParameter: an unknown name, parameter or value; it is named.
    """
    name, _, rest = spec.partition(":")
    model = model_class(name)()
    kinds = {field.name: kinds_of(field.type) for field in fields(model)}
    pairs = [_pair(part, spec, kinds) for part in _parts(rest)]
    said = dict(pairs)
    if len(said) < len(pairs):
        twice = next(name for name in said if [other for other, _ in pairs].count(name) > 1)
        raise BadParameter(f"{spec!r} says {twice} twice")
    return model.set_params(**{**more, **said})


def _parts(text: str) -> list[str]:
    """What stands between commas, but for those within brackets or quotes: parts=('a:k=1,l=2','b'),w=1."""
    parts, depth, quote = [""], 0, ""
    for letter in text:
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        depth += 0 if quote else (letter in "([{") - (letter in ")]}")
        if letter == "," and not depth and not quote:
            parts.append("")
        else:
            parts[-1] += letter
    return [part for part in parts if part]


def _pair(part: str, spec: str, kinds: Mapping[str, set[Any]]) -> tuple[str, Any]:
    name, equals, text = (word.strip() for word in part.partition("="))
    if not equals:
        raise BadParameter(f"{part!r} in {spec!r} is not parameter=value")
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return name, text
    # rules=2014 means the text "2014" where only text is known
    numbers = kinds.get(name, set()) & {int, float, bool}
    as_text = str in kinds.get(name, set()) and not numbers and isinstance(value, (int, float))
    return name, text if as_text else value
