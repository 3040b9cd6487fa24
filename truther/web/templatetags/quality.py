"""How the quality page writes what was measured: never a share without its interval and count."""

from django import template

from truther.models.quality.accuracy import Accuracy
from truther.rules.quality import Difference, Interval, Share

register = template.Library()


@register.filter
def precisely(share: float | None) -> str:
    """Return a share as per cent with one digit behind the point; a dash when there is none."""
    return "–" if share is None else f"{100 * share:.1f}%"


@register.filter
def between(interval: Interval) -> str:
    """Return an interval of a share: 93.1 to 98.4%."""
    return f"{100 * interval.low:.1f} to {100 * interval.high:.1f}%"


@register.filter
def with_interval(measured: Share | Accuracy) -> str:
    """Return a share with its 95 % interval: 96.2% (93.1 to 98.4%); a dash when nothing was measured."""
    value = measured.share.value if isinstance(measured, Accuracy) else measured.value
    return "–" if value is None else f"{precisely(value)} ({between(measured.interval)})"


@register.filter
def p_value(p: float) -> str:
    """Return a p-value: .34, or less than .001."""
    return "p < .001" if p < 0.001 else f"p = {p:.3f}".replace("0.", ".")


@register.filter
def longer(difference: Difference) -> str:
    """Return a difference with its 95 % interval: +2.1 (-0.4 to +4.6)."""
    low, high = difference.interval
    return f"{difference.value:+.1f} ({low:+.1f} to {high:+.1f})"
