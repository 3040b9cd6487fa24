"""What a search for parameters found, rung by rung."""

from dataclasses import dataclass
from typing import Any

from recsys.evaluate.pool import plain
from recsys.tables import Cell, Table


@dataclass(frozen=True, slots=True)
class Entry:
    """One candidate in one rung."""

    spec: str
    score: float  # NaN: it could not be judged
    refusal: str | None = None  # why not


@dataclass(frozen=True, slots=True)
class Rung:
    """All candidates that came so far, best first, each trained on so many users."""

    users: int
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Tuned:
    """The best candidate of the last rung, and how it came there."""

    spec: str
    score: float  # on the validation window; not what to expect on test
    metric: str
    rungs: tuple[Rung, ...]

    def json(self) -> dict[str, Any]:
        """Only what JSON has."""
        rungs = [
            {
                "users": rung.users,
                "entries": [
                    {"spec": entry.spec, "score": plain(entry.score), "refusal": entry.refusal}
                    for entry in rung.entries
                ],
            }
            for rung in self.rungs
        ]
        return {"spec": self.spec, "score": plain(self.score), "metric": self.metric, "rungs": rungs}

    def table(self) -> Table:
        """Every candidate of every rung."""
        rows: list[dict[str, Cell]] = [
            {
                "rung": at + 1,
                "users": rung.users,
                "model": entry.spec,
                self.metric: entry.score,
                "refused": entry.refusal or "",
            }
            for at, rung in enumerate(self.rungs)
            for entry in rung.entries
        ]
        notes = ["Figures of the validation window chose; only an evaluation on test says what to expect."]
        return Table(f"Best: {self.spec}", rows, notes)
