"""The command that compares our models with answers of others."""

import argparse
from pathlib import Path

from recsys.cli.common import Answer, Listing
from recsys.progress import bar
from recsys.tables import Table


def register(command: Listing) -> None:
    """List the command of this family."""
    parity = command("parity", check_parity, "How far our answers are from those in a folder; exit 1 if far.")
    parity.add_argument("directory", type=Path, help="train, test and expected answers by method")
    parity.add_argument("--methods", nargs="+", metavar="METHOD", help="some of those in expected/ (all)")


def check_parity(options: argparse.Namespace) -> Answer:
    """The largest difference of each answer of each method."""
    from recsys.parity.compare import compare

    with bar("parity") as tell:
        found = compare(options.directory, methods=options.methods, progress=tell)
    far = sum(not one.within for one in found.differences)
    of = len(found.differences)
    verdict = (
        "All answers are within tolerance." if not far else f"{far} of {of} answers are beyond tolerance."
    )
    table = Table(f"Largest differences, {options.directory.name}", found.table())
    return Answer(found.json(), [table], [verdict], code=0 if found.within else 1)
