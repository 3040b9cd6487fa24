"""One picture's way onto the disk: looked at, stripped, made small, hashed, and stored once."""

import contextlib
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

BOXES = {
    640: (640, 800),
    256: (256, 320),
}  # pixels, by the name that the file carries
LATER = {1080: (1080, 1350), 320: (320, 400)}  # made when first asked for, and kept
MIN_QUALITY = 50  # PDQ's own advice: below it two hashes say nothing about each other
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
PRIVATE, READABLE = 0o600, 0o644


class NoOriginal(Exception):
    """A size cannot be made, since what it is made of is not there."""


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
        """Where the WebP of one size lies, made or not."""
        return self.root / "web" / sha256[:2] / f"{sha256}-{size_px}.webp"

    def files(self, sha256: str) -> tuple[Path, ...]:
        """Every file there may be of one picture."""
        return (self.original(sha256), *(self.web(sha256, size_px) for size_px in BOXES | LATER))

    def has(self, sha256: str) -> bool:
        """Whether a picture is there whole; the sizes made later are not missed."""
        return all(
            path.exists()
            for path in (self.original(sha256), *(self.web(sha256, size_px) for size_px in BOXES))
        )

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

    def developed(self, sha256: str, size_px: int) -> Path:
        """Return where the WebP of one size lies, after making it if nobody asked for it before.

        Two who ask at once both make it, and the same bytes are kept once. One that is made while its picture
        is being forgotten is forgotten too.

        Raises:
            NoOriginal: it is not there and cannot be made.
            StorageFull: no room for it.
        """
        path = self.web(sha256, size_px)
        if path.exists():
            return path
        if size_px not in LATER:
            raise NoOriginal(sha256)
        image = self._large(sha256) if size_px == 1080 else self._open(self.web(sha256, 640))
        image.thumbnail(LATER[size_px], Image.Resampling.LANCZOS)
        _write(path, _webp(image), READABLE)
        if not self.web(sha256, 640).exists():  # taken down meanwhile
            path.unlink(missing_ok=True)
            raise NoOriginal(sha256)
        return path

    def _large(self, sha256: str) -> Image.Image:
        try:
            return decode(self.original(sha256).read_bytes())[0]
        except FileNotFoundError as error:
            raise NoOriginal(sha256) from error

    @staticmethod
    def _open(path: Path) -> Image.Image:
        try:
            with Image.open(path, formats=["WEBP"]) as image:
                image.load()
                return image
        except FileNotFoundError as error:
            raise NoOriginal(path.name) from error

    def small(self, sha256: str) -> Image.Image:
        """Read the 256 px picture back."""
        return self._open(self.web(sha256, 256))

    def forget(self, sha256: str) -> int:
        """Delete every file of a picture and return how many there were.

        What sizes are made of goes first: one that is being made just now finds it gone, or is deleted here.
        """
        count = 0
        for path in self.files(sha256):
            with contextlib.suppress(FileNotFoundError):
                path.unlink()
                count += 1
        return count


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


__all__ = [
    "BOXES",
    "LATER",
    "MediaStore",
    "NoOriginal",
    "Picture",
    "PictureRefused",
    "StorageFull",
    "digest",
    "read_picture",
]
