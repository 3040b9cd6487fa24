"""The catalogue as pages show it: a shelf of styles, and one style with the photos it may be seen in."""

from dataclasses import dataclass

from truther.models.golden import Golden
from truther.models.photos import Photo
from truther.models.recommenders import SimilarStyles
from truther.models.styles import Style

SHELF_SIZE = 48
WALL_SIZE = 60
ALSO_WORN = 6
TRIES = 3  # photos of a style looked at until one may be shown


@dataclass(frozen=True, slots=True)
class Shelf:
    """One page of styles."""

    words: str
    styles: list[Style]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class StylePage:
    """One style and the verified photos of it that are fit and allowed to be shown, newest first."""

    style: Style
    photos: list[Photo]
    verified: int  # golden records of this style, shown or not
    also_worn: list[tuple[Style, Photo]]  # styles that go to the same customers, each in one such photo


def shelf_of(words: str, *, page: int) -> Shelf:
    """Return a page, counted from 1, of the styles on offer that mention every word."""
    found = Style.objects.active().mentioning(words)
    total = found.count()
    pages = max(1, -(-total // SHELF_SIZE))
    page = min(page, pages)
    start = (page - 1) * SHELF_SIZE
    return Shelf(words, list(found.by_name()[start : start + SHELF_SIZE]), total, page, pages)


def style_page(sku: str, *, recommender: str = "") -> StylePage | None:
    """Return what may be shown of one style, retired ones included, or None when there is no such style.

    Args:
        recommender: the run that says which styles go together; "" while none serves.
    """
    style = Style.objects.filter(pk=sku).first()
    if style is None:
        return None
    golden = [record.pk for record in Golden.objects.for_style(sku)[:WALL_SIZE]]
    showable = Photo.objects.showable(golden)
    photos = [showable[photo_id] for photo_id in golden if photo_id in showable]
    verified = Golden.objects.that(style=sku, verdict="style").count()
    return StylePage(style, photos, verified, _also_worn(sku, recommender))


def _also_worn(sku: str, recommender: str) -> list[tuple[Style, Photo]]:
    """The styles most like one of which there is a photo to show; the newest photo of each."""
    others = [other for other, _ in SimilarStyles.objects.of(recommender, sku)]
    styles = Style.objects.on_offer(others)
    newest = {
        other: [record.pk for record in Golden.objects.for_style(other)[:TRIES]]
        for other in others
        if other in styles
    }
    showable = Photo.objects.showable(photo_id for found in newest.values() for photo_id in found)
    worn = []
    for other, found in newest.items():
        photo = next((showable[photo_id] for photo_id in found if photo_id in showable), None)
        if photo is not None:
            worn.append((styles[other], photo))
    return worn[:ALSO_WORN]
