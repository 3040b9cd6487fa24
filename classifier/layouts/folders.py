"""A folder per sku: what most people have.

Three forms, told apart by the names of folders:

    ROOT/studio/SKU/*.jpg  ROOT/street/SKU/*.jpg   studio shots and customers' photos apart
    ROOT/SKU/studio/*.jpg  ROOT/SKU/street/*.jpg   the same, sku first
    ROOT/SKU/*.jpg                                 studio shots: the first, or those with "studio" in the name

Beside the skus there may be ROOT/not_dress/ and ROOT/unlisted/ (a dress not in stock), and ROOT/owners.csv
with the columns file (relative to ROOT) and owner; an owner's photos are never split.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from classifier.layouts.collection import (
    Collection,
    FileSource,
    Item,
    LayoutError,
    Use,
    lines_of,
    pictures_in,
    pictures_in_only,
    require_columns,
)

OTHERS: Final[dict[str, Use]] = {
    "not_dress": "not_dress",
    "not-dress": "not_dress",
    "negatives": "not_dress",
    "unlisted": "unlisted",
}
STUDIO: Final = ("studio", "shop", "catalogue")
STREET: Final = ("street", "photos", "user", "consumer")


def recognise(root: Path) -> bool:
    """Whether a folder holds folders with pictures."""
    return any(pictures_in(folder) for folder in _folders(root))


def read(root: Path) -> Collection:
    """List what a folder holds.

    Raises:
        LayoutError: it holds no picture in a folder, or owners.csv is wrong.
    """
    if not root.is_dir():
        raise LayoutError(f"{root} is not a folder")
    owners = _owners(root)
    problems = [f"listed but missing: {name}" for name in owners if not (root / name).is_file()]
    problems += [f"no sku: {path} lies in no folder" for path in pictures_in_only(root)]
    items = []
    for path, use, sku in _found(root):
        name = path.relative_to(root).as_posix()
        items.append(Item(FileSource(path), use, sku, "" if use == "studio" else name, owners.get(name, "")))
    if not items:
        raise LayoutError(f"{root} holds no folder with pictures; make one folder per sku")
    return Collection(root.name, tuple(items), tuple(problems))


def _found(root: Path) -> Iterator[tuple[Path, Use, str]]:
    """Every picture with its use and sku."""
    for folder in _folders(root):
        name = folder.name.lower()
        if name in OTHERS:
            yield from ((path, OTHERS[name], "") for path in pictures_in(folder))
        elif name in STUDIO or name in STREET:
            use: Use = "studio" if name in STUDIO else "style"
            for inner in _folders(folder):
                yield from ((path, use, inner.name) for path in pictures_in(inner))
        else:
            yield from _of_sku(folder)


def _of_sku(folder: Path) -> Iterator[tuple[Path, Use, str]]:
    parts = {inner.name.lower(): inner for inner in _folders(folder)}
    if any(name in STUDIO or name in STREET for name in parts):
        for name, inner in parts.items():
            use: Use = "studio" if name in STUDIO else "style"
            yield from ((path, use, folder.name) for path in pictures_in(inner))
        return
    pictures = pictures_in(folder)
    named = [path for path in pictures if "studio" in path.stem.lower()]
    shots = set(named or pictures[:1])
    yield from ((path, "studio" if path in shots else "style", folder.name) for path in pictures)


def _folders(root: Path) -> list[Path]:
    return sorted(path for path in root.iterdir() if path.is_dir() and not path.name.startswith("."))


def _owners(root: Path) -> dict[str, str]:
    path = root / "owners.csv"
    if not path.exists():
        return {}
    rows = csv.DictReader(lines_of(path))
    require_columns(path, rows.fieldnames, ("file", "owner"))
    return {row["file"]: row["owner"] for row in rows}
