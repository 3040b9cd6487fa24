"""What the gate is told, and what it says."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from classifier.refusal import Refusal

Bools = npt.NDArray[np.bool_]


class NotComparable(Refusal, ValueError):
    """Two models were not measured on the same photos: measure both on one snapshot and split."""


@dataclass(frozen=True, slots=True)
class Answers:
    """How one model answered the frozen holdout, photo by photo, and what it costs."""

    run: str
    photos: tuple[str, ...]  # N, of styles on offer
    owners: tuple[str, ...]  # N, "" where nobody knows
    top1: Bools  # (N,) its own style came first
    top3: Bools  # (N,)
    slices: Mapping[str, Bools]  # (N,) each: who belongs to it
    negatives: tuple[str, ...]  # M photos without a dress
    negative_owners: tuple[str, ...]  # M
    found: Bools  # (M,) was called no dress
    ece: float
    chance: float  # top-3 share of a guess
    colour_top3: float | None  # of comparing colours alone
    seen: Bools | None = None  # (N,) was called a dress
    p95_ms: float | None = None  # for one picture alone, measured beside the other model


@dataclass(frozen=True, slots=True)
class Limits:
    """What the gate asks for; shares in [0, 1]."""

    photos: int = 100  # of styles on offer: with fewer nobody can tell
    owners: int = 20  # who posted them
    slice: int = 20  # photos: a smaller slice is named and not judged
    margin: float = 0.005  # how much worse a slice may truly be
    doubt: float = 0.1587  # chance of refusing a slice that is worse by just the margin: one standard error
    ece: float = 0.01  # how much worse calibration may be
    p95_ms: float = 250.0
    slower: float = 1.2  # or so many times the champion's, where the machine is too slow for both


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the gate's table; None where there is no such number."""

    name: str
    title: str
    unit: str  # "share" or "ms"
    n: int
    owners: int
    champion: float | None
    challenger: float | None
    difference: float | None
    low: float | None  # of a 95 % interval
    high: float | None
    least: float | None  # what the difference was held against
    passed: bool | None  # None: named, but not judged
    reason: str  # a sentence for people


@dataclass(frozen=True, slots=True)
class Ruling:
    """The gate's word, its reasons as sentences, and every figure behind them."""

    promoted: bool
    reasons: tuple[str, ...]
    checks: tuple[Check, ...] = field(default=())

    def document(self) -> dict[str, Any]:
        """The same for machines: plain JSON."""
        return {
            "promoted": self.promoted,
            "reasons": list(self.reasons),
            "checks": [asdict(check) for check in self.checks],
        }
