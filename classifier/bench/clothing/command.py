"""`bench clothing`: real photos; is it a dress, which class, is a garment found again by its half."""

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from classifier.bench.clothing.answers import (
    Floats,
    as_it_is,
    base_rate_of,
    classes_of,
    fine_tuned,
    frozen,
    halves_of,
    histogram,
)
from classifier.bench.clothing.given import Given, gather
from classifier.bench.clothing.tables import class_rows, difference_rows, summary_row, title, write_errors
from classifier.bench.folder import say
from classifier.runs import SHIPPED
from classifier.tables import Table

if TYPE_CHECKING:  # torch takes seconds to load
    from classifier.bench.clothing.photos import Rows, Split

HELP: Final = "Tell dresses from other clothes on real photos, with senders on one side each."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Two folders, or one and how many folds."""
    parser.add_argument("--train", type=Path, help="a folder in the clothing format, to learn from")
    parser.add_argument("--test", type=Path, help="another one, of other senders, to be measured on")
    parser.add_argument("--data", type=Path, help="or one folder, dealt into folds by sender")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--seeds", type=int, default=3, help="ways to deal senders, and trainings")
    parser.add_argument("--features", default="efficientnet-lite0", help="published network")
    parser.add_argument("--fine-tune-steps", type=int, default=60, help="0 leaves fine-tuning out")
    parser.add_argument("--run", type=Path, default=SHIPPED, help="a training of ours, as it is (v0)")
    parser.add_argument("--sheet", type=Path, help="where to write the worst errors, as WebP")
    parser.add_argument(
        "--out", type=Path, help="where finished parts are kept, so that a killed run goes on"
    )


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Measure and return the tables."""
    from classifier.bench.logistic import L2

    given = gather(options)
    methods = [
        ("base rate", given.deals, lambda deal, _: base_rate_of(given, deal)),
        ("colour histogram + logistic", given.deals, lambda deal, _: histogram(given, deal)),
        (f"{options.run.name} as it is", given.deals[:1], lambda _, __: as_it_is(given)),
        (f"frozen {options.features} + logistic", given.deals, lambda deal, _: frozen(given, deal)),
    ]
    if options.fine_tune_steps:
        methods.append((f"fine-tuned {options.features}", given.deals, lambda d, n: fine_tuned(given, d, n)))
    found = {name: _judge(given, name, deals, find) for name, deals, find in methods}
    classes = given.parts.once("classes", given.key | {"l2": L2}, lambda: classes_of(given))
    again = given.parts.once("halves", given.key | {"run": str(options.run)}, lambda: halves_of(given))
    tables = [
        Table(title(given), [summary_row(name, results) for name, results in found.items()]),
        Table("AUROC minus that of the frozen network: 95 % over senders", difference_rows(given, found)),
        Table(
            f"{len(classes['classes'])} classes, accuracy {classes['accuracy']:.3f}",
            class_rows(classes),
        ),
        Table("A garment's right half found by its left half (easy: see the documentation)", again["rows"]),
    ]
    sheet = write_errors(given, found) if options.sheet else 0
    told = {"photos": given.key["photos"], "confusion": classes, "sheet_bytes": sheet}
    return told | {"tables": [table.json() for table in tables]}


def _judge(
    given: Given,
    name: str,
    deals: "Sequence[list[Split]]",
    find: "Callable[[list[Split], int], Floats]",
) -> list[dict[str, Any]]:
    """P(dress) of every tested photo, once per deal, with what it cost."""
    from classifier.bench.clothing.dress_or_not import measures
    from classifier.bench.clothing.photos import rows_of
    from classifier.bench.logistic import L2

    results = []
    for seed, deal in enumerate(deals):
        say(f"{name} {seed}")
        rows = rows_of(deal)

        def make(deal: "list[Split]" = deal, seed: int = seed, rows: "Rows" = rows) -> dict[str, Any]:
            cpu = time.process_time()
            p_dress = find(deal, seed)[rows]
            cost = {"cpu_s": time.process_time() - cpu}
            return {"p_dress": p_dress.tolist()} | measures(p_dress, given.photos.dress[rows]) | cost

        steps = given.options.fine_tune_steps if name.startswith("fine-tuned") else 0
        settings = given.key | {"seed": seed, "steps": steps, "name": name, "l2": L2}
        results.append(given.parts.once(name.replace(" ", "-"), settings, make))
    return results
