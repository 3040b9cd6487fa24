"""The tables of `bench clothing`, and its sheet of errors."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from classifier.bench.clothing.given import Given
from classifier.tables import Row, Value


def title(given: Given) -> str:
    rows, photos = given.key["tested"], given.photos
    how = f"{given.key['folds']} folds by sender" if given.options.data else "another folder's senders"
    return f"Dress or not: {rows} photos tested, {photos.dress.sum()} dresses in all, {how}"


def summary_row(name: str, results: Sequence[dict[str, Any]]) -> Row:
    row: dict[str, Value] = {"method": name, "seeds": len(results)}
    for key in ("AUROC", "AP", "FPR@95", "ECE"):
        row[key] = float(np.mean([result[key] for result in results]))
    spread = [result["AUROC"] for result in results]
    row["AUROC sd"] = float(np.std(spread, ddof=1)) if len(spread) > 1 else None
    return row | {"CPU s": float(np.mean([result["cpu_s"] for result in results]))}


def difference_rows(given: Given, found: dict[str, list[dict[str, Any]]]) -> list[Row]:
    from classifier.bench.clothing.dress_or_not import auroc_difference
    from classifier.bench.clothing.photos import rows_of

    rows = rows_of(given.deals[0])
    dress, senders = given.photos.dress[rows], given.photos.senders[rows]
    scores = {name: [np.array(one["p_dress"]) for one in results] for name, results in found.items()}
    frozen = f"frozen {given.options.features} + logistic"
    told: list[Row] = []
    for name in scores:
        if name != frozen:
            gap = auroc_difference(scores[name], scores[frozen], dress, senders)
            told.append({"method": name, "difference": gap.mean, "low": gap.low, "high": gap.high})
    return told


def class_rows(classes: dict[str, Any]) -> list[Row]:
    """For each class its recall, precision, and what it is taken for most often."""
    names, counts = classes["classes"], np.array(classes["counts"])
    rows: list[Row] = []
    for row in np.argsort(-counts.sum(axis=1), kind="stable"):
        total, found, right = int(counts[row].sum()), int(counts[:, row].sum()), int(counts[row, row])
        wrong = counts[row].copy()
        wrong[row] = 0
        taken = f"{names[wrong.argmax()]} ({wrong.max()})" if wrong.any() else ""
        recall, precision = (right / n if n else None for n in (total, found))
        rows.append({"class": names[row], "photos": total, "recall": recall, "precision": precision,
                     "most often taken for": taken})  # fmt: skip
    return rows


def write_errors(given: Given, found: dict[str, list[dict[str, Any]]], across: int = 10) -> int:
    """The worst errors of the frozen network: what it takes for dresses, and dresses that it misses."""
    from classifier.bench.clothing.photos import rows_of
    from classifier.bench.clothing.sheet import Tile, write_sheet

    [result, *_] = found[f"frozen {given.options.features} + logistic"]
    rows, p_dress = rows_of(given.deals[0]), np.array(result["p_dress"])
    photos, order = given.photos, np.argsort(-p_dress)
    taken = [place for place in order if not photos.dress[rows[place]]][: 2 * across]
    missed = [place for place in order[::-1] if photos.dress[rows[place]]][: 2 * across]

    def tiles(places: list[Any]) -> list[Tile]:
        return [Tile(photos.images[rows[n]], f"{photos.labels[rows[n]]} {p_dress[n]:.2f}") for n in places]

    lines = [
        ("taken for a dress, P(dress) below each", tiles(taken[:across])),
        ("", tiles(taken[across:])),
        ("dresses that were missed", tiles(missed[:across])),
        ("", tiles(missed[across:])),
    ]
    return write_sheet(given.options.sheet, lines)
