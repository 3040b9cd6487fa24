"""Lists for all users, in blocks of rows for any process: put together they are one run, bit for bit.

A matrix product rounds a row differently beside other rows (OpenBLAS picks its kernel by the shape, and by
where in it a row stands). So users are always answered in whole tiles that begin at multiples of TILE, and
rows of a tile that are not the block's are filled with empty histories: each row meets the same arithmetic
wherever blocks are cut.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Self
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, issparse

from recsys.data import Ids, Interactions
from recsys.models.base import Progress, Recommender, Rows, quiet
from recsys.models.ranked import Ranked, Reason
from recsys.refusal import BadFile, BadParameter

TILE = 256  # rows answered at once; another number is as right, and other last bits
REASONS = tuple(Reason)  # a file keeps their places


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Some users in a row: what a process must be handed, beside the model, to answer for them."""

    start: int  # the row of the first user among all
    users: NDArray[Any]  # (B,) names
    histories: csr_array  # (B, I)

    def save(self, path: Path) -> None:
        """Write one npz file, which takes its place when it is whole."""
        csr = self.histories
        arrays = {
            "data": csr.data,
            "indices": csr.indices,
            "indptr": csr.indptr,
            "shape": np.array(csr.shape),
        }
        _save(path, start=np.array(self.start), users=self.users, **arrays)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote.

        Raises:
            BadFile: it is missing or something else.
        """
        found = _load(path, "start", "users", "data", "indices", "indptr", "shape")
        parts = (found["data"], found["indices"], found["indptr"])
        return cls(
            int(found["start"]), found["users"], csr_array(parts, shape=tuple(found["shape"].tolist()))
        )


@dataclass(frozen=True, slots=True, eq=False)
class Lists:
    """What a block was answered with, in the order of its users."""

    start: int
    users: NDArray[Any]  # (B,) names
    ranked: Ranked  # (B, N)

    def save(self, path: Path) -> None:
        """Write one npz file, which takes its place when it is whole."""
        reasons = np.array([REASONS.index(reason) for reason in self.ranked.reasons], np.uint8)
        ranked = {"items": self.ranked.items, "scores": self.ranked.scores, "reasons": reasons}
        _save(path, start=np.array(self.start), users=self.users, **ranked)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote.

        Raises:
            BadFile: it is missing or something else.
        """
        found = _load(path, "start", "users", "items", "scores", "reasons")
        reasons = tuple(REASONS[place] for place in found["reasons"])
        ranked = Ranked(found["items"], found["scores"], reasons)
        return cls(int(found["start"]), found["users"], ranked)

    def named(self, items: Ids) -> Iterator[tuple[Any, list[tuple[Any, float]], Reason]]:
        """Each user's name, the (item name, score) pairs best first, and why."""
        ranked = self.ranked
        trios = zip(self.users.tolist(), ranked.items, ranked.scores, ranked.reasons, strict=True)
        for user, columns, scores, reason in trios:
            pairs = zip(columns[columns >= 0].tolist(), scores[columns >= 0].tolist(), strict=True)
            yield user, [(items[column], score) for column, score in pairs], reason


def blocks(count: int, rows: int) -> list[tuple[int, int]]:
    """Where to cut `count` users into blocks of at most `rows`: (start, stop) pairs that cover all once.

    Raises:
        BadParameter: rows is below 1, or count below 0.
    """
    if rows < 1 or count < 0:
        raise BadParameter(f"{count} users in blocks of {rows}: at least 0 users and 1 row")
    return [(start, min(start + rows, count)) for start in range(0, count, rows)]


def cut(data: Interactions, start: int, stop: int) -> Block:
    """The users from `start` up to `stop`, with all that they did."""
    return Block(start, data.users.names[start:stop], data.csr[start:stop])


def recommend_block(
    model: Recommender,
    block: Block,
    N: int = 10,
    *,
    filter_already_liked_items: bool = True,
    items: Rows | None = None,
    exclude: Rows | csr_array | None = None,
) -> Lists:
    """Fold a block's users in from their histories and rank; the arguments are those of `recommend`.

    Args:
        exclude: columns, or (B, I) cells for each user of the block.
    """
    histories, skipped = block.histories, block.start % TILE
    own = csr_array(exclude) if issparse(exclude) else None
    parts: list[Ranked] = []
    for first in range(-skipped, histories.shape[0], TILE):
        ranked = model.recommend(
            None,
            _tile(histories, first),
            N,
            filter_already_liked_items,
            items,
            exclude if own is None else _tile(own, first),
        )
        parts.append(_rows(ranked, max(0, -first), min(TILE, histories.shape[0] - first)))
    return Lists(block.start, block.users, _stacked(parts, N, model.dtype))


def joined(parts: Sequence[Lists]) -> Lists:
    """The lists of blocks as those of one, whatever order they came in.

    Raises:
        BadParameter: there is none, one is missing between two others, or two overlap.
    """
    if not parts:
        raise BadParameter("there is no block to join")
    ordered = sorted(parts, key=lambda part: (part.start, len(part.users)))
    for before, after in pairwise(ordered):
        if before.start + len(before.users) != after.start:
            end = before.start + len(before.users)
            raise BadParameter(f"a block ends before row {end}, the next begins at {after.start}")
    names = np.concatenate([part.users for part in ordered])
    first = ordered[0].ranked
    ranked = _stacked([part.ranked for part in ordered], first.items.shape[1], first.scores.dtype.name)
    return Lists(ordered[0].start, names, ranked)


def recommend_all(
    model: Recommender, data: Interactions, N: int = 10, *, progress: Progress = quiet, **asked: Any
) -> Lists:
    """Every user's list in this process, block by block; `asked` goes to `recommend_block`."""
    parts = []
    for start, stop in blocks(data.n_users, 16 * TILE):
        parts.append(recommend_block(model, cut(data, start, stop), N, **asked))
        progress(stop, data.n_users)
    return joined(parts or [recommend_block(model, cut(data, 0, 0), N)])


def _tile(cells: csr_array, first: int) -> csr_array:
    """TILE rows from row `first`, which may be below 0; rows that are not there are empty."""
    start, stop = max(0, first), min(cells.shape[0], first + TILE)
    part = cells[start:stop]
    before, after = start - first, first + TILE - stop
    indptr = np.concatenate([np.zeros(before, part.indptr.dtype), part.indptr, np.full(after, part.nnz)])
    return csr_array((part.data, part.indices, indptr), shape=(TILE, cells.shape[1]))


def _rows(ranked: Ranked, start: int, stop: int) -> Ranked:
    some = slice(start, stop)
    return Ranked(ranked.items[some], ranked.scores[some], ranked.reasons[some])


def _stacked(parts: Sequence[Ranked], N: int, dtype: str) -> Ranked:
    nothing = Ranked(np.zeros((0, N), np.int32), np.zeros((0, N), dtype), ())
    every = [nothing, *parts]
    reasons = tuple(reason for part in every for reason in part.reasons)
    return Ranked(
        np.concatenate([part.items for part in every]),
        np.concatenate([part.scores for part in every]),
        reasons,
    )


def _save(path: Path, **arrays: NDArray[Any]) -> None:
    temporary = path.with_name(path.name + ".part.npz")
    np.savez(temporary, allow_pickle=False, **arrays)
    temporary.replace(path)


def _load(path: Path, *names: str) -> dict[str, NDArray[Any]]:
    try:
        with np.load(path, allow_pickle=False) as stored:
            return {name: stored[name] for name in names}
    except FileNotFoundError:
        raise BadFile(f"there is no file {path}") from None
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise BadFile(f"{path.name} is not a block's file: {error}") from error
