"""Reports as tables for people and as one JSON document for machines."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import IO, Any, cast

from django.core.management.base import OutputWrapper
from rich.console import Console
from rich.table import Table

from truther.sources.posts import Rejection

WIDE = 180  # columns for tables to be compared: a pipe would break them at 80
WIDE = 160  # characters of a table of many columns, also where nobody knows the window's width
SHOWN = 50  # rejections printed for people; --json has them all


def print_json(out: OutputWrapper, report: Any) -> None:
    """Print a report, a dataclass, as one JSON document."""
    out.write(json.dumps(asdict(report), ensure_ascii=False, indent=2) + "\n")


def print_table(out: OutputWrapper, title: str, counts: Mapping[str, object]) -> None:
    """Print counts beside their names."""
    table = Table("", title, box=None, pad_edge=False)
    for name, value in counts.items():
        table.add_row(name, str(value))
    _console(out).print(table)


def print_tables(out: OutputWrapper, tables: Iterable[Table]) -> None:
    """Print wide tables, a blank line between two."""
    console = Console(file=cast(IO[str], out), markup=False, highlight=False, width=WIDE)
    for table in tables:
        console.print(table)
        console.print()


def print_columns(out: OutputWrapper, titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows of words and figures below the titles of their columns, figures to the right."""
    table = Table(*titles, box=None, pad_edge=False)
    for column in table.columns[1:]:
        column.justify = "right"
    for row in rows:
        table.add_row(*row)
    _console(out, width=WIDE).print(table)


def print_rejections(out: OutputWrapper, rejections: Sequence[Rejection]) -> None:
    """Print what was not taken, and why; nothing when all was."""
    if not rejections:
        return
    table = Table("line", "name", "why it was not taken", box=None, pad_edge=False)
    for rejection in rejections[:SHOWN]:
        table.add_row(str(rejection.line or "-"), rejection.name or "-", rejection.reason)
    console = _console(out)
    console.print(table)
    if len(rejections) > SHOWN:
        console.print(f"... and {len(rejections) - SHOWN} more; --json names them all")


def _console(out: OutputWrapper, width: int | None = None) -> Console:
    # Text from files must not be read as markup: "[red]" in a file name stays "[red]".
    return Console(file=cast(IO[str], out), markup=False, highlight=False, soft_wrap=True, width=width)
