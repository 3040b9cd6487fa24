"""Draw a small table of ratings and write what the reference says of it, in the parity format.

`python -m tests.unit.recsys.parity.writing FOLDER` writes it anew.
"""

import csv
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.unit.recsys.parity import judged, reference

Array = NDArray[Any]
USERS, ITEMS, TRAIN, GIVEN, GOOD, LENGTHS = 24, 16, 19, 6, 4, (1, 3, 5)
CONSTANT, NEVER = 4, 2  # the train user who rates everything alike, the item that no train user rates
PARAMETERS = {
    "UBCF": {"nn": 8},
    "UBCF_2014": {"nn": 8},
    "UBCF_2014_newproxy": {"nn": 8},
    "IBCF": {"k": 6},
    "SVDF": {"k": 3},
}
RSVD = {"k": 2, "lam": 2.0}


def drawn(seed: int) -> tuple[Array, Array, Array]:
    """Train, known and unknown ratings 1 to 5 of invented users with two tastes; NaN for gaps."""
    random = np.random.default_rng(seed)
    taste = random.standard_normal((USERS, 2)) @ random.standard_normal((2, ITEMS))
    level = random.normal(3, 0.5, (USERS, 1)) + random.normal(0, 0.5, ITEMS)
    table = np.clip(np.round(level + taste + random.normal(0, 0.4, taste.shape)), 1, 5)
    table[random.random(table.shape) > 0.7] = np.nan
    table[CONSTANT][~np.isnan(table[CONSTANT])] = 3
    table[:TRAIN, NEVER] = np.nan
    train, test = table[:TRAIN], table[TRAIN:]
    known = np.full(test.shape, np.nan)
    for row, values in enumerate(test):
        there = [item for item in np.flatnonzero(~np.isnan(values)) if item != NEVER]
        shown = random.permutation(there)[:GIVEN]
        known[row, shown] = values[shown]
    return train, known, np.where(np.isnan(known), test, np.nan)


class Writer:
    """Puts answers into a folder and gathers what goes into metrics.json."""

    def __init__(self, folder: Path, train: Array, known: Array, unknown: Array) -> None:
        self.folder, self.train, self.known, self.unknown = folder, train, known, unknown
        self.methods: dict[str, Any] = {}

    def answers(self, method: str, fitted: Array, order: Array | None = None, *, blank: bool = False) -> None:
        """Predictions, lists and their metrics; order: what lists go by; blank: no fitted values are told."""
        predictions = np.where(np.isnan(self.known), fitted, np.nan)
        order = fitted if order is None else np.where(np.isnan(fitted), np.nan, order)
        lists = judged.best(order, self.known, LENGTHS[-1])
        cells = (
            (TRAIN + row, item, self._part(row, item), predictions[row, item], np.nan if blank else value)
            for (row, item), value in np.ndenumerate(fitted)
        )
        self.table(method, "ratings.csv", "user,item,part,prediction,fitted", cells)
        self.ranked(
            method,
            "topn.csv",
            "item,score",
            [[(i, fitted[row, i]) for i in one] for row, one in enumerate(lists)],
        )
        topn = {
            str(n): self._by_user(judged.of_lists([one[:n] for one in lists], self.known, self.unknown, GOOD))
            for n in LENGTHS
        }
        ratings = self._by_user(judged.of_ratings(predictions, self.unknown))
        self.methods[method] = {"ratings": ratings, "topn": topn}

    def ranked(
        self, method: str, file: str, columns: str, lists: Sequence[Sequence[tuple[int, float]]]
    ) -> None:
        """A file with one row for each place of each test user."""
        rows = [
            (TRAIN + user, rank + 1, *pair) for user, one in enumerate(lists) for rank, pair in enumerate(one)
        ]
        self.table(method, file, f"user,rank,{columns}", rows)

    def table(self, method: str, file: str, header: str, rows: Iterable[Sequence[Any]]) -> None:
        """One file of a method."""
        directory = self.folder / "expected" / method
        directory.mkdir(parents=True, exist_ok=True)
        write(directory / file, header, rows)

    def _part(self, row: int, item: int) -> str:
        if not np.isnan(self.known[row, item]):
            return "known"
        return "unrated" if np.isnan(self.unknown[row, item]) else "unknown"

    @staticmethod
    def _by_user(found: dict[str, Any]) -> dict[str, Any]:
        return {**found, "by_user": {str(TRAIN + row): one for row, one in enumerate(found["by_user"])}}


