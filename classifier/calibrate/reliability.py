"""Is the model as sure as it is right? As numbers and as a drawing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from classifier.calibrate.links import Bools, Floats
from classifier.runs import write_whole

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Photos whose confidence lies in [low, high), and in the last bin also at 1."""

    low: float
    high: float
    n: int
    confidence: float | None  # mean; None of no photo
    accuracy: float | None


def reliability(confidence: Floats, correct: Bools, bins: int = BINS) -> tuple[Bin, ...]:
    """Confidence and accuracy in equally wide bins; both arrays are (N,)."""
    place = (confidence * bins).astype(int).clip(0, bins - 1)
    found = []
    for number in range(bins):
        inside = place == number
        n = int(inside.sum())
        means = (float(confidence[inside].mean()), float(correct[inside].mean())) if n else (None, None)
        found.append(Bin(number / bins, (number + 1) / bins, n, *means))
    return tuple(found)


def draw_reliability(path: Path, title: str, series: Mapping[str, Sequence[Bin]]) -> None:
    """Write an SVG: accuracy over confidence, a line per series, and below how many photos each bin has.

    The same numbers give the same bytes.
    """
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    with mpl.rc_context({"svg.hashsalt": "reliability", "svg.fonttype": "none", "font.size": 9}):
        figure, (above, below) = plt.subplots(
            2, 1, figsize=(4.2, 5), sharex=True, height_ratios=(4, 1), layout="constrained"
        )
        above.plot([0, 1], [0, 1], color="0.6", linewidth=1, linestyle="--", label="as sure as right")
        for (name, bins), mark in zip(series.items(), "os^dvx", strict=False):
            filled = [each for each in bins if each.n]
            above.plot(
                [each.confidence for each in filled],
                [each.accuracy for each in filled],
                marker=mark,
                label=name,
            )
            below.step([each.low for each in bins], [each.n for each in bins], where="post", label=name)
        above.set(xlim=(0, 1), ylim=(0, 1), ylabel="share that is right", title=title)
        above.legend(frameon=False, loc="upper left")
        below.set(xlabel="confidence", ylabel="photos")
        _write(path, figure)
        plt.close(figure)


def _write(path: Path, figure: object) -> None:
    from io import BytesIO

    content = BytesIO()
    figure.savefig(content, format="svg", metadata={"Date": None})  # type: ignore[attr-defined]
    write_whole(path, content.getvalue())
