"""Options that say which interactions, which features of items and which items may be listed."""

import argparse
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys.data import Ids, Interactions
from recsys.data.interactions import DUPLICATES
from recsys.data.reading import read_interactions
from recsys.refusal import BadFile

NONE = "none"  # for --value and --time: do not use such a column


def add_data_options(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
    """--data and the names of its columns."""
    group = parser.add_argument_group("data")
    group.add_argument(
        "--data", type=Path, required=required, metavar="FILE", help="CSV, TSV or Parquet; a row per pair"
    )
    for name, text in {
        "user": "",
        "item": "",
        "value": "; none: it happened",
        "time": "; none: none",
    }.items():
        group.add_argument(
            f"--{name}", default=name, metavar="COLUMN", help=f"column of the {name} ({name}){text}"
        )
    group.add_argument("--duplicates", choices=DUPLICATES, default="refuse", help="when a pair comes twice")
    group.add_argument("--dtype", choices=("float32", "float64"), default="float32", help="of the values")


def add_feature_option(parser: argparse.ArgumentParser) -> None:
    """--features, for models that know items by more than who had them."""
    text = "npz with items (ids) and features (n, d); items that nobody had yet join the catalogue"
    parser.add_argument("--features", type=Path, metavar="FILE", help=text)


def read_data(options: argparse.Namespace) -> tuple[Interactions, NDArray[Any] | None]:
    """The interactions, and the features (I, d) in the order of their items.

    Raises:
        BadFile: a file is missing or lacks something; BadInteractions: a row cannot be used.
    """
    data = _read(options, None)
    if getattr(options, "features", None) is None:
        return data, None
    items, vectors = _features(options.features)
    unseen = items.names[data.items.find(items.names.tolist()) < 0]
    if len(unseen):
        data = _read(options, [*data.items.names.tolist(), *unseen.tolist()])
    features = np.full((data.n_items, vectors.shape[1]), np.nan)  # a row of NaN: there is no picture
    features[data.items.rows(items.names.tolist())] = vectors
    return data, features


def read_ids(path: Path | None, ids: Ids) -> NDArray[np.int32] | None:
    """The rows of the ids that a file names, one a line; None without a file.

    Raises:
        BadFile: there is no such file; UnknownId: a line is not among the ids.
    """
    if path is None:
        return None
    if not path.is_file():
        raise BadFile(f"there is no file {path}")
    return ids.rows([line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()])


def _read(options: argparse.Namespace, items: list[Any] | None) -> Interactions:
    value, time = (None if name == NONE else name for name in (options.value, options.time))
    return read_interactions(
        options.data,
        user=options.user,
        item=options.item,
        value=value,
        time=time,
        duplicates=options.duplicates,
        items=items,
        dtype=options.dtype,
    )


def _features(path: Path) -> tuple[Ids, NDArray[Any]]:
    """Ids, and a vector for each in their order."""
    if not path.is_file():
        raise BadFile(f"there is no file {path}")
    try:
        with np.load(path, allow_pickle=False) as stored:
            names, vectors = stored["items"], stored["features"]
    except (KeyError, ValueError, zipfile.BadZipFile) as error:
        raise BadFile(f"{path.name} is not an npz with items (ids) and features (n, d): {error}") from error
    if vectors.ndim != 2 or len(names) != len(vectors):
        raise BadFile(
            f"{path.name} has {len(names)} items and features of shape {vectors.shape}: one for each"
        )
    ids, rows = Ids.of(names, kind="item")
    if len(ids) < len(names):
        raise BadFile(f"{path.name} has an item twice")
    return ids, vectors[np.argsort(rows)]
