"""The floor every model must beat by far: which studio shot has the same colours."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from classifier.data import read_frames
from classifier.snapshot import Snapshot, SnapshotPhoto

SIZE = (80, 64)
LEVELS = 6  # per channel

Histograms = npt.NDArray[np.float32]  # (N, LEVELS ** 3)


def colour_histograms(frames: npt.NDArray[np.uint8]) -> Histograms:
    """Square roots of the colour shares in the middle of (N, 3, H, W) frames (Bhattacharyya)."""
    height, width = frames.shape[2:]
    middle = (
        frames[:, :, height // 5 : -height // 5, width // 4 : -width // 4].astype(np.int64) * LEVELS // 256
    )
    codes = (middle[:, 0] * LEVELS + middle[:, 1]) * LEVELS + middle[:, 2]
    counts = np.stack([np.bincount(code.ravel(), minlength=LEVELS**3) for code in codes])
    counts[:, -1] = 0  # white is the studio's background, not a dress's colour
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    return np.asarray(np.sqrt(shares), dtype=np.float32)


def colour_ranks(
    snapshot: Snapshot, skus: Sequence[str], photos: Sequence[SnapshotPhoto]
) -> npt.NDArray[np.int64]:
    """Place (N,), from 0, of each photo's own style among `skus` when only colours are compared."""
    if not photos or not skus:
        return np.zeros(0, dtype=np.int64)
    images = {style.sku: style.images for style in snapshot.styles}
    shown = [sku for sku in skus if images.get(sku)]
    studio = [image for sku in shown for image in images[sku]]
    owner = np.repeat(np.arange(len(shown)), [len(images[sku]) for sku in shown])
    gallery = _histograms(snapshot, studio)
    likeness = _histograms(snapshot, [photo.image for photo in photos]) @ gallery.T
    best = np.full((len(photos), len(shown)), -1.0)
    for column, style in enumerate(owner):
        best[:, style] = np.maximum(best[:, style], likeness[:, column])
    place = {sku: row for row, sku in enumerate(shown)}
    own = np.array([best[n, place[p.sku]] if p.sku in place else -1.0 for n, p in enumerate(photos)])
    return np.asarray((best > own[:, None]).sum(axis=1))


def _histograms(snapshot: Snapshot, images: Sequence[str]) -> Histograms:
    return colour_histograms(read_frames([snapshot.path(image) for image in images], SIZE).numpy())
