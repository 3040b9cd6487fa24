"""A table of results: for the terminal, for Markdown, for HTML, for JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

Cell = str | int | float | None
SMALLEST = 1e-3  # to be written without a power of ten


@dataclass(frozen=True)
class Table:
    """Rows under the names of their columns; a row may lack a column. Numbers stand to the right."""

    title: str
    rows: Sequence[Mapping[str, Cell]]
    notes: Sequence[str] = ()

    @property
    def columns(self) -> list[str]:
        """Every name, in the order of first appearance."""
        return list(dict.fromkeys(name for row in self.rows for name in row))

    def text(self) -> str:
        """For a terminal: aligned columns under the title."""
        names = self.columns
        cells = [names, *self._written()]
        widths = [max(len(row[place]) for row in cells) for place in range(len(names))]
        lines = ["  ".join(self._aligned(row, widths)).rstrip() for row in cells]
        return "\n".join([self.title, *lines, *self.notes]) + "\n"

    def markdown(self) -> str:
        """For a document."""
        rules = ["---:" if self._is_numeric(name) else "---" for name in self.columns]
        cells = [[text.replace("|", "\\|") for text in row] for row in [self.columns, *self._written()]]
        lines = [f"| {' | '.join(row)} |" for row in [cells[0], rules, *cells[1:]]]
        return "\n\n".join([f"**{self.title}**", "\n".join(lines), *self.notes]) + "\n"

    def html(self) -> str:
        """For a page: a table with a caption and headed columns; everything is escaped."""
        head = "".join(f'<th scope="col"{self._side(name)}>{escape(name)}</th>' for name in self.columns)
        body = "\n".join(self._html_row(row) for row in self._written())
        notes = "".join(f"<p>{escape(note)}</p>" for note in self.notes)
        top = f"<caption>{escape(self.title)}</caption><thead><tr>{head}</tr></thead>"
        return f"<table>{top}<tbody>\n{body}\n</tbody></table>{notes}"

    def json(self) -> dict[str, object]:
        """Title, rows and notes with unrounded numbers."""
        return {
            "title": self.title,
            "rows": [{name: _plain(cell) for name, cell in row.items()} for row in self.rows],
            "notes": list(self.notes),
        }

    def _written(self) -> list[list[str]]:
        return [[written(row.get(name)) for name in self.columns] for row in self.rows]

    def _is_numeric(self, name: str) -> bool:
        return any(isinstance(row.get(name), (int, float)) for row in self.rows)

    def _aligned(self, row: Sequence[str], widths: Sequence[int]) -> list[str]:
        sides = ["right" if self._is_numeric(name) else "left" for name in self.columns]
        trios = zip(sides, row, widths, strict=True)
        return [text.rjust(width) if side == "right" else text.ljust(width) for side, text, width in trios]

    def _side(self, name: str) -> str:
        return ' class="number"' if self._is_numeric(name) else ""

    def _html_row(self, row: Sequence[str]) -> str:
        classes = [self._side(name) for name in self.columns]
        cells = "".join(f"<td{kind}>{escape(text)}</td>" for kind, text in zip(classes, row, strict=True))
        return f"<tr>{cells}</tr>"


def written(cell: Cell) -> str:
    """A cell as text: about four digits of a number, powers of ten for tiny ones, a dash for none."""
    if cell is None or cell != cell:
        return "-"
    if isinstance(cell, float):
        if 0 < abs(cell) < SMALLEST:
            return f"{cell:.1e}"
        return f"{cell:.4f}" if abs(cell) < 10 else f"{cell:.1f}" if abs(cell) < 1000 else f"{cell:,.0f}"
    return f"{cell:,}" if isinstance(cell, int) and not isinstance(cell, bool) else str(cell)


def _plain(cell: Cell) -> Cell:
    return None if cell != cell else cell  # JSON has no NaN
