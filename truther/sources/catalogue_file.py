"""Rows of a catalogue from CSV or JSON Lines, checked; studio shots lie beside the file or in a folder."""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from truther.sources import payload
from truther.sources.jsonl import lines_of, path_inside
from truther.sources.posts import PostRefused, Rejection, text

SKU = re.compile(r"[A-Za-z0-9_-]{1,58}")  # stands in addresses, file names and, as "style:SKU", in tallies
COLUMNS = frozenset(
    {"sku", "name", "designer", "category", "acquired_on", "retired_on", "images", "attributes"}
)
MAX_IMAGES, MAX_ATTRIBUTES, MAX_VALUE = 20, 40, 200


class CatalogueUnreadable(ValueError):
    """A file that is no catalogue at all."""


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    """One style as the file tells it."""

    line: int
    sku: str
    name: str
    designer: str
    category: str
    acquired_on: date | None
    retired_on: date | None  # None: the file says nothing about it
    images: tuple[Path, ...]
    attributes: dict[str, str]


def read_catalogue(path: Path, images_dir: Path | None) -> Iterator[CatalogueRow | Rejection]:
    """Yield each row, or why it is none.

    Args:
        path: .csv (comma or semicolon, with a header) or JSON Lines, UTF-8 with or without a mark.
        images_dir: where the images' paths start; the file's own folder when None.

    Raises:
        CatalogueUnreadable: a CSV without the column sku, or not in UTF-8.
    """
    folder = images_dir or path.parent
    first_lines: dict[str, int] = {}
    for line, entry in _csv_rows(path) if path.suffix.lower() == ".csv" else _json_rows(path):
        if isinstance(entry, Rejection):
            yield entry
            continue
        try:
            row = _row(entry, line, folder)
            if (first := first_lines.setdefault(row.sku, line)) != line:
                raise PostRefused(f"the sku stands on line {first} already")
            yield row
        except PostRefused as refusal:
            yield Rejection(line, str(refusal), str(entry.get("sku") or "")[:64])


def _json_rows(path: Path) -> Iterator[tuple[int, Mapping[str, Any] | Rejection]]:
    for line, data in lines_of(path):
        try:
            yield line, payload.parse(data)
        except PostRefused as refusal:
            yield line, Rejection(line, str(refusal))


def _csv_rows(path: Path) -> Iterator[tuple[int, Mapping[str, Any] | Rejection]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header = file.readline()
            file.seek(0)
            delimiter = ";" if header.count(";") > header.count(",") else ","
            reader = csv.DictReader(file, delimiter=delimiter)
            names = [(name or "").strip().casefold() for name in reader.fieldnames or []]
            if "sku" not in names:
                raise CatalogueUnreadable(f"{path.name} has no column named sku")
            reader.fieldnames = names
            for entry in reader:
                yield reader.line_num, _csv_entry(entry, reader.line_num)
    except UnicodeDecodeError as error:
        raise CatalogueUnreadable(f"{path.name} is not UTF-8: save it as UTF-8 first") from error
    except csv.Error as error:
        raise CatalogueUnreadable(f"{path.name} is not CSV ({error})") from error


def _csv_entry(entry: dict[str | Any, str | Any], line: int) -> Mapping[str, Any] | Rejection:
    if None in entry:  # how the reader hands over what has no column
        return Rejection(line, "it has more values than there are columns", str(entry.get("sku") or "")[:64])
    values: dict[str, Any] = {name: value or "" for name, value in entry.items() if name}
    values["images"] = [part.strip() for part in values.get("images", "").split(";") if part.strip()]
    try:
        values["attributes"] = json.loads(values["attributes"]) if values.get("attributes") else {}
    except (ValueError, RecursionError):
        return Rejection(line, "attributes is not a JSON object", values["sku"][:64])
    return values


def _row(entry: Mapping[str, Any], line: int, folder: Path) -> CatalogueRow:
    sku = _text(entry, "sku", 64)
    if not SKU.fullmatch(sku):
        raise PostRefused("sku must be 1 to 58 letters, digits, - and _")
    name = _text(entry, "name", 128)
    if not name:
        raise PostRefused("name is missing")
    acquired_on, retired_on = _day(entry, "acquired_on"), _day(entry, "retired_on")
    if acquired_on and retired_on and retired_on < acquired_on:
        raise PostRefused("retired_on is before acquired_on")
    return CatalogueRow(
        line,
        sku,
        name,
        _text(entry, "designer", 128),
        _text(entry, "category", 64),
        acquired_on,
        retired_on,
        _images(entry, folder),
        _attributes(entry),
    )


def _text(entry: Mapping[str, Any], key: str, limit: int) -> str:
    return text(entry, key, limit=limit).translate(payload.NOT_TEXT)


def _day(entry: Mapping[str, Any], key: str) -> date | None:
    value = _text(entry, key, 32)
    try:
        return date.fromisoformat(value) if value else None
    except ValueError as error:
        raise PostRefused(f"{key} {value!r} is not a day such as 2026-03-14") from error


def _images(entry: Mapping[str, Any], folder: Path) -> tuple[Path, ...]:
    names = entry.get("images") or []
    if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
        raise PostRefused("images must be a list of paths")
    if len(names) > MAX_IMAGES:
        raise PostRefused(f"it has more than {MAX_IMAGES} images")
    found = []
    for name in dict.fromkeys(names):
        path = path_inside(folder, name)
        if path is None:
            raise PostRefused(f"image {name} leaves the folder")
        found.append(path)
    return tuple(found)


def _attributes(entry: Mapping[str, Any]) -> dict[str, str]:
    """Gather what is asked for as `attributes` and, from columns of other names, their plain values."""
    named = entry.get("attributes") or {}
    if not isinstance(named, Mapping):
        raise PostRefused("attributes is not an object")
    others = {key: value for key, value in entry.items() if key not in COLUMNS}
    found = {
        str(key): str(value).strip()
        for key, value in (others | dict(named)).items()
        if isinstance(value, str | int | float) and str(value).strip()
    }
    if len(found) > MAX_ATTRIBUTES or any(len(part) > MAX_VALUE for pair in found.items() for part in pair):
        raise PostRefused(f"more than {MAX_ATTRIBUTES} attributes, or one longer than {MAX_VALUE} characters")
    return payload.storable(found)
