"""Curves over the length of lists: ROC, and precision against recall; each point says its n."""

from collections.abc import Mapping
from typing import Any

from recsys.plots.labels import Label, name_beside, number_along
from recsys.plots.look import Canvas, short, styles


def roc(document: Mapping[str, Any], canvas: Canvas) -> None:
    """True against false positive rate for growing lists."""
    _curves(document, canvas, "roc", ("fpr", "false positive rate"), ("tpr", "true positive rate"))
    ns = document["ns"]
    canvas.tell(
        "ROC: true against false positives",
        f"One curve for each model, a point for each length of list from {ns[0]} to {ns[-1]}; "
        f"higher and further left is better. {_order(document, 'tpr')}",
    )


def precision_recall(document: Mapping[str, Any], canvas: Canvas) -> None:
    """Precision against recall for growing lists."""
    _curves(document, canvas, "precision_recall", ("recall", "recall"), ("precision", "precision"))
    ns = document["ns"]
    canvas.tell(
        "Precision against recall",
        f"One curve for each model, a point for each length of list from {ns[0]} to {ns[-1]}; "
        f"higher and further right is better. {_order(document, 'precision')}",
    )


def _curves(
    document: Mapping[str, Any], canvas: Canvas, key: str, across: tuple[str, str], up: tuple[str, str]
) -> None:
    axes = canvas.figure.add_axes((0.14, 0.1, 0.47, 0.86) if canvas.narrow else (0.08, 0.1, 0.61, 0.86))
    labels, numbers = [], []
    looks = styles(document)
    for model in document["models"]:
        points = [
            (str(point["n"]), (point[across[0]], point[up[0]]))
            for point in model[key]
            if point[across[0]] is not None and point[up[0]] is not None
        ]
        if not points:
            continue
        style = looks[model["spec"]]
        xs, ys = zip(*(point for _, point in points), strict=True)
        axes.plot(xs, ys, **style, linewidth=1.6, markersize=3.6, clip_on=False)
        labels.append(Label(short(model["spec"], 19 if canvas.narrow else 34), points[-1][1], style["color"]))
        numbers.append((max(ys), (points, style["color"])))
    axes.set(xlabel=across[1], ylabel=up[1], xlim=(0, None), ylim=(0, None))
    axes.locator_params(axis="x", nbins=4 if canvas.narrow else 7)
    if labels:
        name_beside(axes, labels, size=8.2 if canvas.narrow else 9.2)
        best_first = [curve for _, curve in sorted(numbers, key=lambda one: -one[0])]
        number_along(axes, best_first, size=7.4, side="left" if key == "roc" else "right")


def _order(document: Mapping[str, Any], metric: str) -> str:
    """The models in words, best first."""
    n = str(document["main_n"])
    found = [(model["spec"], model["at"][n][metric]["mean"]) for model in document["models"]]
    known = sorted(((spec, mean) for spec, mean in found if mean is not None), key=lambda one: -one[1])
    return f"At {n}: " + ", ".join(f"{spec} {mean:.3f}" for spec, mean in known) + "."
