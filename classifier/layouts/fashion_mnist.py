"""Fashion-MNIST: four idx files, in gzip or not, as in Debian's dataset-fashion-mnist.

idx: 0 0 8 dimensions, then each dimension as four bytes, big-endian, then the pixels. Class 3 is "Dress". It
has no catalogue: dresses become "unlisted" (in nobody's stock), the rest "not_dress" with its class as the
kind; the test files are the holdout. Source: Xiao, Rasul and Vollgraf 2017, and its README.
"""

import gzip
import io
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image

from classifier.layouts.collection import Collection, Item, LayoutError
from classifier.snapshot import Split

CLASSES: Final = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip
FILES: Final[dict[str, tuple[str, str]]] = {
    "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}


@dataclass(frozen=True, slots=True)
class Pixels:
    """One picture of an idx file, as a PNG."""

    name: str
    grey: npt.NDArray[np.uint8]

    def read(self) -> bytes:
        """Return it as a PNG file."""
        file = io.BytesIO()
        Image.fromarray(self.grey).save(file, "PNG")
        return file.getvalue()

    def __str__(self) -> str:
        return self.name


def recognise(root: Path) -> bool:
    """Whether a folder holds its files."""
    return all(_file(root, name) for pair in FILES.values() for name in pair)


def read(root: Path) -> Collection:
    """List all pictures; training pictures are split between teaching and calibrating by their number.

    Raises:
        LayoutError: a file is missing, cut off or of another form.
    """
    items = []
    for part, (images, labels) in FILES.items():
        pictures, classes = read_idx(_file(root, images), images), read_idx(_file(root, labels), labels)
        if len(pictures) != len(classes) or pictures.ndim != 3:
            raise LayoutError(f"{root}: {images} and {labels} do not belong together")
        split: Split | None = "holdout" if part == "test" else None
        for number, (grey, label) in enumerate(zip(pictures, classes, strict=True)):
            kind, name = CLASSES[label], f"{part}-{number:05d}"
            side = split or ("train" if number % 8 else "calibration")
            use = "unlisted" if kind == "Dress" else "not_dress"
            items.append(Item(Pixels(name, grey), use, name=name, split=side, kind=kind))  # type: ignore[arg-type]
    return Collection("fashion-mnist", tuple(items))


def read_idx(path: Path | None, name: str) -> npt.NDArray[np.uint8]:
    """The bytes of an idx file, in its own shape.

    Raises:
        LayoutError: it is missing, cut off, or does not hold bytes.
    """
    if path is None:
        raise LayoutError(f"{name}.gz is missing (Debian: apt-get install dataset-fashion-mnist)")
    try:
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        zero, kind, dimensions = struct.unpack(">HBB", content[:4])
        shape = struct.unpack(f">{dimensions}I", content[4 : 4 + 4 * dimensions])
        if (zero, kind) != (0, 8):
            raise LayoutError(f"{path} is no idx file of bytes")
        return np.frombuffer(content, np.uint8, offset=4 + 4 * dimensions).reshape(shape)
    except (struct.error, ValueError, EOFError, OSError) as error:
        if isinstance(error, LayoutError):
            raise
        raise LayoutError(f"{path} is cut off or no idx file: {error}") from error


def _file(root: Path, name: str) -> Path | None:
    return next((path for path in (root / f"{name}.gz", root / name) if path.is_file()), None)
