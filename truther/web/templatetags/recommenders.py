"""How the pages write what recommenders were measured at: a mean with its interval."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def spread(value: Mapping[str, Any] | None) -> str:
    """Return a mean with its interval, .412 (.390 to .431), or a dash."""
    if value is None or value["mean"] is None:
        return "–"
    if value["low"] is None:
        return _short(value["mean"])
    return f"{_short(value['mean'])} ({_short(value['low'])} to {_short(value['high'])})"


@register.filter
def gap(check: Mapping[str, Any] | None) -> str:
    """Return a paired difference with its interval, +.021 (+.004 to +.038), or a dash."""
    if check is None or check["difference"] is None:
        return "–"
    return f"{_short(check['difference'], '+')} ({_short(check['low'], '+')} to {_short(check['high'], '+')})"


@register.filter
def in_percent(share: float) -> str:
    """Return a share as whole percent, 12%; what is above nothing never becomes 0%."""
    return "below 1%" if 0 < share < 0.005 else f"{100 * share:.0f}%"


def _short(value: float, sign: str = "") -> str:
    return f"{value:{sign}.3f}".replace("0.", ".", 1)
