"""Settle what votes alone do not: judge contested photos, and derive every standing from its votes again."""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from truther.models import Photo, Style, Undo, Vote
from truther.models.fields import milliseconds
from truther.models.photos import State
from truther.models.standing import Drift, drift_in
from truther.models.votes import Choice
from truther.rules.walk import digest_of

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DriftReport:
    """What a re-derivation looked at and had to mend."""

    photos: int
    undos_mended: int
    drifts: tuple[Drift, ...]

    @property
    def photos_mended(self) -> int:
        """Photos that said something else than their votes."""
        return len({drift.photo_id for drift in self.drifts})


@dataclass(frozen=True, slots=True)
class Judged:
    """Where a photo stands after an expert's word."""

    photo_id: str
    state: str
    vote_id: str


class Refusal(Exception):
    """A judgement that cannot be kept; the text is a sentence for people."""


class NotContested(Refusal):
    """The photo does not wait for an expert."""


class UnknownStyle(Refusal):
    """The catalogue has no such style."""


class ForgedVerdict(Refusal):
    """No page of ours sends this."""


def rederive(*, now: datetime) -> DriftReport:
    """Derive every photo's standing from its votes again, mend and report what differs."""
    mended = 0
    for undos in Undo.objects.in_chunks():
        for vote in Vote.objects.unmarked(undos):
            Vote.objects.take_back(vote, now=now)
            mended += 1
    photos, drifts = 0, list[Drift]()
    for chunk in Photo.objects.in_chunks():
        photos += len(chunk)
        for photo_id in sorted({drift.photo_id for drift in drift_in(chunk, now=now)}):
            drifts += _mend(photo_id, now)
    if drifts or mended:
        logger.warning("re-derivation mended %s differences and %s undoings", len(drifts), mended)
    return DriftReport(photos, mended, tuple(drifts))


def _mend(photo_id: str, now: datetime) -> list[Drift]:
    """Look again, alone: a vote may have come between the photo and its votes; then recount."""
    drifts = drift_in([Photo.objects.get(pk=photo_id)], now=now)
    Photo.objects.recount(photo_id, now=now)
    return drifts


def judge(
    photo_id: str,
    choice: str,
    *,
    style: str = "",
    fit: bool | None = None,
    person_id: str,
    now: datetime,
) -> Judged:
    """Let an expert decide a contested photo alone; "can't tell" leaves it contested.

    An answer the expert gave to the photo before is taken back by this one. Judging again in the same words
    mends what a crash left undone.

    Args:
        choice: "style", "not_dress", "none" (a dress, but none of ours) or "cant_tell".

    Raises:
        NotContested: nobody asked for an expert, or another one was faster.
        UnknownStyle, ForgedVerdict: the verdict names nothing that can be chosen.
    """
    _check_form(choice, style)
    photo = Photo.objects.filter(pk=photo_id).first()
    earlier = Vote.objects.standing(photo_id, person_id)
    answer = f"style:{style}" if choice == Choice.STYLE else choice
    if photo is None or photo.state != State.CONTESTED:
        raise NotContested("This photo does not wait for a judgement any more.")
    if earlier is not None and not (earlier.expert and earlier.answer == answer):
        Vote.objects.take_back(earlier, now=milliseconds(now))
        earlier = None
    vote = earlier or _expert_vote(photo, choice, style, fit, person_id, milliseconds(now))
    return Judged(photo_id, Photo.objects.recount(photo_id, now=now).state, vote.pk)


def _expert_vote(
    photo: Photo, choice: str, style: str, fit: bool | None, person_id: str, now: datetime
) -> Vote:
    said_before = Vote.objects.on_photo(photo.pk).filter(person=person_id).count()
    vote = Vote(
        id=digest_of("judge", photo.pk, person_id, str(said_before)),
        photo_id=photo.pk,
        person=person_id,
        choice=choice,
        style=style,
        fit=fit,
        expert=True,
        batch_id=photo.batch_id,
        cast_at=now,
    )
    try:
        with transaction.atomic(using="documents"):
            vote.save(force_insert=True)
    except IntegrityError as error:
        raise NotContested("You have judged this photo in another window just now.") from error
    return vote


def _check_form(choice: str, style: str) -> None:
    if choice not in Choice.values or (choice == Choice.STYLE) != bool(style):
        raise ForgedVerdict("Choose one style, or none of ours, not a dress, or can't tell.")
    if style and not Style.objects.filter(pk=style).exists():
        raise UnknownStyle("The catalogue has no such style.")
