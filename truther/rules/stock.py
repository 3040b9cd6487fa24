"""Whether a dress can be sent on a day, in a size."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

LOAN_DAYS = 8  # how long a dress is away when nobody wrote down that it came back
SIZES, PIECES = "sizes", "pieces"  # what the catalogue's attributes call them
SEPARATORS = re.compile(r"[\s,;|/]+")


@dataclass(frozen=True, slots=True)
class Out:
    """A piece that is with somebody; `size` may be unknown ("")."""

    sku: str
    size: str


@dataclass(frozen=True, slots=True)
class Stock:
    """What the house has of one style."""

    acquired_on: date | None
    retired_on: date | None
    sizes: frozenset[str]  # empty: nobody said
    pieces: int  # of each size

    def why_not(self, day: date, size: str, out: Collection[str]) -> str:
        """Return why it cannot be sent, or "" when it can.

        Args:
            size: "" when any size will do.
            out: the sizes of its pieces that are with somebody on that day, "" where the size is unknown.
        """
        if self.acquired_on is not None and day < self.acquired_on:
            return "not yet there"
        if self.retired_on is not None and day >= self.retired_on:
            return "retired"
        if size and size not in self.sizes:
            return "not in this size"
        if size:
            away = sum(each in (size, "") for each in out)
            return "rented out" if away >= self.pieces else ""
        return "rented out" if len(out) >= self.pieces * max(1, len(self.sizes)) else ""


def stock_of(
    attributes: Mapping[str, str], acquired_on: date | None, retired_on: date | None, rented: Collection[str]
) -> Stock:
    """Read a style's stock: `sizes` and `pieces` of the catalogue, else the sizes ever rented, one each."""
    said = {size for size in SEPARATORS.split(str(attributes.get(SIZES, ""))) if size}
    pieces = str(attributes.get(PIECES, ""))
    return Stock(acquired_on, retired_on, frozenset(said or rented), int(pieces) if pieces.isdecimal() else 1)
