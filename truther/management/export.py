"""Write rows for other systems: JSON Lines or CSV, to a file or to standard output."""

import csv
import json
from argparse import ArgumentParser
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Protocol

Form = Literal["jsonl", "csv"]


class Writable(Protocol):
    """Anything text can be written to."""

    def write(self, text: str, /) -> object:
        """Write one piece of text."""


def add_options(parser: ArgumentParser) -> None:
    """Take the form and the file."""
    parser.add_argument("--format", choices=("jsonl", "csv"), default="jsonl")
    parser.add_argument("--out", type=Path, help="a file; standard output when left out")


def write_file(path: Path, form: Form, fields: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> int:
    """Write the file whole or not at all, and return how many rows."""
    part = path.with_name(f"{path.name}.part")
    with part.open("w", encoding="utf-8", newline="") as out:
        count = write_rows(out, form, fields, rows)
    part.replace(path)
    return count


def write_rows(out: Writable, form: Form, fields: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> int:
    """Write rows that have these keys in this order, and return how many.

    JSON Lines: one object a line. CSV: a header, then the same values; booleans are true/false in both.
    """
    count = 0
    if form == "csv":
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(fields)
    for row in rows:
        if form == "csv":
            writer.writerow(json.dumps(v) if isinstance(v, bool) else v for v in row.values())
        else:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
        count += 1
    return count
