"""Tables of results: the same rows for JSON, for people and for the documentation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Value = str | int | float | bool | None
Row = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Table:
    """A title and rows; the columns are the keys in the order of their first appearance."""

    title: str
    rows: Sequence[Row]

    @property
    def columns(self) -> list[str]:
        """The names of all columns."""
        return list(dict.fromkeys(name for row in self.rows for name in row))

    def text(self) -> str:
        """Aligned columns: words to the left, numbers to the right."""
        cells, numeric = self._cells()
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines = [self.title]
        for row in cells:
            parts = zip(row, widths, numeric, strict=True)
            lines.append(
                "  ".join(c.rjust(width) if right else c.ljust(width) for c, width, right in parts).rstrip()
            )
        return "\n".join(lines)

    def markdown(self) -> str:
        """The same as a Markdown table, without the title."""
        [head, *body], numeric = self._cells()
        rule = ["---:" if right else "---" for right in numeric]
        return "\n".join("| " + " | ".join(row) + " |" for row in (head, rule, *body))

    def json(self) -> dict[str, Any]:
        """For an answer's key "tables"; `Table(**document)` reads it back."""
        return {"title": self.title, "rows": [dict(row) for row in self.rows]}

    def _cells(self) -> tuple[list[list[str]], list[bool]]:
        columns = self.columns
        values = [[row.get(name) for name in columns] for row in self.rows]
        numeric = [
            all(value is None or isinstance(value, (int, float)) for value in column)
            for column in zip(*values, strict=True)
        ] or [False] * len(columns)
        return [columns, *([shown(value) for value in row] for row in values)], numeric


def shown(value: Value) -> str:
    """Three decimals for a share, none for what is large, nothing for what was not measured."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}" if abs(value) < 1000 else f"{value:.0f}"
    return str(value)
