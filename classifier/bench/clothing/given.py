"""What the parts of `bench clothing` share."""

import argparse
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from classifier.bench.folder import say
from classifier.bench.parts import Parts
from classifier.refusal import Refusal

if TYPE_CHECKING:  # torch takes seconds to load
    from classifier.bench.clothing.photos import Photos, Split


class NoSides(Refusal, ValueError):
    """Neither two folders nor one folder to be dealt into folds."""


@dataclass
class Given:
    """What the parts share, each loaded or computed when first asked for."""

    options: argparse.Namespace
    photos: "Photos"
    deals: "list[list[Split]]"  # a list of splits per seed
    parts: Parts
    key: dict[str, Any]
    kept: dict[str, Any] = field(default_factory=dict)

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """Compute an array at most once: kept in memory and, with --out, as a file."""
        if name not in self.kept:
            self.kept[name] = self._array(name, make)
        return self.kept[name]

    def _array(self, name: str, make: Callable[[], npt.NDArray[Any]]) -> npt.NDArray[Any]:
        if self.options.out is None:
            return make()
        path = self.options.out / f"{name}-{self.key['photos']}.npy"
        if not path.is_file():
            say(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_suffix(".partial.npy")
            np.save(partial, make())
            partial.replace(path)
        found: npt.NDArray[Any] = np.load(path)
        return found

    def features(self) -> npt.NDArray[np.float32]:
        """Published features of all photos."""

        def make() -> npt.NDArray[np.float32]:
            from classifier.model.features import PretrainedFeatures

            return PretrainedFeatures(self.options.features).embed(self.photos.images)

        found: npt.NDArray[np.float32] = self.once(f"features-{self.options.features}", make)
        return found


def gather(options: argparse.Namespace) -> Given:
    """Read the photos and deal them.

    Raises:
        NoSides, LayoutError, SendersOverlap, TooFewSenders: the folders cannot be used so.
    """
    from classifier.bench.clothing.photos import apart, folds, load_photos, rows_of

    if options.data:
        photos, _ = load_photos(options.data)
        deals = [folds(photos, options.folds, seed) for seed in range(options.seeds)]
    elif options.train and options.test:
        photos, (train, test) = load_photos(options.train, options.test)
        deals = [[apart(photos, train, test)]] * options.seeds
    else:
        raise NoSides("name two folders (--train and --test), or one (--data) to be dealt into --folds")
    names = "\n".join(f"{n} {s} {label}" for n, s, label in zip(
        photos.names, photos.senders, photos.labels, strict=True))  # fmt: skip
    digest = hashlib.sha256(names.encode()).hexdigest()[:12]
    key = {"photos": digest, "folds": len(deals[0]), "tested": len(rows_of(deals[0]))}
    return Given(options, photos, deals, Parts(options.out / "parts" if options.out else None), key)
