"""The puppy album: photos that turned out to be no dress at all and please anyway, most smiles first."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from truther.models.golden import Golden
from truther.models.photos import Photo, Rights, State
from truther.models.pleasures import Smile, smile_id

PAGE = 24
MOST = 960  # pictures in the album: forty pages


@dataclass(frozen=True, slots=True)
class Picture:
    """One photo of the album."""

    photo: Photo
    smiles: int
    mine: bool  # this person smiled


@dataclass(frozen=True, slots=True)
class Album:
    """One page of the album."""

    pictures: list[Picture]
    page: int
    pages: int
    total: int


def album_of(person_id: str, *, page: int) -> Album:
    """Return a page of the album, counted from 1, as one person sees it."""
    smiles = Counter(Smile.objects.order_by("pk").values_list("photo_id", flat=True))
    photo_ids = _in_order(smiles)
    pages = max(1, -(-len(photo_ids) // PAGE))
    page = min(page, pages)
    here = photo_ids[(page - 1) * PAGE : page * PAGE]
    photos = Photo.objects.in_bulk(here)
    mine = Smile.objects.of_person(person_id, here)
    pictures = [
        Picture(photos[photo_id], smiles[photo_id], photo_id in mine)
        for photo_id in here
        if photo_id in photos and _may_hang(photos[photo_id])
    ]
    return Album(pictures, page, pages, len(photo_ids))


def picture_of(photo_id: str, person_id: str) -> Picture | None:
    """Return one photo of the album, or None when it does not hang there."""
    record = Golden.objects.no_dresses().filter(pk=photo_id).first()
    photo = Photo.objects.filter(pk=photo_id).first()
    if record is None or photo is None or not _may_hang(photo):
        return None
    mine = Smile.objects.filter(pk=smile_id(photo_id, person_id)).exists()
    return Picture(photo, Smile.objects.at(photo_id).count(), mine)


def _in_order(smiles: Counter[str]) -> list[str]:
    newest: dict[str, datetime] = dict(Golden.objects.no_dresses().values_list("pk", "settled_at")[:MOST])
    liked = [photo_id for photo_id, _ in smiles.most_common(MOST) if photo_id not in newest]
    older = Golden.objects.no_dresses().filter(pk__in=liked[:500]).values_list("pk", "settled_at")
    hanging = newest | dict(older)
    best = sorted(hanging, key=lambda each: (smiles[each], hanging[each], each), reverse=True)
    return best[:MOST]


def _may_hang(photo: Photo) -> bool:
    """Whether a photo may hang in the house: still there, still settled, and its customer did not refuse."""
    return photo.state == State.SETTLED and photo.rights != Rights.REFUSED
