"""Names of users and items on one side, rows and columns of a matrix on the other."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from recsys.refusal import BadInteractions, UnknownId

WHOLE = re.compile(r"0|-?[1-9][0-9]{0,18}")  # as Python writes it: anything else is text
LONGEST_NAME = 1000  # an array of text gives every name the room of the longest


@dataclass(frozen=True, slots=True, eq=False)
class Ids:
    """Sorted names without repetition; the place of a name is its row.

    Whole numbers stay numbers and are sorted as such; everything else is text.
    """

    names: NDArray[Any]  # (n,) int64 or str
    kind: str = "id"  # what a name stands for, in the sentences of errors

    @classmethod
    def of(cls, values: Iterable[Any], *, kind: str = "id") -> tuple[Self, NDArray[np.int32]]:
        """The ids among some values, and the row of each value.

        Raises:
            BadInteractions: a value is missing or empty; its row is named.
        """
        named = as_names(values, kind=kind)
        names, rows = np.unique(named, return_inverse=True)
        return cls(names, kind), rows.astype(np.int32)

    def __len__(self) -> int:
        return len(self.names)

    def __getitem__(self, row: int) -> Any:
        if row < 0:  # -1 marks the end of a short list: it must not become the last name
            raise IndexError(f"there is no {self.kind} in row {row}")
        return self.names[row].item()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ids) and np.array_equal(self.names, other.names)

    def __hash__(self) -> int:
        return hash(self.names.tobytes())

    def find(self, values: Iterable[Any]) -> NDArray[np.int32]:
        """The row of each name, -1 where the name is unknown; 7 and "7" are one name, "007" is another."""
        wanted = list(values)
        if not wanted or not len(self.names):
            return np.full(len(wanted), -1, np.int32)
        if self.names.dtype.kind == "i":
            numbers = [whole(value) for value in wanted]
            named = np.array([0 if number is None else number for number in numbers], np.int64)
            possible = np.array([number is not None for number in numbers])
        else:
            named, possible = np.array([as_text(value) for value in wanted]), np.ones(len(wanted), bool)
        places = np.minimum(np.searchsorted(self.names, named), len(self.names) - 1)
        return np.where(possible & (self.names[places] == named), places, -1).astype(np.int32)

    def rows(self, values: Iterable[Any]) -> NDArray[np.int32]:
        """The row of each name.

        Raises:
            UnknownId: the first name that is unknown.
        """
        wanted = list(values)
        found = self.find(wanted)
        if (found < 0).any():
            raise UnknownId(
                f"{self.kind} {wanted[int(np.argmax(found < 0))]!r} is not among the {len(self)} known"
            )
        return found


def as_names(values: Iterable[Any], *, kind: str) -> NDArray[Any]:
    """One array of int64 when every value is a whole number (1.0 too), of text otherwise.

    Text stays text: "007" and "7" are two names, and so are "7" and 7 in one column of text.

    Raises:
        BadInteractions: a value is missing, empty or a number with a fraction; its row is named.
    """
    array = values if isinstance(values, np.ndarray) else np.array([*values, None], dtype=object)[:-1]
    if array.dtype.kind == "i":
        return array.astype(np.int64)
    listed = array.tolist()
    for row, value in enumerate(listed):
        if is_missing(value):
            raise BadInteractions(f"row {row} has no {kind}: fill it in or leave the row out")
        if isinstance(value, (float, np.floating)) and not float(value).is_integer():
            raise BadInteractions(f"row {row} has {value} as {kind}: ids are whole numbers or text")
        if isinstance(value, (str, bytes)) and len(value) > LONGEST_NAME:
            raise BadInteractions(f"row {row} has {len(value)} letters as {kind}: at most {LONGEST_NAME}")
    if array.dtype.kind not in "US":
        numbers = [None if isinstance(value, (str, bytes)) else whole(value) for value in listed]
        if None not in numbers:
            return np.array(numbers, np.int64)
    return np.array([as_text(value) for value in listed]) if listed else np.zeros(0, "U1")


def is_missing(value: Any) -> bool:
    """None, NaN, NaT, pandas' NA and empty text; a text that reads "nan" is a name."""
    if isinstance(value, (str, bytes)):
        return not value
    return value is None or str(value) in ("nan", "NaT", "<NA>")


def as_text(value: Any) -> str:
    """A name as text: bytes are UTF-8, 7.0 is 7."""
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    number = whole(value) if isinstance(value, (float, np.floating)) else None
    return str(value if number is None else number)


def whole(value: Any) -> int | None:
    """A whole number that 64 bits hold, also written as text without leading zeros or a plus; else None."""
    if isinstance(value, (bool, np.bool_)):
        return None
    if isinstance(value, str):
        number = int(value) if WHOLE.fullmatch(value) else None
    elif isinstance(value, (float, np.floating)):
        number = int(value) if float(value).is_integer() else None
    else:
        number = int(value) if isinstance(value, (int, np.integer)) else None
    return number if number is not None and -(2**63) <= number < 2**63 else None
