"""The nearest of many unit vectors: one interface, exact by default, faiss and usearch on request.

faiss brings an OpenMP of its own beside torch's. Both live in one process as long as torch is loaded first
(faiss#3401 tells of crashes on macOS); here that is so, because this module imports torch.
"""

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from classifier.index.prototypes import Vectors
from classifier.refusal import Refusal, require_package

Similarities = npt.NDArray[np.float32]
RowNumbers = npt.NDArray[np.int64]

FP32_ROWS = 200_000  # up to here all similarities are computed in full precision
QUERIES = 32  # looked for at once
BLOCK = 64  # rows that stand and fall together while the best are being narrowed down
SPARE_BLOCKS = 13  # beyond k; what rounding to bfloat16 may hide
PART = 1 << 16  # rows multiplied at once, so that the products stay near the processor
CELLS_LOOKED_AT = 64  # of an inverted file
GRAPH_WIDTH = 256  # candidates that a walk through a graph keeps


class UnknownSearch(Refusal, ValueError):
    """No way of searching has that name."""


class Search(Protocol):
    """Finds the nearest rows of a matrix by cosine similarity."""

    @property
    def extra_bytes(self) -> int:
        """Memory beside the matrix itself."""
        ...

    def nearest(self, queries: Vectors, k: int) -> tuple[Similarities, RowNumbers]:
        """Similarities (N, k) and rows (N, k) of (N, dim) unit queries, best first, ties by row.

        There are fewer columns where the matrix has fewer rows.
        """
        ...


def make_search(name: str, matrix: Vectors) -> Search:
    """Prepare the search among the rows of a (rows, dim) float32 matrix of unit vectors.

    Args:
        name: one of SEARCHES.
        matrix: kept, not copied, by the exact searches; the others hold what they saw.

    Raises:
        UnknownSearch: the name is none of SEARCHES.
        MissingExtra: the package for it is not installed.
    """
    if name not in SEARCHES:
        raise UnknownSearch(f"{name!r} is not one of {', '.join(SEARCHES)}")
    return SEARCHES[name](matrix)


class InBatches(ABC):
    """Looks for a few queries at a time, so that memory does not grow with their number."""

    def __init__(self, matrix: Vectors) -> None:
        self._matrix = torch.from_numpy(matrix)

    @torch.inference_mode()
    def nearest(self, queries: Vectors, k: int) -> tuple[Similarities, RowNumbers]:
        """See Search."""
        k = min(k, len(self._matrix))
        if not k or not len(queries):
            return np.zeros((len(queries), k), np.float32), np.zeros((len(queries), k), np.int64)
        parts = [self._nearest(batch, k) for batch in torch.from_numpy(queries).split(QUERIES)]
        similarities, rows = (torch.cat(column).numpy() for column in zip(*parts, strict=True))
        return similarities, rows

    @abstractmethod
    def _nearest(self, queries: Tensor, k: int) -> tuple[Tensor, Tensor]:
        """The same for one batch."""


class ExactSearch(InBatches):
    """All similarities in float32."""

    @property
    def extra_bytes(self) -> int:
        """None: it looks at the matrix as it is."""
        return 0

    def _nearest(self, queries: Tensor, k: int) -> tuple[Tensor, Tensor]:
        return best(queries @ self._matrix.T, k)


class BlockSearch(InBatches):
    """Similarities in bfloat16 choose blocks of rows, float32 ranks the rows of the best blocks.

    The k best rows lie in the k blocks with the highest maxima; SPARE_BLOCKS more make up for the rounding.
    """

    def __init__(self, matrix: Vectors) -> None:
        super().__init__(matrix)
        self._coarse = self._matrix.bfloat16()

    @property
    def extra_bytes(self) -> int:
        """A second, coarse matrix."""
        return self._coarse.nbytes

    def _nearest(self, queries: Tensor, k: int) -> tuple[Tensor, Tensor]:
        rounded = queries.bfloat16()
        maxima = torch.cat([_block_maxima(rounded @ part.T) for part in self._coarse.split(PART)], dim=1)
        blocks = maxima.topk(min(k + SPARE_BLOCKS, maxima.shape[1]), dim=1).indices.sort(dim=1).values
        rows = (blocks[:, :, None] * BLOCK + torch.arange(BLOCK)).flatten(1)
        there = rows < len(self._matrix)
        rows = rows.clamp(max=len(self._matrix) - 1)
        similarities = torch.einsum("nd,nrd->nr", queries, self._matrix[rows])
        found, places = best(similarities.masked_fill(~there, -torch.inf), k)
        return found, rows.gather(1, places)


class FaissFlat:
    """Exact, by faiss's own kernels."""

    def __init__(self, matrix: Vectors) -> None:
        require_package("faiss", install="faiss-cpu")
        import faiss

        faiss.omp_set_num_threads(torch.get_num_threads())
        self._matrix = matrix
        self._index = faiss.IndexFlatIP(matrix.shape[1])
        self._index.add(matrix)

    @property
    def extra_bytes(self) -> int:
        """A copy."""
        return self._matrix.nbytes

    def nearest(self, queries: Vectors, k: int) -> tuple[Similarities, RowNumbers]:
        """See Search."""
        return _ranked(self._matrix, queries, _faiss_rows(self._index, queries, k, len(self._matrix)), k)


