"""The nearest of many unit vectors: one interface, exact by default, faiss and usearch on request."""

from collections.abc import Callable, Mapping
from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from classifier.index.prototypes import Vectors
from classifier.refusal import Refusal

Similarities = npt.NDArray[np.float32]
RowNumbers = npt.NDArray[np.int64]

FP32_ROWS = 200_000  # up to here all similarities are computed in full precision
QUERIES = 32  # looked for at once
BLOCK = 64  # rows that stand and fall together while the best are being narrowed down
SPARE_BLOCKS = 13  # beyond k; what rounding to bfloat16 may hide
PART = 1 << 16  # rows multiplied at once, so that the products stay near the processor


class UnknownSearch(Refusal, ValueError):
    """No way of searching has that name."""


class Search(Protocol):
    """Finds the nearest rows of a matrix by cosine similarity."""

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


class ExactSearch:
    """All similarities in float32."""

    def __init__(self, matrix: Vectors) -> None:
        self._matrix = torch.from_numpy(matrix)

    @torch.inference_mode()
    def nearest(self, queries: Vectors, k: int) -> tuple[Similarities, RowNumbers]:
        """See Search."""
        k = min(k, len(self._matrix))
        parts = [self._nearest(batch, k) for batch in torch.from_numpy(queries).split(QUERIES)]
        return _joined(parts, k)

    def _nearest(self, queries: Tensor, k: int) -> tuple[Tensor, Tensor]:
        similarities = queries @ self._matrix.T
        return best(similarities, k)


class BlockSearch:
    """Similarities in bfloat16 choose blocks of rows, float32 ranks the rows of the best blocks.

    The k best rows lie in the k blocks with the highest maxima; SPARE_BLOCKS more make up for the rounding.
    """

    def __init__(self, matrix: Vectors) -> None:
        self._matrix = torch.from_numpy(matrix)
        self._coarse = self._matrix.bfloat16()

    @torch.inference_mode()
    def nearest(self, queries: Vectors, k: int) -> tuple[Similarities, RowNumbers]:
        """See Search."""
        k = min(k, len(self._matrix))
        parts = [self._nearest(batch, k) for batch in torch.from_numpy(queries).split(QUERIES)]
        return _joined(parts, k)

    def _nearest(self, queries: Tensor, k: int) -> tuple[Tensor, Tensor]:
        maxima = torch.cat(
            [_block_maxima(queries.bfloat16() @ part.T) for part in self._coarse.split(PART)], 1
        )
        blocks = maxima.topk(min(k + SPARE_BLOCKS, maxima.shape[1]), dim=1).indices.sort(dim=1).values
        rows = (blocks[:, :, None] * BLOCK + torch.arange(BLOCK)).flatten(1)
        there = rows < len(self._matrix)
        rows = rows.clamp(max=len(self._matrix) - 1)
        similarities = torch.einsum("nd,nrd->nr", queries, self._matrix[rows])
        found, places = best(similarities.masked_fill(~there, -torch.inf), k)
        return found, rows.gather(1, places)


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


def _joined(parts: list[tuple[Tensor, Tensor]], k: int) -> tuple[Similarities, RowNumbers]:
    if not parts:
        return np.zeros((0, k), np.float32), np.zeros((0, k), np.int64)
    similarities, rows = (torch.cat(column).numpy() for column in zip(*parts, strict=True))
    return similarities, rows


SEARCHES: Mapping[str, Callable[[Vectors], Search]] = {
    "exact": exact,
    "fp32": ExactSearch,
    "bf16-blocks": BlockSearch,
}
