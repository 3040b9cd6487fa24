"""Which known pictures a new one may repeat: the same bytes, or near perceptual hashes and like colours."""

from collections.abc import Iterable

import numpy as np
from PIL import Image

NEAR_BITS = 31  # of 256; PDQ's own advice for "the same picture"
WORDS = 4  # a hash as four 64-bit words
MOST_CANDIDATES = 8
CELLS = 16  # the picture as so many by so many patches of colour
SPOT = 12  # the patches that differ most: 5 % of 256, about a dress seen from afar
# Measured on pictures packed, resized and tinted again: at most 8.5; on shoes of another colour: 13.
MAX_COLOUR_GAP = 10.0


class Lookalikes:
    """Every picture known at the start of a run, and those that came in it."""

    def __init__(self, known: Iterable[tuple[str, str, str]] = ()) -> None:
        """Learn pictures as (name, sha256, perceptual hash or "")."""
        self._by_sha: dict[str, str] = {}
        self._names: list[tuple[str, str]] = []
        self._hashes = np.zeros((1024, WORDS), dtype=np.uint64)
        for name, sha256, phash in known:
            self.add(name, sha256, phash)

    def add(self, name: str, sha256: str, phash: str) -> None:
        """Learn one picture; the first of several equal ones keeps its name."""
        self._by_sha.setdefault(sha256, name)
        if not phash:
            return
        if len(self._names) == len(self._hashes):
            self._hashes = np.concatenate([self._hashes, np.zeros_like(self._hashes)])
        self._hashes[len(self._names)] = _words(phash)
        self._names.append((name, sha256))

    def same_bytes(self, sha256: str) -> str:
        """Name the picture with these bytes, or "" when there is none."""
        return self._by_sha.get(sha256, "")

    def near(self, phash: str) -> list[tuple[str, str]]:
        """Name pictures of the same shapes, nearest first, as (name, sha256); their colours may differ."""
        if not phash or not self._names:
            return []
        apart = np.bitwise_count(self._hashes[: len(self._names)] ^ _words(phash)).sum(axis=1)
        close = np.flatnonzero(apart <= NEAR_BITS)
        nearest = close[np.argsort(apart[close], kind="stable")][:MOST_CANDIDATES]
        return [self._names[index] for index in nearest]


def same_colours(one: Image.Image, other: Image.Image) -> bool:
    """Whether two pictures of the same shapes have the same colours, a tint over all of it left aside.

    PDQ sees light and dark only, but colour is what tells two dresses of one cut apart.
    """
    gap = np.abs(_tints(one) - _tints(other)).mean(axis=1)
    return float(np.sort(gap)[-SPOT:].mean()) <= MAX_COLOUR_GAP


def _tints(image: Image.Image) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
    """Return each patch's colour without its lightness and without the mean of all, (CELLS², 3)."""
    small = image.convert("RGB").resize((CELLS, CELLS), Image.Resampling.BOX)
    patches = np.asarray(small, dtype=np.float32).reshape(-1, 3)
    colours = patches - patches.mean(axis=1, keepdims=True)
    tints: np.ndarray[tuple[int, int], np.dtype[np.float32]] = colours - colours.mean(axis=0)
    return tints


def _words(phash: str) -> "np.ndarray[tuple[int], np.dtype[np.uint64]]":
    return np.frombuffer(bytes.fromhex(phash), dtype=np.uint64)
