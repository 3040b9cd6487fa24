"""What a card shows, in the game and on the experts' bench: a photo, and styles to choose from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from truther.models.photos import Photo
from truther.models.styles import Style


@dataclass(frozen=True, slots=True)
class Option:
    """One style that may be chosen."""

    sku: str
    name: str
    designer: str
    image_sha: str  # of the studio portrait; empty when the catalogue has none


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One photo as it is put before one person."""

    photo_id: str
    image_sha: str
    width: int
    height: int
    caption: str
    hashtags: tuple[str, ...]
    taken_at: datetime
    options: tuple[Option, ...]  # none when the model knows nothing that is still rented out


def shown(photo: Photo, skus: Sequence[str], styles: Mapping[str, Style]) -> dict[str, Any]:
    """Return the fields of Shown; skus without a style among those given are left out."""
    offered = [styles[sku] for sku in skus if sku in styles]
    return {
        "photo_id": photo.pk,
        "image_sha": photo.sha256,
        "width": photo.width,
        "height": photo.height,
        "caption": photo.post.caption,
        "hashtags": tuple(photo.post.hashtags),
        "taken_at": photo.taken_at,
        "options": tuple(Option(style.pk, style.name, style.designer, style.portrait) for style in offered),
    }
