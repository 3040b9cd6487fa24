"""How often a list hits, and how high: HR and ARHR as bars, best first."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from recsys.plots.labels import grid_only
from recsys.plots.look import INK, SERIES, SOFT, Canvas, short

THICK = 0.36


def hits(document: Mapping[str, Any], canvas: Canvas) -> None:
    """A pair of bars for each model, with intervals."""
    n = str(document["main_n"])
    models = sorted(document["models"], key=lambda model: -(model["at"][n]["hr"]["mean"] or 0.0))
    canvas.figure.set_size_inches(canvas.figure.get_figwidth(), 1.1 + 0.46 * len(models))
    left = 0.36 if canvas.narrow else 0.3
    bottom = 0.62 / canvas.figure.get_figheight()
    axes = canvas.figure.add_axes(
        (left, bottom, 0.97 - left, 1 - bottom - 0.42 / canvas.figure.get_figheight())
    )
    places = np.arange(len(models))
    for shift, metric, colour in ((-THICK / 2, "hr", SERIES[0]), (THICK / 2, "arhr", SERIES[4])):
        _bars(axes, [model["at"][n][metric] for model in models], places + shift, colour)
    longest = max((model["at"][n]["hr"]["high"] or 0.0 for model in models), default=1.0)
    axes.set(xlim=(0, 1.2 * longest or 1), ylim=(len(models) - 0.4, -0.6))
    axes.set_yticks(
        places, [short(model["spec"], 17 if canvas.narrow else 34) for model in models], color=INK
    )
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    grid_only(axes, "x")
    axes.set_xlabel(
        "share of users" if canvas.narrow else "share of users with a hit; mean reciprocal rank of hits"
    )
    _key(axes, n)
    told = ", ".join(f"{m['spec']} {_said(m['at'][n]['hr'])} and {_said(m['at'][n]['arhr'])}" for m in models)
    canvas.tell(f"Hits: HR@{n} and ARHR@{n}", f"Two bars for each model with 95 % intervals: {told}.")


def _bars(axes: Any, values: list[Mapping[str, Any]], places: Any, colour: str) -> None:
    for value, place in zip(values, places.tolist(), strict=True):
        if value["mean"] is None:
            axes.text(0, place, " no value", va="center", color=SOFT, fontsize=8)
            continue
        axes.barh(place, value["mean"], height=THICK, color=colour)
        ends = [value[end] if value[end] is not None else value["mean"] for end in ("low", "high")]
        axes.plot(ends, [place, place], color=INK, linewidth=0.9, marker="|", markersize=4)
        axes.annotate(
            f"{value['mean']:.3f}",
            (ends[1], place),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
            color=SOFT,
        )


def _key(axes: Any, n: str) -> None:
    """Which bar is which, in its colour, above the bars."""
    for x, text, colour in ((0, f"■ HR@{n}", SERIES[0]), (70, f"■ ARHR@{n}", SERIES[4])):
        axes.annotate(
            text, (0, 1), xytext=(x, 7), xycoords="axes fraction", textcoords="offset points", color=colour
        )


def _said(value: Mapping[str, Any]) -> str:
    return "none" if value["mean"] is None else f"{value['mean']:.3f}"
