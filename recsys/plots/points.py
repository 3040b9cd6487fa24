"""Quality against time: what a model costs and what its lists are worth."""

from collections.abc import Mapping
from typing import Any

from recsys.plots.labels import Label, name_beside
from recsys.plots.look import Canvas, short, styles


def quality_time(document: Mapping[str, Any], canvas: Canvas) -> None:
    """NDCG with intervals over the CPU seconds of a fit and of all lists, on a logarithmic axis."""
    n = str(document["main_n"])
    axes = canvas.figure.add_axes((0.14, 0.1, 0.47, 0.86) if canvas.narrow else (0.08, 0.1, 0.61, 0.86))
    labels, told = [], []
    looks = styles(document)
    for model in document["models"]:
        value, seconds = model["at"][n]["ndcg"], cpu_seconds(model)
        if value["mean"] is None:
            continue
        style = looks[model["spec"]]
        if value["low"] is not None:
            axes.plot([seconds] * 2, [value["low"], value["high"]], color=style["color"], linewidth=1.4)
        axes.plot(
            seconds, value["mean"], color=style["color"], marker=style["marker"], markersize=6, clip_on=False
        )
        name = short(model["spec"], 19 if canvas.narrow else 34)
        labels.append(Label(name, (seconds, value["mean"]), style["color"]))
        told.append(f"{model['spec']} {value['mean']:.3f} in {seconds:.2g} s")
    axes.set_xscale("log")
    axes.set(xlabel="CPU seconds, fit and lists", ylabel=f"NDCG@{n}", ylim=(0, None))
    axes.margins(x=0.08)
    axes.minorticks_off()
    axes.xaxis.set_major_formatter(lambda seconds, _: f"{seconds:g}")
    if labels:
        name_beside(axes, labels, size=8.2 if canvas.narrow else 9.2)
    canvas.tell(
        f"Quality against time: NDCG@{n} and CPU seconds",
        f"A point with its 95 % interval for each model; "
        f"higher and further left is better: {', '.join(told)}.",
    )


def cpu_seconds(model: Mapping[str, Any]) -> float:
    """Of a fit and of the lists of one run; at least 0.1 ms, as clocks are coarse."""
    return max(1e-4, float(model["cpu_seconds"]["fit"] + model["cpu_seconds"]["predict"]))
