"""A contact sheet of the worst errors, small enough to be committed."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

from classifier.runs import write_whole

TILE = 112
TEXT = 14
GROUND, INK = (250, 250, 248), (40, 40, 40)


@dataclass(frozen=True, slots=True)
class Tile:
    """A picture with a line below."""

    image: Image.Image
    text: str


def write_sheet(path: Path, rows: Sequence[tuple[str, Sequence[Tile]]], *, quality: int = 70) -> int:
    """Write titled rows of tiles as a WebP and return its size in bytes."""
    across = max((len(tiles) for _, tiles in rows), default=1)
    sheet = Image.new("RGB", (across * TILE, len(rows) * (TILE + 2 * TEXT)), GROUND)
    pen = ImageDraw.Draw(sheet)
    for number, (title, tiles) in enumerate(rows):
        top = number * (TILE + 2 * TEXT)
        pen.text((3, top + 1), title, INK)
        for place, tile in enumerate(tiles):
            picture = tile.image.copy()
            picture.thumbnail((TILE - 4, TILE - 4))
            sheet.paste(picture, (place * TILE + (TILE - picture.width) // 2, top + TEXT + 2))
            pen.text((place * TILE + 3, top + TEXT + TILE), tile.text, INK)
    content = io.BytesIO()
    sheet.save(content, "WEBP", quality=quality, method=6)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, content.getvalue())
    return len(content.getvalue())
