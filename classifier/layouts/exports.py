"""What Truther exports: `manage.py golden export` (JSON Lines or CSV), or pages of /api/v1/golden.

The photos lie in one folder, at any depth, named by the photo or by the sha256 of its bytes, with or without
a suffix: the originals as the app stores them, or what was fetched by the API. Studio shots lie in a folder
per sku.
"""

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from classifier.layouts.collection import (
    Collection,
    FileSource,
    Item,
    LayoutError,
    lines_of,
    pictures_in,
    pictures_in_only,
    require_columns,
)
from classifier.snapshot import LABELS

COLUMNS: Final = ("photo", "verdict", "style")


def recognise(path: Path) -> bool:
    """Whether a path is an export: a file, by its suffix."""
    return path.is_file() and path.suffix in {".jsonl", ".ndjson", ".json", ".csv"}


def read(path: Path, *, images: Path | None = None, studio: Path | None = None) -> Collection:
    """List the golden records that have a picture, and the studio shots of the catalogue.

    Raises:
        LayoutError: the file is not such an export, or no folder of pictures was named.
    """
    pictures = images or path.parent / "images"
    if not pictures.is_dir():
        raise LayoutError(f"{pictures} is not a folder: name the one with the photos (--images)")
    at = {file.stem: file for file in sorted(pictures.rglob("*")) if file.is_file()}
    items, problems = _studio_shots(studio) if studio else ([], [])
    for row in records(path):
        photo, verdict, sku = (str(row[name] or "") for name in COLUMNS)
        file = at.get(photo) or at.get(str(row.get("sha256", "")))
        if verdict not in LABELS:
            problems.append(f"unknown verdict: {verdict!r} of photo {photo}")
        elif verdict == "style" and not sku:
            problems.append(f"no sku: photo {photo} was settled as a style")
        elif file is None:
            problems.append(f"missing picture: photo {photo}")
        else:
            sku = sku if verdict == "style" else ""
            items.append(Item(FileSource(file), verdict, sku, photo, str(row.get("owner") or "")))  # type: ignore[arg-type]
    return Collection(path.stem, tuple(items), tuple(problems))


def records(path: Path) -> Iterator[Mapping[str, Any]]:
    """The rows of an export, in any of its forms.

    Raises:
        LayoutError: a line is not an object, or lacks a field.
    """
    lines = lines_of(path)
    if path.suffix == ".csv":
        table = csv.DictReader(lines)
        require_columns(path, table.fieldnames, COLUMNS)
        yield from table
        return
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except ValueError as error:
            raise LayoutError(f"{path} line {number} is not JSON: {error}") from error
        for row in found["results"] if isinstance(found, dict) and "results" in found else [found]:
            if not isinstance(row, dict) or not set(COLUMNS) <= set(row):
                raise LayoutError(f"{path} line {number} lacks one of {', '.join(COLUMNS)}")
            yield row


def _studio_shots(root: Path) -> tuple[list[Item], list[str]]:
    if not root.is_dir():
        raise LayoutError(f"{root} is not a folder: name the one with a folder of studio shots per sku")
    found = [
        Item(FileSource(path), "studio", folder.name)
        for folder in sorted(root.iterdir())
        if folder.is_dir()
        for path in pictures_in(folder)
    ]
    return found, [f"no sku: {path} lies in no folder" for path in pictures_in_only(root)]
