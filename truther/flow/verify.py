"""Keep what people say: append-only votes under ids their own devices made, and undo as an event."""

import math
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import IntegrityError, transaction

from truther.models import Batch, Photo, Player, Serve, Style, Vote
from truther.models.fields import milliseconds
from truther.models.photos import State
from truther.models.sessions import ServeReason
from truther.models.votes import Choice
from truther.rules.walk import serve_id

UNDO_DEPTH = 10
LONGEST_SECONDS = 600.0  # somebody who thinks longer has gone for tea
VOTE_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person says about a photo; `vote_id` is made by the client, once per answer."""

    vote_id: str
    photo_id: str
    choice: str  # "style", "none", "not_dress" or "cant_tell"
    style: str = ""  # the sku, when the choice is a style
    fit: bool | None = None
    seconds: float | None = None  # from the picture shown to the answer


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a vote: counted, kept although it came late, or kept already."""

    vote_id: str
    state: Literal["kept", "late", "already"]
    photo_id: str


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back, and whether the photo is asked again."""

    vote_id: str
    photo_id: str
    comes_back: bool


class Refusal(Exception):
    """A vote or an undo that cannot be kept; the text is a sentence for people."""


class ForgedVote(Refusal):
    """No page of ours sends this."""


class StyleMissing(Refusal):
    """The answer is a style, but not which."""


class UnknownPhoto(Refusal):
    """There is no such photo."""


class PhotoRemoved(Refusal):
    """The photo was taken down."""


class NotServed(Refusal):
    """The photo was never put before this person."""


class UnknownStyle(Refusal):
    """The catalogue has no such style."""


class AlreadyVoted(Refusal):
    """The person has another vote standing on this photo."""

    def __init__(self, kept: Vote) -> None:
        super().__init__("You have answered this photo already and that answer is kept. Undo takes it back.")
        self.vote_id = kept.pk
        self.choice = kept.choice
        self.style = kept.style


class NothingToUndo(Refusal):
    """There is no such vote of this person's, or it lies too far back."""


class BatchFrozen(Refusal):
    """The vote has gone into a frozen batch."""


def cast_vote(verdict: Verdict, *, person_id: str, now: datetime) -> Receipt:
    """Keep one vote, for ever and once, and settle its photo when that makes enough.

    The same vote sent again is answered "already" and mends what a crash left undone the first time. A vote
    on a photo that was settled, contested or frozen away meanwhile is kept and marked late.

    Raises:
        ForgedVote, StyleMissing: the vote has a form no page sends, or its id is another vote's.
        UnknownPhoto, PhotoRemoved, NotServed, UnknownStyle: the vote is about nothing this person was shown.
        AlreadyVoted: the person has another answer standing on this photo; it is kept.
    """
    _check_form(verdict)
    known = Vote.objects.filter(pk=verdict.vote_id).first()
    if known is not None:
        return _again(known, verdict, person_id, now)
    photo = Photo.objects.filter(pk=verdict.photo_id).first()
    if photo is None:
        raise UnknownPhoto("There is no such photo.")
    if photo.state == State.REMOVED:
        raise PhotoRemoved("This photo was taken down while you looked at it. Take the next one.")
    serve = Serve.objects.filter(pk=serve_id(photo.pk, person_id)).first()
    if serve is None:
        raise NotServed("This photo was not put before you, so your answer cannot be counted.")
    named = verdict.style and verdict.style not in serve.options  # what was offered is in the catalogue
    if named and not Style.objects.filter(pk=verdict.style).exists():
        raise UnknownStyle("The catalogue has no such style any more. Choose another, or none of these.")
    vote = _vote(verdict, photo, serve, now=milliseconds(now))
    try:
        with transaction.atomic(using="documents"):
            vote.save(force_insert=True)
    except IntegrityError:
        return _lost_the_race(verdict, person_id, now)
    _follow_up(vote, now)
    return Receipt(vote.pk, "late" if vote.late else "kept", photo.pk)


