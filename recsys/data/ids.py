"""Names of users and items on one side, rows and columns of a matrix on the other."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from recsys.refusal import BadInteractions, UnknownId


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
        return self.names[row].item()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ids) and np.array_equal(self.names, other.names)

    def __hash__(self) -> int:
        return hash(self.names.tobytes())

    def find(self, values: Iterable[Any]) -> NDArray[np.int32]:
        """The row of each name, -1 where the name is unknown."""
        wanted = list(values)
        if not wanted or not len(self.names):
            return np.full(len(wanted), -1, np.int32)
        named = self._same_type(wanted)
        places = np.minimum(np.searchsorted(self.names, named), len(self.names) - 1)
        return np.where(self.names[places] == named, places, -1).astype(np.int32)

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

    def _same_type(self, values: list[Any]) -> NDArray[Any]:
        if self.names.dtype.kind != "i":
            return np.array([str(value) for value in values])
        return np.array([int(value) if _is_whole(value) else -(2**63) for value in values], np.int64)


def as_names(values: Iterable[Any], *, kind: str) -> NDArray[Any]:
    """One array of int64 when every value is a whole number, of text otherwise.

    Raises:
        BadInteractions: a value is missing or empty; its row is named.
    """
    array = values if isinstance(values, np.ndarray) else np.array(list(values), dtype=object)
    if array.dtype.kind in "iu":
        return array.astype(np.int64)
    for row, value in enumerate(array.tolist()):
        if value is None or value == "" or value != value:
            raise BadInteractions(f"row {row} has no {kind}: fill it in or leave the row out")
    if array.dtype.kind == "O" and all(type(value) is int for value in array.tolist()):
        return array.astype(np.int64)
    if array.dtype.kind == "f":
        if not (array == np.floor(array)).all():
            row = int(np.argmax(array != np.floor(array)))
            raise BadInteractions(f"row {row} has {array[row]!r} as {kind}: ids are whole numbers or text")
        return array.astype(np.int64)
    return np.array([str(value) for value in array.tolist()]) if len(array) else np.zeros(0, "U1")


def _is_whole(value: Any) -> bool:
    if isinstance(value, str):
        return value.lstrip("-").isdecimal()
    return isinstance(value, (int, np.integer))
