"""`{% chart plot %}`: a plot as drawn numbers, with the same numbers as a table and as a download."""

from collections.abc import Sequence
from typing import Any

from django import template

from truther.web import geometry, plots
from truther.web.plots import Number, Place, Plot

register = template.Library()


@register.inclusion_tag("control/_chart.html")
def chart(plot: Plot, csv: str = "") -> dict[str, Any]:
    """Draw a plot under its title; `csv` is the address of its download, if there is one."""
    rows = [_written(plot, place, values) for place, values in plot.rows]
    return {
        "plot": plot,
        "drawing": None if plot.empty else geometry.draw(plot),
        "height": geometry.HEIGHT,
        "summary": plots.summary(plot),
        "rows": rows if isinstance(next(iter(plot.places), ""), str) else rows[::-1],  # the last day first
        "csv": csv,
    }


def _written(plot: Plot, place: Place, values: Sequence[Number]) -> tuple[str, list[str]]:
    return plots.named(place), [plots.long(value, share=plot.share) for value in values]
