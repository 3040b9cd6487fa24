"""The bench of the experts: contested photos as cards, with what people said."""

from dataclasses import dataclass

from truther.models.cards import Shown, shown
from truther.models.photos import Photo
from truther.models.styles import Style
from truther.models.votes import Choice, Vote

OPTIONS = 3
MANY = 1000  # more cases than that are not counted
WORDS = {Choice.NONE: "none of these", Choice.NOT_DRESS: "not a dress", Choice.CANT_TELL: "can’t tell"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case(Shown):
    """One contested photo and the split of votes; people's choices come first among its options."""

    said: tuple[tuple[str, int], ...]  # answer in words, votes; most votes first
    left: int  # cases on the bench from this one on; at most MANY


def next_cases(person_id: str, *, most: int, first: str = "") -> list[Case]:
    """Return the newest contested photos this expert has not spoken on.

    Args:
        most: how many cases to return.
        first: the photo that comes before all others, if it waits: one whose judgement was taken back.
    """
    waiting = Photo.objects.contested().exclude(pk__in=Vote.objects.unsure_of(person_id))
    left = waiting[:MANY].count()
    asked = list(waiting.filter(pk=first).select_related("post")) if first else []
    others = waiting.exclude(pk=first).select_related("post")[: most - len(asked)]
    return [_case(photo, left - number) for number, photo in enumerate((*asked, *others))]


def _case(photo: Photo, left: int) -> Case:
    tally = sorted(photo.tally.items(), key=lambda item: (-item[1], item[0]))
    chosen = [answer.removeprefix("style:") for answer, _ in tally if answer.startswith("style:")]
    skus = list(dict.fromkeys([*chosen, *(candidate["sku"] for candidate in photo.candidates)]))
    styles = Style.objects.in_bulk(skus)
    offered = [sku for sku in skus if sku in styles and (sku in chosen or not styles[sku].retired_on)]
    names = {f"style:{style.pk}": style.name for style in styles.values()}
    return Case(
        said=tuple((names.get(answer, WORDS.get(answer, answer)), votes) for answer, votes in tally),
        left=left,
        **shown(photo, offered[:OPTIONS], styles),
    )
