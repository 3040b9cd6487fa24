"""The command that makes latent factors readable."""

import argparse
from pathlib import Path
from typing import Any

import pyarrow
from pyarrow import csv

from recsys.cli.common import Answer, Listing
from recsys.cli.keeping import add_model_options, fitted
from recsys.data import Ids, Interactions
from recsys.models.factors import Attributes, End, factors_of
from recsys.refusal import BadFile
from recsys.tables import Cell, Table


def register(command: Listing) -> None:
    """List the command of this family."""
    tell = command("factors", tell_factors, "What latent factors mean: the most extreme items of each.")
    tell.add_argument("--n", type=int, default=8, help="items at each end (8)")
    tell.add_argument("--most", type=int, default=5, help="factors to tell, the largest first (5)")
    tell.add_argument(
        "--attributes",
        type=Path,
        metavar="FILE",
        help="CSV or TSV: a row per item, its id in the item column",
    )
    add_model_options(tell)


def tell_factors(options: argparse.Namespace) -> Answer:
    """Both ends of each factor."""
    model, data = fitted(options)
    attributes = read_attributes(options.attributes, options.item, data.items)
    factors = factors_of(model, attributes, extremes=options.n)[: options.most]
    told: list[dict[str, Any]] = [
        {"factor": at, "share": one.share, "low": _end(one.low, data), "high": _end(one.high, data)}
        for at, one in enumerate(factors, start=1)
    ]
    rows: list[dict[str, Cell]] = [
        {
            "factor": one["factor"],
            "share": one["share"],
            "end": end,
            "items": ", ".join(map(str, one[end]["items"])),
            "more often": ", ".join(f"{t['attribute']} ({t['lift']:.1f}x)" for t in one[end]["traits"]),
        }
        for one in told
        for end in ("low", "high")
    ]
    notes = ["Share: of the variance of the items' factors. The axes are principal: no turn changes them."]
    document = {"model": model.name, "params": model.get_params(), "factors": told}
    return Answer(document, [Table(f"Factors of {model.name}", rows, notes)])


def read_attributes(path: Path | None, item: str, items: Ids) -> Attributes:
    """What each known item is, by its column: "colour: red" for each filled cell of its row.

    Raises:
        BadFile: there is no file, or it lacks the item column.
    """
    if path is None:
        return {}
    if not path.is_file():
        raise BadFile(f"there is no file {path}")
    delimiter = "\t" if path.suffix == ".tsv" else ","
    try:
        table = csv.read_csv(path, parse_options=csv.ParseOptions(delimiter=delimiter))
    except pyarrow.ArrowInvalid as error:
        raise BadFile(f"{path.name} cannot be read: {error}") from error
    if item not in table.column_names:
        raise BadFile(f"{path.name} has no column {item!r}; the columns are {', '.join(table.column_names)}")
    rows = table.to_pylist()
    columns = items.find([row[item] for row in rows]).tolist()
    return {column: _attributes(row, item) for column, row in zip(columns, rows, strict=True) if column >= 0}


def _attributes(row: dict[str, Any], item: str) -> list[str]:
    return [f"{name}: {value}" for name, value in row.items() if name != item and value not in (None, "")]


def _end(end: End, data: Interactions) -> dict[str, Any]:
    traits = [
        {"attribute": t.attribute, "share": t.share, "usual": t.usual, "lift": t.lift} for t in end.traits
    ]
    return {"items": [data.items[column] for column in end.items], "traits": traits}
