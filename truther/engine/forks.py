"""What a forked process must not share with its parent: open database connections."""

from typing import Any

from django.db import connections


def drop_inherited(**_signal: Any) -> None:
    """Close the connections a fork inherited; each process opens its own at its first query."""
    for connection in connections.all(initialized_only=True):
        if connection.vendor == "mongodb":
            connection.close_pool()  # type: ignore[attr-defined]  # close() does nothing there
        else:
            connection.close()
