"""The bench of the experts: contested photos as cards, with what people said."""

from dataclasses import dataclass
from datetime import datetime

from truther.models.photos import Photo
from truther.models.styles import Style
from truther.models.votes import Choice, Vote

OPTIONS = 3
WORDS = {Choice.NONE: "none of these", Choice.NOT_DRESS: "not a dress", Choice.CANT_TELL: "can’t tell"}


@dataclass(frozen=True, slots=True)
class Choosable:
    """One style an expert may choose."""

    sku: str
    name: str
    designer: str
    image_sha: str


@dataclass(frozen=True, slots=True)
class Case:
    """One contested photo: the fields the game's card shows, and the split of votes."""

    photo_id: str
    image_sha: str
    width: int
    height: int
    caption: str
    hashtags: tuple[str, ...]
    taken_at: datetime
    options: tuple[Choosable, ...]  # what people chose first, then what the model thinks
    said: tuple[tuple[str, int], ...]  # answer in words, votes; most votes first
    left: int  # cases on the bench, this one included
    fit: bool = True


def next_case(person_id: str) -> Case | None:
    """Return the newest contested photo this expert has not spoken on, or None when there is none."""
    spoken = Vote.objects.live().filter(person=person_id, expert=True).values_list("photo_id", flat=True)
    waiting = Photo.objects.contested().exclude(pk__in=list(spoken))
    photo = waiting.select_related("post").first()
    return None if photo is None else _case(photo, waiting.count())


def _case(photo: Photo, left: int) -> Case:
    tally = sorted(photo.tally.items(), key=lambda item: (-item[1], item[0]))
    chosen = [answer.removeprefix("style:") for answer, _ in tally if answer.startswith("style:")]
    skus = list(dict.fromkeys([*chosen, *(candidate["sku"] for candidate in photo.candidates)]))
    styles = Style.objects.in_bulk(skus)
    offered = [styles[sku] for sku in skus if sku in styles and (sku in chosen or not styles[sku].retired_on)]
    names = {f"style:{style.pk}": style.name for style in styles.values()}
    return Case(
        photo_id=photo.pk,
        image_sha=photo.sha256,
        width=photo.width,
        height=photo.height,
        caption=photo.post.caption,
        hashtags=tuple(photo.post.hashtags),
        taken_at=photo.taken_at,
        options=tuple(
            Choosable(style.pk, style.name, style.designer, style.portrait) for style in offered[:OPTIONS]
        ),
        said=tuple((names.get(answer, WORDS.get(answer, answer)), votes) for answer, votes in tally),
        left=left,
    )
