"""The styles on offer, as one matrix of prototypes; adding or retiring one costs O(dim) and no training."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
import torch
from safetensors import SafetensorError, safe_open

from classifier.checkpoint import Bundle, read_tensors, write_tensors
from classifier.index.exemplars import KINDS, Exemplars
from classifier.index.prototypes import PRIOR, Vectors, style_prototype
from classifier.index.rows import GrowingRows
from classifier.refusal import Refusal
from classifier.runs import RunError

FORMAT = "deepdress-index/2"
BARE = "deepdress-index/1"  # prototypes alone; still read


class IndexMismatch(Refusal, ValueError):
    """The index was made with another model than the one that asks it."""


class UnknownStyle(Refusal, LookupError):
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
        self.exemplars = Exemplars(len(shift))
        self._skus: list[str] = []
        self._counts: list[int] = []
        self._places: dict[str, int] = {}
        self._rows = GrowingRows(len(shift))

    def __len__(self) -> int:
        return len(self._skus)

    def __contains__(self, sku: str) -> bool:
        return sku in self._places

    @property
    def skus(self) -> tuple[str, ...]:
        """The active styles, in the order of the matrix's rows."""
        return tuple(self._skus)

    @property
    def matrix(self) -> Vectors:
        """(styles, dim) unit prototypes; a view that the next change may alter."""
        return self._rows.matrix

    @property
    def counts(self) -> npt.NDArray[np.int64]:
        """(styles,) how many verified photos each prototype is made of."""
        return np.array(self._counts, dtype=np.int64)

    def prototype(self, sku: str) -> Vectors:
        """The (dim,) direction that stands for one style.

        Raises:
            UnknownStyle: it is not active.
        """
        row: Vectors = self.matrix[self._place(sku)]
        return row

    def add(
        self,
        sku: str,
        *,
        studio: Vectors,
        verified: Vectors | None = None,
        studio_names: Sequence[str] = (),
        verified_names: Sequence[str] = (),
    ) -> None:
        """Offer a style from now on, or renew its prototype and its exemplars.

        Args:
            studio: (a, dim) embeddings of its studio shots; verified: (n, dim) of settled photos of it.
            studio_names, verified_names: what to call each of them; both may be left out.

        Raises:
            ValueError: there is neither a studio shot nor a verified photo, or names do not match.
        """
        settled = np.zeros((0, len(self.shift)), dtype=np.float32) if verified is None else verified
        prototype = style_prototype(studio, settled, self.shift, self.prior)
        self.exemplars.drop(sku)
        self.exemplars.put(sku, "studio", studio, studio_names)
        self.exemplars.put(sku, "verified", settled, verified_names)
        self._offer(sku, prototype, len(settled))

    def retire(self, sku: str) -> None:
        """Never offer a style again, until it is added again; the last row moves into its place.

        Raises:
            UnknownStyle: it is not active.
        """
        row = self._place(sku)
        del self._places[sku]
        self.exemplars.drop(sku)
        self._rows.remove(row)
        moved, count = self._skus.pop(), self._counts.pop()
        if moved != sku:
            self._skus[row], self._counts[row], self._places[moved] = moved, count, row

    def similarities(self, embeddings: Vectors) -> npt.NDArray[np.float32]:
        """Cosine similarities (N, styles) of (N, dim) unit embeddings."""
        return np.asarray(embeddings @ self.matrix.T)

    def save(self, path: Path) -> None:
        """Write the index at once or not at all; the same styles are written alike, however they came."""
        order = sorted(self._places)
        rows = [self._places[sku] for sku in order]
        shown = [row for sku in order for row in self.exemplars.of(sku)]
        kinds = [KINDS.index(self.exemplars.kinds[row]) for row in shown]
        places = {sku: place for place, sku in enumerate(order)}
        styles = [places[self.exemplars.skus[row]] for row in shown]
        tensors = {
            "matrix": torch.from_numpy(self.matrix[rows]),
            "shift": torch.from_numpy(self.shift),
            "counts": torch.tensor([self._counts[row] for row in rows], dtype=torch.int32),
            "exemplars": torch.from_numpy(self.exemplars.matrix[shown]).half(),
            "exemplar_styles": torch.tensor(styles, dtype=torch.int32),
            "exemplar_kinds": torch.tensor(kinds, dtype=torch.uint8),
        }
        names = json.dumps([self.exemplars.names[row] for row in shown])
        notes = {"format": FORMAT, "version": self.version, "prior": str(self.prior)}
        write_tensors(path, tensors, {**notes, "skus": json.dumps(order), "exemplar_names": names})

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what save() wrote.

        Raises:
            RunError: the file is missing, cut off, or no index.
        """
        bundle = read_tensors(path)
        if bundle.notes.get("format") not in (FORMAT, BARE):
            raise RunError(f"{path} is not in the format {FORMAT}")
        index = cls(bundle.notes["version"], bundle.tensors["shift"].numpy(), float(bundle.notes["prior"]))
        skus = json.loads(bundle.notes["skus"])
        counts = bundle.tensors["counts"].tolist() if "counts" in bundle.tensors else [0] * len(skus)
        for sku, prototype, count in zip(skus, bundle.tensors["matrix"].numpy(), counts, strict=True):
            index._offer(sku, prototype, count)
        if bundle.notes["format"] == FORMAT:
            index._take_exemplars(bundle)
        return index

    def _place(self, sku: str) -> int:
        if sku not in self._places:
            raise UnknownStyle(f"the index offers no style {sku!r}")
        return self._places[sku]

    def _offer(self, sku: str, prototype: Vectors, count: int) -> None:
        if sku in self._places:
            row = self._places[sku]
            self.matrix[row], self._counts[row] = prototype, count
            return
        self._places[sku] = len(self._skus)
        self._skus.append(sku)
        self._counts.append(count)
        self._rows.append(prototype[None])

    def _take_exemplars(self, bundle: Bundle) -> None:
        """Rows of one style and one kind lie together in the file."""
        names = json.loads(bundle.notes["exemplar_names"])
        vectors = bundle.tensors["exemplars"].float().numpy()
        columns = [bundle.tensors[f"exemplar_{column}"].numpy() for column in ("styles", "kinds")]
        keys = np.stack(columns, axis=1)
        starts = np.flatnonzero(np.any(np.diff(keys, axis=0, prepend=-1) != 0, axis=1))
        for start, end in zip(starts, [*starts, len(keys)][1:], strict=True):
            style, kind = keys[start]
            sku = self._skus[int(style)]
            self.exemplars.put(sku, KINDS[int(kind)], vectors[start:end], names[start:end])


def count_styles(path: Path) -> int:
    """How many styles an index file offers, read from its head alone.

    Raises:
        RunError: the file is missing, cut off, or no index.
    """
    try:
        with safe_open(path, framework="numpy") as file:
            return len(json.loads(file.metadata()["skus"]))
    except (FileNotFoundError, SafetensorError, KeyError, TypeError) as error:
        raise RunError(f"{path} is missing or no index: {error}") from error
