"""Settle what votes alone do not: judge contested photos, and derive every standing from its votes again."""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from truther.models import Audit, Batch, Photo, Style, Undo, Vote
from truther.models.fields import milliseconds
from truther.models.photos import State
from truther.models.standing import Drift, drift_in
from truther.models.votes import Choice
from truther.rules.walk import digest_of

NOT_WAITING = "This photo does not wait for a judgement any more."

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


class OwnAnswer(Refusal):
    """The expert has answered the audited photo before: only other eyes can check it."""


class UnknownStyle(Refusal):
    """The catalogue has no such style."""


class ForgedVerdict(Refusal):
    """No page of ours sends this."""


class NothingToUndo(Refusal):
    """The expert has no judgement that could still be taken back."""


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
    """Let an expert decide a contested photo, or a disputed audit, alone; "can't tell" leaves it as it is.

    An answer the expert gave to a contested photo before is taken back by this one. Judging again in the same
    words mends what a crash left undone. A photo whose audit is decided moves to the open batch: manifests
    that are frozen stay as they are, the next one says what the expert said.

    Args:
        choice: "style", "not_dress", "none" (a dress, but none of ours) or "cant_tell".

    Raises:
        NotContested: nobody asked for an expert, or another one was faster.
        OwnAnswer: the audit is of the expert's own answer.
        UnknownStyle, ForgedVerdict: the verdict names nothing that can be chosen.
    """
    _check_form(choice, style)
    photo = Photo.objects.filter(pk=photo_id).first()
    earlier = Vote.objects.standing(photo_id, person_id)
    if photo is None:
        raise NotContested(NOT_WAITING)
    audit = _audit_for(photo, earlier)
    if audit and choice != Choice.CANT_TELL:
        _move_to_open_batch(photo)
    answer = f"style:{style}" if choice == Choice.STYLE else choice
    if earlier is not None and not (earlier.expert and earlier.answer == answer):
        Vote.objects.take_back(earlier, now=milliseconds(now))
        earlier = None
    # Counted, "can't tell" would call an expert for a photo that is settled.
    apart = bool(audit) and choice == Choice.CANT_TELL
    vote = earlier or _expert_vote(photo, choice, style, fit, person_id, milliseconds(now), apart=apart)
    state = Photo.objects.recount(photo_id, now=now).state
    if audit is not None:
        Audit.objects.follow([audit], now=milliseconds(now))
    return Judged(photo_id, state, vote.pk)


def unjudge(*, person_id: str, now: datetime) -> str:
    """Take back an expert's last judgement and return the photo, which waits for one again.

    Raises:
        NothingToUndo: there is none, its photo is gone, or a night has frozen it.
    """
    vote = Vote.objects.last_judgement_of(person_id)
    photo = Photo.objects.filter(pk=vote.photo_id).first() if vote else None
    if vote is None or photo is None or photo.state not in (State.SETTLED, State.CONTESTED):
        raise NothingToUndo("There is no judgement of yours to take back.")
    if photo.state == State.SETTLED and vote.counts and not Batch.objects.is_open(photo.batch_id):
        raise NothingToUndo("That judgement has gone into last night's records and cannot be taken back.")
    Vote.objects.take_back(vote, now=milliseconds(now))
    Photo.objects.recount(photo.pk, now=now)
    Audit.objects.follow(Audit.objects.judged_on(photo.pk), now=milliseconds(now))
    return photo.pk


def _audit_for(photo: Photo, earlier: Vote | None) -> Audit | None:
    """Return the disputed audit a judgement is asked for, or None when the photo itself is contested."""
    if photo.state == State.CONTESTED:
        return None
    audit = Audit.objects.disputed_on(photo.pk) if photo.state == State.SETTLED else None
    if audit is None:
        raise NotContested(NOT_WAITING)
    if earlier is not None and not audit.may_speak_again(earlier):
        raise OwnAnswer("You have answered this photo yourself: somebody else must judge it.")
    return audit


def _move_to_open_batch(photo: Photo) -> None:
    """Bring a photo of a frozen batch into the open one; while none is open, into none: the next takes it."""
    if not Batch.objects.is_open(photo.batch_id):
        opened = Batch.objects.open_one()
        Photo.objects.move([photo.pk], source=photo.batch_id, target=opened.pk if opened else "")
        photo.refresh_from_db(fields=["batch_id"])


def _expert_vote(
    photo: Photo,
    choice: str,
    style: str,
    fit: bool | None,
    person_id: str,
    now: datetime,
    *,
    apart: bool,
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
        audit=apart,
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
