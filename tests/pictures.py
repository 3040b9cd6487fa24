"""Pictures made on the spot: as varied as photographs to a perceptual hash, and every kind of broken one."""

import io
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image


def scene(seed: int, size_px: tuple[int, int] = (320, 400)) -> Image.Image:
    """Draw soft coloured blobs, different for every seed."""
    patches = np.random.default_rng(seed).integers(0, 256, (9, 7, 3), dtype=np.uint8)
    return Image.fromarray(patches).resize(size_px, Image.Resampling.BICUBIC)


def packed(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    """Return a picture's file."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def jpeg(seed: int, size_px: tuple[int, int] = (320, 400), **options: Any) -> bytes:
    """Return the JPEG of a scene."""
    return packed(scene(seed, size_px), **({"quality": 90} | options))


def write_jpeg(path: Path, seed: int) -> Path:
    """Write the JPEG of a scene to a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(jpeg(seed))
    return path


def bomb(width: int, height: int) -> bytes:
    """Return a small PNG that unfolds to so many pixels."""
    return packed(Image.new("1", (width, height)), "PNG")
