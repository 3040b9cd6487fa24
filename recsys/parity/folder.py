"""A folder in the parity format: ratings.csv, metrics.json and expected/<METHOD>/*.csv."""

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from recsys.data import Interactions, interactions
from recsys.refusal import BadFile

Array = NDArray[Any]
Row = Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Ranking:
    """Lists by row: what stands at each rank, and with which score; rows may differ in length."""

    columns: Sequence[Array]  # of (n,) int
    scores: Sequence[Array]  # of (n,) float


@dataclass(frozen=True, eq=False)
class Folder:
    """What a parity folder holds. Row b of every (B, I) array is test user b, counted from the first."""

    path: Path
    train: Interactions  # (U, I) float64
    known: csr_array  # (B, I) what test users show
    unknown: csr_array  # (B, I) what is hidden
    metrics: Mapping[str, Any]  # metrics.json as it is

    @property
    def methods(self) -> list[str]:
        """Every method with answers, in alphabetical order."""
        return sorted(path.name for path in (self.path / "expected").iterdir() if path.is_dir())

    @property
    def first(self) -> int:
        """The number of the first test user."""
        return self.train.n_users

    def cells(self, method: str, column: str, file: str = "ratings.csv") -> Array:
        """(B, I) one column of numbers by test user and item, NaN for NA and for pairs not given."""
        return self._grid(
            self.rows(method, file, "user", "item", column), column, self.known.shape, self.first
        )

    def train_cells(self, method: str) -> Array | None:
        """(U, I) the fit of train users where the folder gives it."""
        if not self.has(method, "train_fit.csv"):
            return None
        rows = self.rows(method, "train_fit.csv", "user", "item", "fitted")
        return self._grid(rows, "fitted", self.train.csr.shape, 0)

    def ranking(self, method: str, file: str, what: str, score: str) -> Ranking:
        """For each test user, one column in the order of `rank`, with its scores."""
        found: list[list[tuple[int, int, float]]] = [[] for _ in range(self.known.shape[0])]
        for row in self.rows(method, file, "user", "rank", what, score):
            found[int(row["user"]) - self.first].append(
                (int(row["rank"]), int(row[what]), number(row[score]))
            )
        ordered = [sorted(one) for one in found]
        columns = [np.array([place[1] for place in one], int) for one in ordered]
        return Ranking(columns, [np.array([place[2] for place in one], float) for one in ordered])

    def item_factors(self, method: str) -> Array:
        """(I, k) the factors that the original began with; the file has a row for each factor."""
        rows = self.rows(method, "initial_item_factors.csv", "factor")
        names = [str(item) for item in range(self.train.n_items)]
        return np.array([[number(row[name]) for row in rows] for name in names])

    def has(self, method: str, file: str) -> bool:
        """Whether the folder gives this about a method."""
        return (self.path / "expected" / method / file).is_file()

    def rows(self, method: str, file: str, *columns: str) -> list[Row]:
        """All rows of a method's file.

        Raises:
            BadFile: it is missing or lacks a column.
        """
        return _rows(self.path / "expected" / method / file, *columns)

    @staticmethod
    def _grid(rows: Sequence[Row], column: str, shape: tuple[int, int], first: int) -> Array:
        grid = np.full(shape, np.nan)
        for row in rows:
            grid[int(row["user"]) - first, int(row["item"])] = number(row[column])
        return grid


def read(path: Path) -> Folder:
    """Read a folder's ratings and metrics; the answers are read when they are asked for.

    Raises:
        BadFile: a file is missing or lacks a column, or the parts are not train, known and unknown.
    """
    for file in ("ratings.csv", "metrics.json"):
        if not (path / file).is_file():
            raise BadFile(f"there is no file {path / file}: a parity folder has ratings.csv and metrics.json")
    if not (path / "expected").is_dir():
        raise BadFile(f"there is no folder {path / 'expected'}: it holds the answers to compare with")
    metrics = json.loads((path / "metrics.json").read_text())
    rows = _rows(path / "ratings.csv", "user", "item", "rating", "part")
    odd = {row["part"] for row in rows} - {"train", "known", "unknown"}
    if odd:
        raise BadFile(f"{path / 'ratings.csv'} has the part {min(odd)!r}: train, known or unknown")
    (first, last), items = metrics["test_users"], range(metrics["n_items"])
    train = _part(rows, "train", range(first), items)
    test = range(first, last + 1)
    known, unknown = (_part(rows, part, test, items).csr for part in ("known", "unknown"))
    return Folder(path, train, known, unknown, metrics)


def number(text: str) -> float:
    """A number as R writes it."""
    return float("nan") if text in ("NA", "NaN") else float(text)


def _part(rows: Sequence[Row], part: str, users: range, items: range) -> Interactions:
    some = [row for row in rows if row["part"] == part]
    columns = ([int(row["user"]) for row in some], [int(row["item"]) for row in some])
    values = [float(row["rating"]) for row in some]
    return interactions(*columns, values, users=users, items=items, dtype="float64")


def _rows(path: Path, *columns: str) -> list[Row]:
    if not path.is_file():
        raise BadFile(f"there is no file {path}")
    with path.open(newline="") as lines:
        reader = csv.DictReader(lines)
        missing = [name for name in columns if name not in (reader.fieldnames or ())]
        if missing:
            raise BadFile(f"{path} has no column {missing[0]!r}")
        return list(reader)
