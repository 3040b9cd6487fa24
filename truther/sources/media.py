"""One picture's way onto the disk: looked at, stripped, made small, hashed, and stored once."""

import errno
import hashlib
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pdqhash
from PIL import Image

from truther.sources.decode import PictureRefused, decode

BOXES = {640: (640, 800), 256: (256, 320)}  # pixels, by the name that the file carries
MIN_QUALITY = 50  # PDQ's own advice: below it two hashes say nothing about each other
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
PRIVATE, READABLE = 0o600, 0o644


class StorageFull(OSError):
    """The disk has no room; what was stored before is whole, what could not be stored has left nothing."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What is known about one stored picture."""

    sha256: str  # of the original bytes, hex
    phash: str  # PDQ, 64 hex digits; "" when the picture has too little in it to be recognised
    width: int  # of the upright original, pixels
    height: int


def digest(data: bytes) -> str:
    """Return the name a picture's files go by."""
    return hashlib.sha256(data).hexdigest()


def read_picture(path: Path, *, max_bytes: int) -> bytes:
    """Return a file's bytes.

    Raises:
        PictureRefused: it is not there, cannot be read, or is larger than `max_bytes`.
    """
    try:
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
    except OSError as error:
        raise PictureRefused(f"{path.name} cannot be read: {error.strerror or error}") from error
    if len(data) > max_bytes:
        raise PictureRefused(f"{path.name} is larger than {max_bytes:,} bytes")
    return data


@dataclass(frozen=True, slots=True)
class MediaStore:
    """The media folder: originals for us alone, WebPs for people who signed in."""

    root: Path

    def original(self, sha256: str) -> Path:
        """Where the original bytes lie."""
        return self.root / "originals" / sha256[:2] / sha256

    def web(self, sha256: str, size_px: int) -> Path:
        """Where the WebP of one size (640 or 256) lies."""
        return self.root / "web" / sha256[:2] / f"{sha256}-{size_px}.webp"

    def files(self, sha256: str) -> tuple[Path, ...]:
        """Every file of one picture."""
        return (self.original(sha256), *(self.web(sha256, size_px) for size_px in BOXES))

    def has(self, sha256: str) -> bool:
        """Whether every file of a picture is there."""
        return all(path.exists() for path in self.files(sha256))

    def keep(self, data: bytes) -> Picture:
        """Decode a picture and store it; the same bytes are stored once, however often they come.

        Raises:
            PictureRefused: the bytes are no picture we take.
            StorageFull: no room for it.
        """
        image, (width, height) = decode(data)
        sha256 = digest(data)
        for size_px, box in BOXES.items():  # 256 is made from 640: four times faster, the same to the eye
            image.thumbnail(box, Image.Resampling.LANCZOS)
            _write(self.web(sha256, size_px), _webp(image), READABLE)
        phash = _perceptual_hash(image)  # looks at 64 x 64 in the end: the smallest picture is enough
        _write(self.original(sha256), lambda file: file.write(data), PRIVATE)  # last: it vouches for the rest
        return Picture(sha256, phash, width, height)

    def small(self, sha256: str) -> Image.Image:
        """Read the 256 px picture back."""
        with Image.open(self.web(sha256, 256), formats=["WEBP"]) as image:
            image.load()
            return image

    def forget(self, sha256: str) -> int:
        """Delete every file of a picture and return how many there were."""
        there = [path for path in self.files(sha256) if path.exists()]
        for path in there:
            path.unlink(missing_ok=True)
        return len(there)


def _perceptual_hash(image: Image.Image) -> str:
    """Hash what the picture looks like: 256 bits that hardly move when it is filtered or packed again.

    Source: PDQ, Facebook 2019 ("The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm").
    """
    bits, quality = pdqhash.compute(np.asarray(image))
    return np.packbits(bits.astype(np.uint8)).tobytes().hex() if quality >= MIN_QUALITY else ""


def _webp(image: Image.Image) -> Callable[[BinaryIO], object]:
    return lambda file: image.save(file, "WEBP", quality=80, method=0)


def _write(path: Path, fill: Callable[[BinaryIO], object], mode: int) -> None:
    """Write a file whole or not at all; one that is there already holds the same bytes."""
    if path.exists():
        return
    with _room_on_disk(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        try:
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
                fill(file)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)


@contextmanager
def _room_on_disk(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        raise StorageFull(f"no room on the disk for {path.parent} ({error.strerror})") from error


__all__ = ["BOXES", "MediaStore", "Picture", "PictureRefused", "StorageFull", "digest", "read_picture"]
