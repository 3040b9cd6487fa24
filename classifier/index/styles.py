"""The styles on offer, as one matrix of prototypes; adding or retiring one costs O(dim) and no training."""

import json
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
import torch

from classifier.checkpoint import read_tensors, write_tensors
from classifier.index.prototypes import PRIOR, Vectors, style_prototype
from classifier.runs import RunError

FORMAT = "deepdress-index/1"


class IndexMismatch(ValueError):
    """The index was made with another model than the one that asks it."""


class UnknownStyle(KeyError):
    """No active style of that sku."""


class StyleIndex:
    """Prototypes of the active styles of one model.

    Args:
        version: id of the run whose embeddings go in.
        shift: (dim,) mean difference from studio to street of that run.
        prior: weight of the studio shots, in photos.
    """

    def __init__(self, version: str, shift: Vectors, prior: float = PRIOR) -> None:
        self.version, self.shift, self.prior = version, shift, prior
        self._skus: list[str] = []
        self._rows: dict[str, int] = {}
        self._matrix = np.zeros((0, len(shift)), dtype=np.float32)

    def __len__(self) -> int:
        return len(self._skus)

    def __contains__(self, sku: str) -> bool:
        return sku in self._rows

    @property
    def skus(self) -> tuple[str, ...]:
        """The active styles, in the order of the matrix's rows."""
        return tuple(self._skus)

    @property
    def matrix(self) -> Vectors:
        """(styles, dim) unit prototypes; a view that the next change may alter."""
        return self._matrix[: len(self._skus)]

    def add(self, sku: str, *, studio: Vectors, verified: Vectors | None = None) -> None:
        """Offer a style from now on, or renew its prototype.

        Args:
            studio: (a, dim) embeddings of its studio shots; verified: (n, dim) of settled photos of it.

        Raises:
            ValueError: there is neither a studio shot nor a verified photo.
        """
        none = np.zeros((0, len(self.shift)), dtype=np.float32)
        prototype = style_prototype(studio, none if verified is None else verified, self.shift, self.prior)
        if sku not in self._rows:
            self._rows[sku] = len(self._skus)
            self._skus.append(sku)
        if len(self._skus) > len(self._matrix):  # doubling keeps the cost of one addition O(dim) on average
            room = np.zeros((max(64, len(self._matrix)), len(self.shift)), dtype=np.float32)
            self._matrix = np.concatenate([self._matrix, room])
        self._matrix[self._rows[sku]] = prototype

    def retire(self, sku: str) -> None:
        """Never offer a style again, until it is added again; the last row moves into its place.

        Raises:
            UnknownStyle: it is not active.
        """
        if sku not in self._rows:
            raise UnknownStyle(sku)
        row, moved = self._rows.pop(sku), self._skus.pop()
        if moved != sku:
            self._skus[row], self._rows[moved] = moved, row
            self._matrix[row] = self._matrix[len(self._skus)]

    def similarities(self, embeddings: Vectors) -> npt.NDArray[np.float32]:
        """Cosine similarities (N, styles) of (N, dim) unit embeddings."""
        return np.asarray(embeddings @ self.matrix.T)

    def save(self, path: Path) -> None:
        """Write the index at once or not at all."""
        tensors = {"matrix": torch.from_numpy(self.matrix), "shift": torch.from_numpy(self.shift)}
        notes = {"format": FORMAT, "version": self.version, "prior": str(self.prior)}
        write_tensors(path, tensors, {**notes, "skus": json.dumps(self.skus)})

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what save() wrote.

        Raises:
            RunError: the file is missing, cut off, or no index.
        """
        bundle = read_tensors(path)
        if bundle.notes.get("format") != FORMAT:
            raise RunError(f"{path} is not in the format {FORMAT}")
        index = cls(bundle.notes["version"], bundle.tensors["shift"].numpy(), float(bundle.notes["prior"]))
        index._skus = json.loads(bundle.notes["skus"])
        index._rows = {sku: row for row, sku in enumerate(index._skus)}
        index._matrix = bundle.tensors["matrix"].numpy().copy()
        return index
