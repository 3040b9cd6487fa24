"""The gate's figures as tables for people: terminals, documents and model cards."""

from collections.abc import Sequence

from classifier.gate import Check
from classifier.gate.power import Power
from classifier.tables import Table

WORDS = {True: "passed", False: "FAILED", None: "not judged"}


def checks_table(checks: Sequence[Check]) -> Table:
    """A line per check, with both sides, their difference and its interval."""
    return Table("The gate, slice by slice", [_line(check) for check in checks])


def power_as_tables(rows: Sequence[Power]) -> list[Table]:
    """A line per size of the holdout, a column per true change of top 3: the gate's, a plain rule's."""
    gate: dict[int, dict[str, int | float]] = {}
    plain: dict[int, dict[str, int | float]] = {}
    for row in rows:
        name = f"{row.change:+.3g}" if row.change else "equal"
        gate.setdefault(row.photos, {"photos": row.photos})[name] = row.promoted
        plain.setdefault(row.photos, {"photos": row.photos})[name] = row.plain
    return [
        Table(f"Promoted, as a share of {rows[0].trials} simulated nights", list(gate.values())),
        Table("By the plain rule: top 3 alone, lower end at least 0, mean better", list(plain.values())),
    ]


def _line(check: Check) -> dict[str, str | int | float | None]:
    interval = "" if check.low is None or check.high is None else f"[{check.low:+.3f}, {check.high:+.3f}]"
    return {
        "what": check.title,
        "n": check.n or None,
        "champion": check.champion,
        "challenger": check.challenger,
        "difference": check.difference,
        "95 % interval": interval,
        "": WORDS[check.passed],
    }
