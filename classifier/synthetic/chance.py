"""Seeded chance that is the same on every machine: no global state, no Python hash()."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")
Floats = NDArray[np.float32]

_STEPS = 4096
# A rounded table, not np.sin: SIMD builds of NumPy differ in the last bit and bytes must not.
_SINE: Floats = np.round(np.sin(np.arange(_STEPS) * (2 * np.pi / _STEPS)), 6).astype(np.float32)


class Dice:
    """A small stream of chance for one purpose, named by a seed and words."""

    def __init__(self, seed: int, *purpose: int | str) -> None:
        text = ":".join(str(part) for part in (seed, *purpose))
        digest = hashlib.blake2b(text.encode(), digest_size=16).digest()
        self.generator = np.random.Generator(np.random.PCG64(int.from_bytes(digest, "little")))

    def unit(self) -> float:
        """A number in [0, 1)."""
        return float(self.generator.random())

    def between(self, low: float, high: float) -> float:
        """A number in [low, high)."""
        return low + (high - low) * self.unit()

    def whole(self, low: int, high: int) -> int:
        """A whole number in [low, high), high excluded."""
        return low + int(self.unit() * (high - low))

    def happens(self, chance: float) -> bool:
        """True with this chance, in [0, 1]."""
        return self.unit() < chance

    def pick(self, options: Sequence[T]) -> T:
        """One of the options, all equally likely."""
        return options[self.whole(0, len(options))]

    def weighted(self, weights: Mapping[str, float]) -> str:
        """One of the keys, as likely as its weight."""
        mark = self.unit() * sum(weights.values())
        for key, weight in weights.items():
            mark -= weight
            if mark < 0:
                return key
        return next(reversed(list(weights)))

    def many(self, count: int) -> list[float]:
        """So many numbers in [0, 1)."""
        return [float(value) for value in self.generator.random(count)]


def seed_of(seed: int, *purpose: int | str) -> int:
    """A 63-bit seed of its own for one purpose."""
    text = ":".join(str(part) for part in (seed, *purpose))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little") >> 1


def sine(turns: Floats) -> Floats:
    """The sine of an array of angles in turns (1.0 is a full circle), by table."""
    index = (turns * np.float32(_STEPS)).astype(np.int32) & (_STEPS - 1)
    return np.take(_SINE, index)
