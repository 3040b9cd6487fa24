"""The floors: what colour alone finds."""

import numpy as np
import numpy.typing as npt

from classifier.bench.task import Found, Task
from classifier.colour import SIZE, colour_histograms
from classifier.data import read_frames

Vectors = npt.NDArray[np.float32]
Frames = npt.NDArray[np.uint8]  # (N, 3, H, W)


def mean_colours(frames: Frames) -> Vectors:
    """Mean red, green and blue (N, 3), in [0, 1], of the middle of (N, 3, H, W) frames."""
    height, width = frames.shape[2:]
    middle = frames[:, :, height // 5 : -height // 5, width // 4 : -width // 4]
    return np.asarray(middle.mean(axis=(2, 3)) / 255, dtype=np.float32)


def find_by_mean_colour(task: Task) -> Found:
    """The style whose nearest picture in the gallery has the nearest mean colour."""
    gallery, photos = (mean_colours(frames) for frames in _frames(task))
    distances = np.linalg.norm(photos[:, None] - gallery[None], axis=2)
    return _by_nearest(task, -distances)


def find_by_histogram(task: Task) -> Found:
    """The style whose nearest picture in the gallery shares most of its colours (classifier.colour)."""
    gallery, photos = (colour_histograms(frames) for frames in _frames(task))
    return _by_nearest(task, photos @ gallery.T)


def find_by_prototype(task: Task, gallery: Vectors, photos: Vectors) -> Found:
    """The style with the nearest mean of its unit features (styles, dim)."""
    sums = np.zeros((len(task.skus), gallery.shape[1]), np.float32)
    np.add.at(sums, task.owner, gallery)
    prototypes = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-12)
    similarities = photos @ prototypes.T
    return Found(similarities, similarities.max(axis=1))


def chance_of(task: Task) -> dict[str, float]:
    """What guessing finds, exactly."""
    styles = len(task.skus)
    shares = {f"R@{k}": min(1.0, k / styles) for k in (1, 3, 20)}
    return shares | {"MRR": float((1 / np.arange(1, styles + 1)).mean())}


def _frames(task: Task) -> tuple[Frames, Frames]:
    photos = [photo.image for photo in task.photos]
    return read_frames(task.paths(task.gallery), SIZE).numpy(), read_frames(task.paths(photos), SIZE).numpy()


def _by_nearest(task: Task, likeness: Vectors) -> Found:
    """From likeness to pictures (photos, gallery) to likeness to styles: that of the nearest picture."""
    starts = np.flatnonzero(np.diff(task.owner, prepend=-1))
    similarities = np.maximum.reduceat(likeness, starts, axis=1)
    return Found(similarities, similarities.max(axis=1))
