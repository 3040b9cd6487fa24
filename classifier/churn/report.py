"""Nights as tables and as curves."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from classifier.churn.night import Night
from classifier.runs import write_whole
from classifier.tables import Row, Table

Runs = Mapping[int, Sequence[Night]]  # by seed
SIDES: dict[
    str, tuple[str, dict[str, Any]]
] = {  # label, and how it is drawn: the one that serves is broad, as others may lie upon it
    "serving": ("serving", {"linewidth": 5, "alpha": 0.35}),
    "challenger": ("the night's challenger", {"linestyle": "--"}),
    "start": ("never trained, prototypes renewed", {}),
    "studio": ("never trained, studio shots alone", {"linestyle": ":"}),
}
PANELS = {
    "top3": "top 3",
    "cold_top3": "top 3, styles nobody verified",
    "ece": "calibration error",
    "not_dress_recall": "non-dresses recognised",
}


def night_table(nights: Sequence[Night], title: str = "Nights") -> Table:
    """A row per night: what served after it, on photos whose truth is known, and what the gate said."""
    return Table(title, [_row(night) for night in nights])


def why_table(nights: Sequence[Night]) -> Table:
    """The gate's first reason for every decision."""
    decided = [night for night in nights if night.challenger]
    return Table(
        "Why", [{"night": n.number, "decision": n.decision, "reason": (*n.reasons, "")[0]} for n in decided]
    )


def seeds_table(runs: Runs) -> Table:
    """A row per seed, and what they have in common: the mean over the nights, and the last night."""
    found = {str(seed): _summary(nights) for seed, nights in runs.items()}
    if len(found) > 1:
        names = next(iter(found.values()))
        found["mean"] = {name: _mean([summary[name] for summary in found.values()]) for name in names}
    return Table("Seeds, after the last night", [{"seed": seed, **row} for seed, row in found.items()])


def draw(path: Path, runs: Runs) -> None:
    """Write an SVG: a panel per figure, over the nights; with several seeds their mean and their range.

    Dots on the line that serves mark promotions. The same nights give the same bytes.
    """
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    with mpl.rc_context({"svg.hashsalt": "churn", "svg.fonttype": "none", "font.size": 9}):
        figure, axes = plt.subplots(2, 2, figsize=(9, 6.4), sharex=True, layout="constrained")
        for panel, (name, title) in zip(axes.flat, PANELS.items(), strict=True):
            for side in SIDES:
                if (side, name) != ("studio", "cold_top3"):  # without verified photos every style is cold
                    _line(panel, runs, side, name)
            _promotions(panel, runs, name)
            panel.set(title=title)
        for panel in axes[1]:
            panel.set(xlabel="night")
        figure.legend(
            *axes[0][0].get_legend_handles_labels(), loc="outside lower center", ncols=2, frameon=False
        )
        content = BytesIO()
        figure.savefig(content, format="svg", metadata={"Date": None})
        plt.close(figure)
    write_whole(path, content.getvalue())


def _line(panel: Any, runs: Runs, side: str, name: str) -> None:
    """The mean over the seeds that have this figure, and their range."""
    columns: dict[int, list[float]] = {}
    for night in (night for nights in runs.values() for night in nights):
        value = getattr(night.marks[side], name) if side in night.marks else None
        if value is not None:
            columns.setdefault(night.number, []).append(value)
    means = [sum(values) / len(values) for values in columns.values()]
    label, how = SIDES[side]
    [line] = panel.plot(list(columns), means, label=label, **how)
    if len(runs) > 1:
        lows, highs = ([pick(values) for values in columns.values()] for pick in (min, max))
        panel.fill_between(list(columns), lows, highs, alpha=0.15, color=line.get_color(), linewidth=0)


def _promotions(panel: Any, runs: Runs, name: str) -> None:
    """A dot for each promotion."""
    for nights in runs.values():
        crowned = [night for night in nights if night.promoted]
        heights = [getattr(night.marks["serving"], name) for night in crowned]
        panel.plot([night.number for night in crowned], heights, "o", color="C0", markersize=4)


def _row(night: Night) -> Row:
    marks, start, challenger = night.marks["serving"], night.marks["start"], night.marks.get("challenger")
    return {
        "night": night.number,
        "styles": night.styles,
        "photos": night.photos,
        "votes": round(night.votes, 2),
        "labels right": night.labels_right,
        "top 3": marks.top3,
        "cold": marks.cold_top3,
        "untrained": start.top3,
        "challenger": challenger.top3 if challenger else None,
        "ECE": marks.ece,
        "non-dress recall": marks.not_dress_recall,
        "decision": night.decision,
    }


def _summary(nights: Sequence[Night]) -> dict[str, float | int | None]:
    last, judged = nights[-1], [night for night in nights if night.challenger]
    return {
        "nights": len(judged),
        "promoted": sum(night.promoted for night in judged),
        "top 3": last.marks["serving"].top3,
        "cold": last.marks["serving"].cold_top3,
        "untrained": last.marks["start"].top3,
        "studio shots alone": last.marks["studio"].top3,
        "ECE": last.marks["serving"].ece,
        "untrained ECE": last.marks["start"].ece,
        "non-dress recall": last.marks["serving"].not_dress_recall,
        "labels right": _mean([night.labels_right for night in nights]),
        "CPU s": sum(night.cpu_s for night in nights),
    }


def _mean(values: Sequence[float | int | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
