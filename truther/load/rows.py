"""Rows in bulk: straight into SQLite, past the ORM, with the indexes built afterwards."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import connections, models

CHUNK = 20_000  # rows handed over at a time
QUICK = (  # nobody else has the file, and a build that fails is begun again
    "PRAGMA journal_mode=OFF",
    "PRAGMA synchronous=OFF",
    "PRAGMA cache_size=-2000000",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA threads=2",
)


@contextmanager
def bulk(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a database whose indexes are away while the body runs, and are built again at its end."""
    base = sqlite3.connect(path, isolation_level=None)
    try:
        for pragma in QUICK:
            base.execute(pragma)
        indexes = base.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql NOT NULL"
        ).fetchall()
        for name, _ in indexes:
            base.execute(f'DROP INDEX "{name}"')
        yield base
        for _, statement in indexes:
            base.execute(statement)
        base.execute("PRAGMA journal_mode=WAL")
    finally:
        base.close()


def insert(
    base: sqlite3.Connection,
    model: type[models.Model],
    names: tuple[str, ...],
    rows: Iterable[tuple[Any, ...]],
) -> int:
    """Insert rows of a model, given in the form the database keeps; fields not named take their defaults.

    Args:
        names: the fields that the rows hold, in their order.
    """
    fields = {field.attname: field for field in model._meta.concrete_fields}
    rest = [field for name, field in fields.items() if name not in names]
    connection = connections["documents"]
    defaults = tuple(field.get_db_prep_save(field.get_default(), connection) for field in rest)
    columns = ", ".join(f'"{field.column}"' for field in [*(fields[name] for name in names), *rest])
    marks = ", ".join("?" * (len(names) + len(rest)))
    statement = f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({marks})'  # noqa: S608 (our own names)
    base.execute("BEGIN")
    count = base.executemany(statement, (row + defaults for row in rows)).rowcount
    base.execute("COMMIT")
    return count


def moment(seconds: float) -> str:
    """Write a time as SQLite keeps it."""
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%d %H:%M:%S")
