"""The single pictures behind the prototypes: nearest neighbours, and what explains a prediction."""

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from classifier.index.prototypes import Vectors
from classifier.index.rows import GrowingRows
from classifier.index.search import Search, make_search

Kind = Literal["studio", "verified"]
KINDS = get_args(Kind)
KEPT = 32  # verified photos of one style; a style that everybody wears must not crowd out the others


class Exemplars:
    """Embeddings of studio shots and verified photos, each with its name, style and kind.

    They are kept in half precision, which is what a file holds: a loaded index answers like the saved one.
    """

    def __init__(self, dim: int) -> None:
        self._rows = GrowingRows(dim)
        self._names: list[str] = []
        self._skus: list[str] = []
        self._kinds: list[Kind] = []
        self._of: dict[str, list[int]] = {}
        self._search: Search | None = None

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def names(self) -> Sequence[str]:
        """What each row shows: a file name or a picture's hash; "" where nobody said."""
        return self._names

    @property
    def skus(self) -> Sequence[str]:
        """The style of each row."""
        return self._skus

    @property
    def kinds(self) -> Sequence[Kind]:
        """Whether each row is a studio shot or a verified photo."""
        return self._kinds

    @property
    def matrix(self) -> Vectors:
        """(rows, dim) unit vectors; a view that the next change may alter."""
        return self._rows.matrix

    def of(self, sku: str, kind: Kind | None = None) -> list[int]:
        """The rows of one style, in the order in which they came; of one kind when it is given."""
        return [row for row in self._of.get(sku, ()) if kind in (None, self._kinds[row])]

    def put(self, sku: str, kind: Kind, vectors: Vectors, names: Sequence[str]) -> None:
        """Add pictures of one style; of many verified photos the last KEPT stay.

        Raises:
            ValueError: there are names, but not one for each vector.
        """
        if names and len(names) != len(vectors):
            raise ValueError(f"{len(names)} names for {len(vectors)} {kind} pictures of {sku}")
        names = list(names) or [""] * len(vectors)
        if kind == "verified":
            vectors, names = vectors[-KEPT:], names[-KEPT:]
        self._of.setdefault(sku, []).extend(range(len(self), len(self) + len(vectors)))
        self._rows.append(vectors.astype(np.float16).astype(np.float32))
        self._names += names
        self._skus += [sku] * len(vectors)
        self._kinds += [kind] * len(vectors)
        self._search = None

    def drop(self, sku: str) -> None:
        """Forget the pictures of one style; costs as much as it has of them."""
        for row in sorted(self._of.pop(sku, ()), reverse=True):
            self._rows.remove(row)
            last = len(self._rows)
            for column in (self._names, self._skus, self._kinds):
                moved = column.pop()
                if row != last:
                    column[row] = moved  # type: ignore[call-overload]  # each list takes back its own
            if row != last:
                mine = self._of[self._skus[row]]
                mine[mine.index(last)] = row
        self._search = None

    def nearest(self, embeddings: Vectors, k: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
        """The k most similar pictures of each of N, best first; fewer columns when there are fewer pictures.

        Returns:
            Cosine similarities (N, k) and rows (N, k).
        """
        if self._search is None:
            self._search = make_search("exact", self.matrix)
        return self._search.nearest(embeddings, k)
