"""The clothing format: images.csv (image, sender_id, label, kids) beside images/<image>.jpg or images*.tar.

Senders are the groups. There is no catalogue: `Dress` becomes "unlisted", all other classes "not_dress" with
the class as the kind. Source: github.com/alexeygrigorev/clothing-dataset (CC0).
"""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from classifier.layouts.collection import (
    Collection,
    FileSource,
    Item,
    LayoutError,
    Source,
    lines_of,
    members,
    require_columns,
)

COLUMNS: Final = ("image", "sender_id", "label")
DRESS: Final = "Dress"


@dataclass(frozen=True, slots=True)
class ClothingPhoto:
    """One row of images.csv and its picture."""

    source: Source
    image: str
    sender: str
    label: str


def recognise(root: Path) -> bool:
    """Whether a folder is in this format."""
    path = root / "images.csv"
    return path.is_file() and set(COLUMNS) <= set(lines_of(path)[0].split(","))


def read(root: Path) -> Collection:
    """List all photos.

    Raises:
        LayoutError: images.csv is missing or another file, or the pictures are.
    """
    photos, problems = read_photos(root)
    items = tuple(
        Item(
            photo.source,
            "unlisted" if photo.label == DRESS else "not_dress",
            name=photo.image,
            owner=photo.sender,
            kind=photo.label,
        )
        for photo in photos
    )
    return Collection("clothing", items, tuple(problems))


def read_photos(root: Path) -> tuple[list[ClothingPhoto], list[str]]:
    """All rows with a picture, and the sentences about those without.

    Raises:
        LayoutError: images.csv is missing or another file, or there are no pictures at all.
    """
    path = root / "images.csv"
    rows = csv.DictReader(lines_of(path))
    require_columns(path, rows.fieldnames, COLUMNS)
    packed = {Path(name).stem: member for tar in sorted(root.glob("images*.tar")) for name, member in
              members(tar).items()}  # fmt: skip
    photos, problems, seen = [], [], set[str]()
    for row in rows:
        image = row["image"]
        beside = root / "images" / f"{image}.jpg"
        source = FileSource(beside) if beside.is_file() else packed.get(image)
        if image in seen:
            problems.append(f"named twice: {image}")
        elif source is None:
            problems.append(f"missing picture: images/{image}.jpg")
        else:
            photos.append(ClothingPhoto(source, image, row["sender_id"], row["label"]))
        seen.add(image)
    if not photos:
        raise LayoutError(f"{root} has neither images/*.jpg nor images*.tar with the pictures of images.csv")
    return photos, problems
