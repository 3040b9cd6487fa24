"""Questions of the bonus round "twins": a verified photo, the style it shows and the one it is taken for."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from truther.models.cards import Option
from truther.models.compared import Compared, records_of
from truther.models.golden import Verdict
from truther.models.photos import Photo
from truther.models.pleasures import Bonus, Riddle, bonus_id
from truther.models.sessions import Serve, ServeReason
from truther.models.styles import Style
from truther.rules import walk

KIND = "twins"
LOOKED_AT = 48  # settled photos among which one question is sought


def next_riddle(person_id: str, *, now: datetime) -> Riddle | None:
    """Return the next question for a person: the same one until it is answered; None when there is none."""
    number = Bonus.objects.answered(person_id, KIND)
    lot = walk.first_lot(walk.seed_of("bonus", KIND, person_id, str(number)))
    photos = _unknown_to(person_id, Photo.objects.settled().drawn(lot, LOOKED_AT))
    pair = next(iter(_pairs(photos)), None)
    if pair is None:
        return None
    photo, skus = pair
    _note_shown(photo, walk.shuffled(skus, photo_id=photo.pk, person_id=person_id), person_id, now)
    return riddle_again(photo.pk, person_id)


def riddle_again(photo_id: str, person_id: str) -> Riddle | None:
    """Return a question a person was asked; None when it never was, or its photo is not sure any more."""
    asked = Serve.objects.filter(pk=walk.serve_id(photo_id, person_id), reason=ServeReason.BONUS).first()
    photo = Photo.objects.settled().filter(pk=photo_id).first()
    record = records_of([photo_id]).get(photo_id)
    if asked is None or photo is None or record is None or record.style not in asked.options:
        return None
    styles = Style.objects.in_bulk(asked.options)
    shown = [styles[sku] for sku in asked.options]
    options = tuple(Option(style.pk, style.name, style.designer, style.portrait) for style in shown)
    return Riddle(photo.pk, photo.sha256, photo.width, photo.height, options, record.style)


def _unknown_to(person_id: str, photos: Sequence[Photo]) -> list[Photo]:
    """Return the photos this person has not met in the game, nor answered in a round.

    Whoever has voted on a photo knows it; whoever meets it here must not be asked for a blind second look.
    """
    serves = Serve.objects.in_bulk([walk.serve_id(photo.pk, person_id) for photo in photos])
    met = {serve.photo_id for serve in serves.values() if serve.reason != ServeReason.BONUS}
    said = Bonus.objects.in_bulk([bonus_id(person_id, KIND, photo.pk) for photo in photos])
    met |= {answer.photo_id for answer in said.values()}
    return [photo for photo in photos if photo.pk not in met]


def _pairs(photos: Sequence[Photo]) -> Iterator[tuple[Photo, list[str]]]:
    """Return the photos that make a question, each with the style it shows and that style's twin."""
    records = records_of(photo.pk for photo in photos)
    twins = {photo.pk: _twins(photo, records) for photo in photos}
    styles = Style.objects.in_bulk({sku for skus in twins.values() for sku in skus})
    for photo in photos:
        pair = [sku for sku in twins[photo.pk] if sku in styles and styles[sku].images][:2]
        if len(pair) == 2 and pair[0] == records[photo.pk].style:
            yield photo, pair


def _twins(photo: Photo, records: Mapping[str, Compared]) -> list[str]:
    """Return the style a photo shows and those the model takes it for, nearest first; none for no dress."""
    record = records.get(photo.pk)
    if record is None or record.verdict != Verdict.STYLE:
        return []
    others = [candidate["sku"] for candidate in photo.candidates if candidate["sku"] != record.style]
    return [record.style, *others]


def _note_shown(photo: Photo, skus: list[str], person_id: str, now: datetime) -> None:
    """Note the photo as shown to this person, so that the game never asks for a blind look at it."""
    serve = Serve(
        id=walk.serve_id(photo.pk, person_id),
        session_id="",
        person=person_id,
        photo_id=photo.pk,
        number=0,
        reason=ServeReason.BONUS,
        options=skus,
        model_version=photo.model_version,
        served_at=now,
        waiting=False,
    )
    Serve.objects.keep([serve])