class FaissCells:
    """Approximate: an inverted file of about 4 sqrt(rows) cells, of which CELLS_LOOKED_AT are read."""

    def __init__(self, matrix: Vectors) -> None:
        require_package("faiss", install="faiss-cpu")
        import faiss

        faiss.omp_set_num_threads(torch.get_num_threads())
        self._matrix = matrix
        self._index: Any = faiss.IndexFlatIP(matrix.shape[1])
        if len(matrix) >= 64 * CELLS_LOOKED_AT:  # fewer rows than that are read faster than sorted into cells
            cells = int(4 * len(matrix) ** 0.5)
            self._index = faiss.IndexIVFFlat(self._index, matrix.shape[1], cells, faiss.METRIC_INNER_PRODUCT)
            self._index.cp.niter, self._index.cp.max_points_per_centroid = 8, 64
            self._index.cp.min_points_per_centroid = 1
            self._index.nprobe = CELLS_LOOKED_AT
            self._index.train(matrix)
        self._index.add(matrix)

    @property
    def extra_bytes(self) -> int:
        """A copy, a number for each row, and the middle of each cell."""
        centres = getattr(self._index, "nlist", 0) * self._matrix.shape[1] * 4
        size: int = self._matrix.nbytes + 8 * len(self._matrix) + centres
        return size

    def nearest(self, queries: Vectors, k: int) -> tuple[Similarities, RowNumbers]:
        """See Search."""
        return _ranked(self._matrix, queries, _faiss_rows(self._index, queries, k, len(self._matrix)), k)


class UsearchGraph:
    """Approximate: a navigable small-world graph over bfloat16 copies (Malkov and Yashunin 2016)."""

    def __init__(self, matrix: Vectors) -> None:
        require_package("usearch", install="usearch")
        from usearch.index import Index

        self._matrix = matrix
        self._index = Index(
            ndim=matrix.shape[1], metric="ip", dtype="bf16", expansion_add=96, expansion_search=GRAPH_WIDTH
        )
        if len(matrix):
            self._index.add(np.arange(len(matrix)), matrix, threads=os.cpu_count() or 1)

    @property
    def extra_bytes(self) -> int:
        """A coarse copy and the graph."""
        return int(self._index.memory_usage)

    def nearest(self, queries: Vectors, k: int) -> tuple[Similarities, RowNumbers]:
        """See Search."""
        k = min(k, len(self._matrix))
        rows = np.full((len(queries), k), -1, dtype=np.int64)
        if k and len(queries):
            found = self._index.search(queries, k, threads=torch.get_num_threads())
            keys = np.asarray(found.keys).reshape(len(queries), -1).astype(np.int64)
            counts = np.asarray(getattr(found, "counts", [keys.shape[1]]))
            there = np.arange(keys.shape[1]) < counts[:, None]
            rows[:, : keys.shape[1]] = np.where(there, keys, -1)
        return _ranked(self._matrix, queries, rows, k)


def _faiss_rows(index: Any, queries: Vectors, k: int, rows: int) -> RowNumbers:
    k = min(k, rows)
    if not k or not len(queries):
        return np.zeros((len(queries), k), dtype=np.int64)
    return np.asarray(index.search(np.ascontiguousarray(queries), k)[1])


def _ranked(matrix: Vectors, queries: Vectors, rows: RowNumbers, k: int) -> tuple[Similarities, RowNumbers]:
    """Similarities in full precision of the rows that a library named, in the order that Search promises."""
    rows = np.sort(rows, axis=1)
    short = np.flatnonzero((rows < 0).any(axis=1))
    if len(short):  # it found too few: only all rows can say which ones are missing
        rows[short] = np.sort(ExactSearch(matrix).nearest(queries[short], k)[1], axis=1)
    similarities = np.einsum("nd,nkd->nk", queries, matrix[rows]).astype(np.float32)
    order = np.argsort(-similarities, axis=1, kind="stable")
    return np.take_along_axis(similarities, order, 1), np.take_along_axis(rows, order, 1)


def best(similarities: Tensor, k: int) -> tuple[Tensor, Tensor]:
    """The k largest of each row of (N, M), largest first, ties by column, as a stable sort would say."""
    if k < 1:
        return similarities[:, :0], torch.zeros((len(similarities), 0), dtype=torch.int64)
    found, columns = similarities.topk(k, dim=1)
    least = found[:, -1:]
    tied = (similarities == least).sum(dim=1) > (found == least).sum(dim=1)
    for row in tied.nonzero().flatten().tolist():  # rare: topk takes any of those that tie at the end
        above = found[row] > least[row]
        same = (similarities[row] == least[row]).nonzero().flatten()
        columns[row] = torch.cat([columns[row][above], same[: k - int(above.sum())]])
    columns = columns.sort(dim=1).values
    found = similarities.gather(1, columns)
    order = found.argsort(dim=1, descending=True, stable=True)
    return found.gather(1, order), columns.gather(1, order)


def exact(matrix: Vectors) -> Search:
    """Float32 while that is quick, blocks beyond."""
    return ExactSearch(matrix) if len(matrix) <= FP32_ROWS else BlockSearch(matrix)


def _block_maxima(similarities: Tensor) -> Tensor:
    missing = -similarities.shape[1] % BLOCK
    if missing:
        similarities = torch.nn.functional.pad(similarities, (0, missing), value=-torch.inf)
    return similarities.view(len(similarities), -1, BLOCK).amax(dim=2)


SEARCHES: Mapping[str, Callable[[Vectors], Search]] = {
    "exact": exact,
    "fp32": ExactSearch,
    "bf16": BlockSearch,
    "faiss": FaissFlat,
    "faiss-ivf": FaissCells,
    "usearch": UsearchGraph,
}
