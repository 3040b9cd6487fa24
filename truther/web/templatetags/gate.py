"""How the pages write the gate's figures: shares as per cent, differences in points with their interval."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()
Check = Mapping[str, Any]  # as of classifier.gate.Check
WORDS = {True: "passed", False: "failed", None: "not judged"}


@register.filter
def side_of(check: Check, side: str) -> str:
    """Return one side's figure: 93.4%, 21 ms, or a dash."""
    value = check[side]
    if value is None:
        return "–"
    return f"{value:.0f} ms" if check["unit"] == "ms" else f"{100 * value:.1f}%"


@register.filter
def difference_of(check: Check) -> str:
    """Return challenger minus champion: +1.4 (0.0 to +3.1), in points or milliseconds, or a dash."""
    value, low, high = check["difference"], check["low"], check["high"]
    if value is None:
        return "–"
    if check["unit"] == "ms":
        return f"{value:+.0f} ms"
    between = "" if low is None or high is None else f" ({100 * low:+.1f} to {100 * high:+.1f})"
    return f"{100 * value:+.1f}{between}"


@register.filter
def outcome_of(check: Check) -> str:
    """Return what the gate made of it: passed, failed, not judged."""
    return WORDS[check["passed"]]


@register.filter
def first_reasons(gate: Mapping[str, Any]) -> list[str]:
    """Return the reasons that decided: what failed, or the first two."""
    failed = sum(check["passed"] is False for check in gate.get("checks", ()))
    reasons: list[str] = gate.get("reasons", [])
    return reasons[: failed or 2] if gate.get("checks") else reasons
