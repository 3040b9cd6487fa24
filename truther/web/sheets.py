"""Tables for download, as spreadsheets read them."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date

from django.http import HttpResponse

Cell = str | float | date | None
COMMANDS = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run a text that begins so


def sheet(name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    """Answer with a CSV file in UTF-8; an empty cell is a number that nobody knows."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    writer = csv.writer(response)
    writer.writerow([_safe(title) for title in header])
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return response


def _safe(cell: Cell) -> Cell:
    """People choose their own names: one that begins like a formula is quoted, so that nothing runs it."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(COMMANDS) else cell
