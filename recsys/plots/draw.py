"""Every plot by name, from the document of an evaluation."""

from collections.abc import Callable, Mapping
from typing import Any

from recsys.plots.bars import hits
from recsys.plots.curves import precision_recall, roc
from recsys.plots.look import Canvas
from recsys.plots.points import quality_time
from recsys.refusal import BadParameter

Document = Mapping[str, Any]
PLOTS: Mapping[str, Callable[[Document, Canvas], None]] = {
    "roc": roc,
    "precision-recall": precision_recall,
    "hits": hits,
    "quality-time": quality_time,
}


def draw(document: Document, name: str, *, narrow: bool = False) -> str:
    """One plot as SVG: text stays text, colours follow light and dark, title and description are inside.

    Args:
        narrow: for a phone, with fewer words.

    Raises:
        BadParameter: no such plot.
    """
    if name not in PLOTS:
        raise BadParameter(f"there is no plot {name!r}; there are {', '.join(PLOTS)}")
    canvas = Canvas(name, narrow=narrow, rows=len(document["models"]))
    with canvas.styled():
        PLOTS[name](document, canvas)
        return canvas.svg()


def draw_all(document: Document, *, narrow: bool = False) -> dict[str, str]:
    """All plots by name."""
    return {name: draw(document, name, narrow=narrow) for name in PLOTS}
