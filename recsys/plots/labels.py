"""Labels at the lines themselves: names in a column beside the plot, numbers along the curves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from recsys.plots.look import CARD, LINE, SOFT

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Label:
    """A name, the point that it names (in data), and its colour."""

    text: str
    at: Point
    colour: str


def apart(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places near the wanted ones, in their order, at least a gap apart, within bounds where they fit.

    Neighbours that are too close form a block that stands where its members wanted to on average.
    """
    order = np.argsort(np.asarray(wanted), kind="stable")
    gap = min(gap, (high - low) / max(1, len(order) - 1))
    blocks: list[list[Any]] = []  # [sum of wanted starts, members]
    for place, row in enumerate(order.tolist()):
        blocks.append([wanted[row] - place * gap, [row]])
        while len(blocks) > 1 and _start(blocks[-2]) > _start(blocks[-1]):
            total, members = blocks.pop()
            blocks[-1] = [blocks[-1][0] + total, blocks[-1][1] + members]
    top = high - (len(order) - 1) * gap
    answer, place = [0.0] * len(order), 0
    for block in blocks:
        for row in block[1]:
            answer[row] = min(max(_start(block), low), top) + place * gap
            place += 1
    return answer


def name_beside(axes: Any, labels: Sequence[Label], *, size: float) -> None:
    """Write names in a column right of the axes, each joined to its point by a thin line."""
    points = axes.transData.transform([label.at for label in labels])
    places = axes.transAxes.inverted().transform(points)
    height = axes.bbox.height / axes.figure.dpi * 72  # in points
    for label, y in zip(labels, apart(places[:, 1].tolist(), 1.32 * size / height, 0.01, 0.99), strict=True):
        axes.annotate(
            label.text,
            xy=label.at,
            xytext=(1.035, y),
            textcoords="axes fraction",
            color=label.colour,
            fontsize=size,
            va="center",
            annotation_clip=False,
            arrowprops={
                "arrowstyle": "-",
                "color": SOFT,
                "linewidth": 0.5,
                "alpha": 0.7,
                "shrinkA": 1,
                "shrinkB": 4,
            },
        )


Curve = tuple[Sequence[tuple[str, Point]], str]  # numbers with their points, and the curve's colour


def number_along(axes: Any, curves: Sequence[Curve], *, size: float, side: str) -> None:
    """Write numbers at points, those of earlier curves first; one that would cover another is left out.

    Args:
        side: left above a rising curve, right above a falling one.
    """
    taken: list[tuple[float, float]] = []
    scale = 72 / axes.figure.dpi
    for curve, colour in curves:
        for text, point in curve:
            x, y = (axes.transData.transform(point) * scale).tolist()
            if any(abs(x - a) < 2.1 * size and abs(y - b) < 1.5 * size for a, b in taken):
                continue
            taken.append((x, y))
            axes.annotate(
                text,
                xy=point,
                xytext=(-4 if side == "left" else 3, 4),
                textcoords="offset points",
                fontsize=size,
                color=colour,
                ha="right" if side == "left" else "left",
                bbox={"facecolor": CARD, "edgecolor": "none", "alpha": 0.75, "pad": 0.4},
                zorder=5,
            )


def grid_only(axes: Any, which: str) -> None:
    """Keep the lines of one axis."""
    axes.grid(visible=False)
    axes.grid(visible=True, axis=which, color=LINE)


def _start(block: list[Any]) -> float:
    return float(block[0]) / len(block[1])