def write(path: Path, header: str, rows: Iterable[Sequence[Any]]) -> None:
    """A CSV file; numbers keep all their digits, NaN is NA."""
    with path.open("w", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(header.split(","))
        for row in rows:
            lines.writerow([_text(cell) for cell in row])


def _text(cell: Any) -> str:
    if isinstance(cell, float):
        return "NA" if np.isnan(cell) else f"{cell:.17g}"
    return str(cell)


def write_folder(folder: Path, seed: int = 5) -> None:
    """The whole folder: ratings.csv, expected/ and metrics.json."""
    train, known, unknown = drawn(seed)
    writer = Writer(folder, train, known, unknown)
    costs = _methods(writer)
    parts = {"train": (train, 0), "known": (known, TRAIN), "unknown": (unknown, TRAIN)}
    rows = [
        (first + row, item, int(value), part)
        for part, (table, first) in parts.items()
        for (row, item), value in np.ndenumerate(table)
        if not np.isnan(value)
    ]
    write(folder / "ratings.csv", "user,item,rating,part", rows)
    document = {
        "given": GIVEN,
        "good_rating": GOOD,
        "n_items": ITEMS,
        "train_users": [0, TRAIN - 1],
        "test_users": [TRAIN, USERS - 1],
        "parameters": PARAMETERS,
        "methods": writer.methods,
        "rsvd": costs,
        "leave_one_out": {"POPULAR": _left_out(writer, None), "SVD_k3": _left_out(writer, 3)},
    }
    (folder / "metrics.json").write_text(json.dumps(document, indent=1) + "\n")


def _methods(writer: Writer) -> dict[str, Any]:
    train, known = writer.train, writer.known
    fitted, sums, averages = reference.popular(train, known)
    writer.answers("POPULAR", fitted, np.broadcast_to(sums, fitted.shape))
    counts = (~np.isnan(train)).sum(axis=0)
    rows = zip(range(ITEMS), counts, sums, averages, strict=True)
    writer.table("POPULAR", "popularity.csv", "item,count,sum_centred,mean_centred", rows)
    for method, norms, old in (
        ("UBCF", "corated", False),
        ("UBCF_2014", "full", True),
        ("UBCF_2014_newproxy", "corated", True),
    ):
        fitted, near = reference.ubcf(train, known, norms=norms, old=old, **PARAMETERS[method])
        writer.answers(method, fitted, blank=old)
        writer.ranked(method, "neighbours.csv", "neighbour,similarity", near)
    writer.answers("IBCF", reference.ibcf(train, known, **PARAMETERS["IBCF"]))
    for k in (3, 5):
        fitted, strengths = reference.svd(train, known, k=k)
        writer.answers(f"SVD_k{k}", fitted)
        writer.methods[f"SVD_k{k}"]["singular_values"] = strengths.tolist()
    writer.answers("SVDF", reference.svdf(train, known, **PARAMETERS["SVDF"]))
    _als(writer)
    return _rsvd(writer)


def _als(writer: Writer) -> None:
    table = np.vstack([writer.train, writer.known])
    counts = (~np.isnan(table)).sum(axis=0)
    means = np.nansum(table, axis=0) / np.maximum(counts, 1)
    means[counts == 0] = means[counts > 0].mean()
    start = np.column_stack([means, 1e-4 * np.random.default_rng(0).random((ITEMS, 2))])
    header = ",".join(["factor", *map(str, range(ITEMS))])
    writer.table(
        "ALS", "initial_item_factors.csv", header, [(f, *column) for f, column in enumerate(start.T)]
    )
    writer.answers("ALS", reference.als(writer.train, writer.known, start=start))


def _rsvd(writer: Writer) -> dict[str, Any]:
    train, known = writer.train, writer.known
    users, items, split = reference.lowest(train, **RSVD)
    writer.answers("RSVD_SPLIT", reference.ridges(known, items, RSVD["lam"]) @ items.T)
    fits = ((user, item, value) for (user, item), value in np.ndenumerate(users @ items.T))
    writer.table("RSVD_SPLIT", "train_fit.csv", "user,item,fitted", fits)
    users, items, whole = reference.lowest(np.vstack([train, known]), **RSVD)
    writer.answers("RSVD", users[TRAIN:] @ items.T)
    facts = {"categories": RSVD["k"], "lambda": RSVD["lam"]}
    return {
        "RSVD_SPLIT": {**facts, "best_J": min(split), "J": split},
        "RSVD": {**facts, "best_J": min(whole), "J": whole},
    }


def _left_out(writer: Writer, k: int | None) -> dict[str, Any]:
    """Hide each test user's last item, show all others; k: of an SVD, None: POPULAR."""
    shown = np.where(np.isnan(writer.known), writer.unknown, writer.known)
    hidden = [int(np.flatnonzero(~np.isnan(row))[-1]) for row in shown]
    ratings = [int(row[item]) for row, item in zip(shown, hidden, strict=True)]
    shown[np.arange(len(shown)), hidden] = np.nan
    if k is None:
        fitted, sums, _ = reference.popular(writer.train, shown)
        order = np.where(np.isnan(fitted), np.nan, sums)
    else:
        order = reference.svd(writer.train, shown, k=k)[0]
    lists = judged.best(order, shown, LENGTHS[-1])
    return {"n": LENGTHS[-1], **judged.of_one_hidden(lists, hidden, ratings, TRAIN)}


if __name__ == "__main__":
    write_folder(Path(sys.argv[1]))