def undo(*, person_id: str, now: datetime, vote_id: str | None = None) -> Undone:
    """Take back a vote, by default the person's last, and put its photo before the person again.

    Naming the vote makes the call repeatable: a second time answers as the first.

    Raises:
        NothingToUndo: not among the person's last ten votes, or all of those are taken back.
        BatchFrozen: the vote has gone into the records of a frozen batch.
    """
    recent = [vote for vote in Vote.objects.of_person(person_id)[:UNDO_DEPTH] if not vote.expert]
    vote = next((vote for vote in recent if (vote.pk == vote_id if vote_id else vote.live)), None)
    if vote is None:
        raise NothingToUndo("There is nothing more to undo: the last ten answers can be taken back.")
    photo = Photo.objects.filter(pk=vote.photo_id).first()
    if photo is None or photo.state == State.REMOVED:
        raise NothingToUndo("That photo has been taken down, and your answer with it.")
    if vote.live and not vote.audit and not Batch.objects.is_open(photo.batch_id):
        raise BatchFrozen("That answer has gone into last night's records and cannot be taken back any more.")
    _take_back(vote, milliseconds(now))
    photo = Photo.objects.recount(photo.pk, now=now)
    wanted = State.SETTLED if vote.audit else State.OPEN
    return Undone(vote.pk, photo.pk, comes_back=photo.state == wanted)


def _check_form(verdict: Verdict) -> None:
    if not VOTE_ID.fullmatch(verdict.vote_id):
        raise ForgedVote("That vote came without an id of its own.")
    if verdict.choice not in Choice.values:
        raise ForgedVote("Choose one of the dresses shown, none of these, not a dress, or can't tell.")
    if verdict.choice == Choice.STYLE and not verdict.style:
        raise StyleMissing("Say which style it is.")
    if verdict.choice != Choice.STYLE and verdict.style:
        raise ForgedVote("Only one answer can be given to a photo.")


def _vote(verdict: Verdict, photo: Photo, serve: Serve, *, now: datetime) -> Vote:
    audit = serve.reason in (ServeReason.AUDIT, ServeReason.GOLD) and photo.state == State.SETTLED
    in_time = photo.state == State.OPEN and Batch.objects.is_open(photo.batch_id)
    shown = verdict.style and verdict.style in serve.options
    return Vote(
        id=verdict.vote_id,
        photo_id=photo.pk,
        person=serve.person,
        session_id=serve.session_id,
        serve_id=serve.pk,
        choice=verdict.choice,
        style=verdict.style,
        place=serve.options.index(verdict.style) if shown else -1,
        fit=verdict.fit,
        seconds=_measured(verdict.seconds),
        audit=audit,
        reason=serve.reason,
        accuracy=Player.objects.accuracy_of(serve.person),
        late=not (audit or in_time),
        batch_id=photo.batch_id,
        cast_at=now,
    )


def _measured(seconds: float | None) -> float | None:
    """Return the time an answer took, or None when a clock that ran backwards or stood still measured it."""
    if seconds is None or not math.isfinite(seconds) or seconds < 0:
        return None
    return min(seconds, LONGEST_SECONDS)


def _again(known: Vote, verdict: Verdict, person_id: str, now: datetime) -> Receipt:
    if (known.person, known.photo_id) != (person_id, verdict.photo_id):
        raise ForgedVote("That vote's id belongs to another vote.")
    if (known.choice, known.style) != (verdict.choice, verdict.style):
        raise AlreadyVoted(known)
    if known.live:
        _follow_up(known, now)
    return Receipt(known.pk, "already", known.photo_id)


def _lost_the_race(verdict: Verdict, person_id: str, now: datetime) -> Receipt:
    """Find out which unique index refused the vote: its own id, or one vote per person and photo."""
    known = Vote.objects.filter(pk=verdict.vote_id).first()
    if known is not None:
        return _again(known, verdict, person_id, now)
    kept = Vote.objects.standing(verdict.photo_id, person_id)
    if kept is None:  # it was taken back in this very moment
        return cast_vote(verdict, person_id=person_id, now=now)
    raise AlreadyVoted(kept)


def _follow_up(vote: Vote, now: datetime) -> None:
    """Do what follows from a stored vote; every step may be repeated."""
    Serve.objects.answer(vote.serve_id, now=vote.cast_at)
    Photo.objects.hand_back(vote.photo_id, person_id=vote.person)
    if not (vote.late or vote.audit):
        Photo.objects.recount(vote.photo_id, now=now)


def _take_back(vote: Vote, now: datetime) -> None:
    Vote.objects.take_back(vote, now=now)
    if Vote.objects.standing(vote.photo_id, vote.person) is None:
        Serve.objects.ask_again(vote.serve_id)
