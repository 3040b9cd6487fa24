"""Which known picture a new one looks like: exact bytes first, then the nearest perceptual hash."""

from collections.abc import Iterable

import numpy as np

NEAR_BITS = 31  # of 256; PDQ's own advice for "the same picture"
WORDS = 4  # a hash as four 64-bit words


class Lookalikes:
    """Every picture known at the start of a run, and those that came in it."""

    def __init__(self, known: Iterable[tuple[str, str, str]] = ()) -> None:
        """Learn pictures as (name, sha256, perceptual hash or "")."""
        self._by_sha: dict[str, str] = {}
        self._names: list[str] = []
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
        self._names.append(name)

    def find(self, sha256: str, phash: str) -> str:
        """Name the picture this one repeats, the nearest of several, or "" when it is a new one."""
        if found := self._by_sha.get(sha256):
            return found
        if not phash or not self._names:
            return ""
        apart = np.bitwise_count(self._hashes[: len(self._names)] ^ _words(phash)).sum(axis=1)
        nearest = int(apart.argmin())
        return self._names[nearest] if apart[nearest] <= NEAR_BITS else ""


def _words(phash: str) -> "np.ndarray[tuple[int], np.dtype[np.uint64]]":
    return np.frombuffer(bytes.fromhex(phash), dtype=np.uint64)
