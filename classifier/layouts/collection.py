"""What every data set is turned into first: pictures with their labels, and what is wrong with it."""

import gzip
import tarfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from classifier.refusal import Refusal
from classifier.snapshot import Split

Use = Literal["studio", "style", "not_dress", "unlisted"]
Box = tuple[int, int, int, int]  # left, top, right, bottom in pixels; right and bottom are outside
# What is meant as a picture by its name; whether it can be read is found out by reading it.
PICTURES = {".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".heic", ".avif", ".jfif"}
SHOWN = 10  # problems of one sort that are named in a message


class LayoutError(Refusal, ValueError):
    """A folder is not in the layout that was named, or cannot become a snapshot."""


class Source(Protocol):
    """Where the bytes of a picture come from; str() names it for people."""

    def read(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class FileSource:
    """A file of its own."""

    path: Path

    def read(self) -> bytes:
        """Return its bytes."""
        return self.path.read_bytes()

    def __str__(self) -> str:
        return str(self.path)


@dataclass(frozen=True, slots=True)
class Packed:
    """A member of an uncompressed tar file, by place, so that 10,000 of them need no search."""

    path: Path
    member: str
    offset: int
    size: int

    def read(self) -> bytes:
        """Return its bytes."""
        with self.path.open("rb") as file:
            file.seek(self.offset)
            return file.read(self.size)

    def __str__(self) -> str:
        return f"{self.path}:{self.member}"


@dataclass(frozen=True, slots=True)
class Item:
    """One picture."""

    source: Source
    use: Use
    sku: str = ""
    name: str = ""  # of the photo; unique among photos, "" for a studio shot
    owner: str = ""  # whose photos must stay on one side; "" when unknown
    split: Split | None = None  # None: by owner
    kind: str = ""
    box: Box | None = None  # what to cut out


@dataclass(frozen=True, slots=True)
class Collection:
    """A data set as its own files describe it."""

    id: str
    items: tuple[Item, ...]
    problems: tuple[str, ...] = ()  # each a sentence with a name in it
    retired: frozenset[str] = field(default_factory=frozenset)  # skus that teach and are never offered


def pictures_in(folder: Path) -> list[Path]:
    """All picture files below a folder, in order; hidden ones are no pictures of ours."""
    found = (path for path in folder.rglob("*") if path.suffix.lower() in PICTURES and path.is_file())
    return sorted(path for path in found if not path.name.startswith("."))


def pictures_in_only(folder: Path) -> list[Path]:
    """The pictures of a folder itself."""
    return [path for path in pictures_in(folder) if path.parent == folder]


def members(path: Path) -> dict[str, Packed]:
    """The files of an uncompressed tar by name.

    Raises:
        LayoutError: it is compressed, cut off or no tar.
    """
    try:
        with tarfile.open(path, "r:") as tar:
            return {
                info.name: Packed(path, info.name, info.offset_data, info.size)
                for info in tar
                if info.isfile()
            }
    except (tarfile.TarError, EOFError, OSError) as error:
        raise LayoutError(f"{path} is no plain tar file ({error}): unpack it, or name the folder") from error


def lines_of(path: Path) -> list[str]:
    """The lines of a text file, also of one in gzip.

    Raises:
        LayoutError: it is missing or no text.
    """
    try:
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        return content.decode("utf-8-sig").splitlines()
    except FileNotFoundError as error:
        raise LayoutError(f"{path} is missing") from error
    except (UnicodeDecodeError, gzip.BadGzipFile, EOFError) as error:
        raise LayoutError(f"{path} is not text: {error}") from error


def summed_up(problems: Iterable[str], *, shown: int = SHOWN) -> str:
    """A message that names the first few problems of each sort and counts the rest."""
    sorts: dict[str, list[str]] = {}
    for problem in problems:
        sorts.setdefault(problem.partition(":")[0], []).append(problem)
    parts = []
    for same in sorts.values():
        rest = f" and {len(same) - shown} more such" if len(same) > shown else ""
        parts.append("; ".join(same[:shown]) + rest)
    return "; ".join(parts)


def require_columns(
    path: Path, found: Iterable[str] | None, needed: Mapping[str, str] | Iterable[str]
) -> None:
    """Check the header of a CSV file.

    Raises:
        LayoutError: a column is missing.
    """
    missing = sorted(set(needed) - set(found or ()))
    if missing:
        raise LayoutError(f"{path} lacks the columns {', '.join(missing)}")
