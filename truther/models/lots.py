"""Fair draws through an index: every photo has a lot, and a draw begins at one and goes round the end."""

from typing import TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)


def by_lot(rows: "models.QuerySet[Row]", lot: float, count: int) -> list[Row]:
    """Return up to `count` rows in the order of their lots, from the given one on and round the end.

    Args:
        rows: rows with a field `lot`, in [0, 1), that an index leads to.
        lot: where to begin, in [0, 1).
    """
    few = list(rows.filter(lot__gte=lot).order_by("lot", "pk")[:count])
    if len(few) < count:
        few += rows.filter(lot__lt=lot).order_by("lot", "pk")[: count - len(few)]
    return few
