"""A stand-in for finding a garment again where only one photo of each exists: its left and its right half.

The halves share no pixel, but light, ground and camera: far easier than a street photo. The right half is
mirrored, relit and turned a little, so that it is not the same picture continued.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageEnhance, ImageOps

from classifier.bench.baselines import mean_colours
from classifier.colour import SIZE, colour_histograms
from classifier.transforms import to_frame

Vectors = npt.NDArray[np.float32]
GREY: Final = (128, 128, 128)


def left_half(image: Image.Image) -> Image.Image:
    """What goes into the gallery."""
    return image.crop((0, 0, image.width // 2, image.height))


def right_half(image: Image.Image, *, seed: int) -> Image.Image:
    """What is searched for: mirrored, up to 8 degrees off, brighter or darker by up to a quarter."""
    chance = np.random.default_rng(seed)
    half = ImageOps.mirror(image.crop((image.width - image.width // 2, 0, image.width, image.height)))
    half = half.rotate(chance.uniform(-8, 8), Image.Resampling.BILINEAR, fillcolor=GREY)
    return ImageEnhance.Brightness(half).enhance(chance.uniform(0.75, 1.25))


def places(gallery: Vectors, queries: Vectors) -> npt.NDArray[np.float64]:
    """Place (N,), from 0, of each query's own garment by inner product; among equals in the middle."""
    likeness = queries @ gallery.T
    own = np.diag(likeness)[:, None]
    return np.asarray((likeness > own).sum(axis=1) + ((likeness == own).sum(axis=1) - 1) / 2)


@dataclass(frozen=True, slots=True, eq=False)
class Halves:
    """Both halves of the same garments."""

    gallery: list[Image.Image]
    queries: list[Image.Image]

    @classmethod
    def of(cls, images: list[Image.Image], seed: int) -> "Halves":
        """Halve pictures."""
        pairs = enumerate(images)
        return cls([left_half(i) for i in images], [right_half(i, seed=seed * 100_000 + n) for n, i in pairs])

    def by_mean_colour(self) -> npt.NDArray[np.float64]:
        """Places by the distance of mean colours."""
        gallery, queries = (mean_colours(frames(images)) for images in (self.gallery, self.queries))
        # |q - g|^2 = |q|^2 - 2 qg + |g|^2: the first is the same for all, the others fit an inner product
        return places(
            np.c_[gallery, (gallery**2).sum(axis=1)], np.c_[queries, np.full(len(queries), -0.5, np.float32)]
        )

    def by_histogram(self) -> npt.NDArray[np.float64]:
        """Places by colour histograms."""
        return places(*(colour_histograms(frames(images)) for images in (self.gallery, self.queries)))


def frames(images: list[Image.Image]) -> npt.NDArray[np.uint8]:
    """Small (N, 3, H, W) frames for colours."""
    return np.stack([to_frame(image, SIZE) for image in images])
