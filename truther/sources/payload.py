"""Payloads as they came, changed only where a database could not hold them."""

import json
import math
from collections.abc import Mapping
from typing import Any

from truther.sources.posts import PostRefused

MAX_BYTES = 1_000_000
MAX_DEPTH = 60  # MongoDB stops at 100 levels
INT64 = 2**63
NOT_TEXT = dict.fromkeys([0, *range(0xD800, 0xE000)], "\N{REPLACEMENT CHARACTER}")  # NUL, lone surrogates


def parse(data: bytes) -> dict[str, Any]:
    """Return the JSON object in these bytes, made storable.

    Raises:
        PostRefused: it is not one JSON object in UTF-8, or too large or too deep to be stored.
    """
    if len(data) > MAX_BYTES:
        raise PostRefused(f"larger than {MAX_BYTES:,} bytes")
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise PostRefused("not UTF-8") from error
    except RecursionError as error:
        raise PostRefused(f"nested deeper than {MAX_DEPTH} levels") from error
    except ValueError as error:
        raise PostRefused(f"not JSON ({error})") from error
    if not isinstance(found, dict):
        raise PostRefused("not a JSON object")
    return storable(found)


def storable(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return a payload both databases hold and give back alike.

    Texts lose NUL and lone surrogates, numbers that do not fit become texts, keys become texts.

    Raises:
        PostRefused: it is larger than a megabyte or nested too deep.
    """
    clean: dict[str, Any] = _clean(payload, 0)
    if len(json.dumps(clean, ensure_ascii=False).encode()) > MAX_BYTES:
        raise PostRefused(f"larger than {MAX_BYTES:,} bytes")
    return clean


def _clean(value: Any, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise PostRefused(f"nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, Mapping):
        return {_key(key): _clean(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item, depth + 1) for item in value]
    if isinstance(value, str):
        return value.translate(NOT_TEXT)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, int) and not -INT64 <= value < INT64:
        return f"{value:#x}"  # decimal is refused by Python beyond 4,300 digits
    return value


def _key(key: object) -> str:
    """MongoDB reads $ and . in keys as operators and paths: their wide twins say the same to people."""
    return str(key).translate(NOT_TEXT | {ord("$"): "＄", ord("."): "．"})
