"""Keep what people say: append-only votes under ids their own devices made, and undo as an event."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from django.db import IntegrityError, transaction

from truther.flow.verify.judge import Known
from truther.flow.verify.retract import undo
from truther.flow.verify.said import (
    AlreadyVoted,
    BatchFrozen,
    ForgedVote,
    InvalidVote,
    NothingToUndo,
    NotServed,
    PhotoRemoved,
    Receipt,
    Refusal,
    Retraction,
    Undone,
    UnknownPhoto,
    UnknownStyle,
    Verdict,
)
from truther.models import Photo, Serve, Undo, Vote
from truther.models.fields import milliseconds

MOMENT = timedelta(milliseconds=1)  # between two items of a batch: the order they were sent in stays known
Timed = tuple[Verdict | Retraction, datetime]


def cast_vote(verdict: Verdict, *, person_id: str, now: datetime) -> Receipt:
    """Keep one vote, for ever and once, and settle its photo when that makes enough.

    The same vote sent again is answered "already" and mends what a crash left undone the first time. A vote
    on a photo that was settled, contested or frozen away meanwhile is kept and marked late.

    Raises:
        InvalidVote, ForgedVote: the vote has a form no page sends, or its id is another vote's.
        UnknownPhoto, PhotoRemoved, NotServed, UnknownStyle: the vote is about nothing this person was shown.
        AlreadyVoted: the person has another answer standing on this photo; it is kept.
    """
    [receipt] = take([verdict], person_id=person_id, now=now)
    if receipt.refusal is not None:
        raise receipt.refusal
    return receipt


def take(said: Iterable[Verdict | Retraction], *, person_id: str, now: datetime) -> list[Receipt]:
    """Keep a batch of votes and undos in the order given, each judged alone; a receipt for each.

    Safe to repeat, whole or in part: what a crash or a lost answer left open is finished by the next time.
    """
    timed = [(one, milliseconds(now) + number * MOMENT) for number, one in enumerate(said)]
    receipts: list[Receipt] = []
    for retracting, run in groupby(timed, key=lambda one: isinstance(one[0], Retraction)):
        part = list(run)
        if retracting:
            receipts += [_retract(one, person_id, at) for one, at in part]
        else:
            receipts += _keep(part, person_id, again=len(part))
    return receipts


def _keep(run: Sequence[Timed], person_id: str, *, again: int) -> list[Receipt]:
    """Keep votes that follow each other.

    Whoever loses a race for an id, or for one vote per person and photo, looks and judges again; that ends,
    since each time somebody else has stored one of these.
    """
    verdicts = [(one, at) for one, at in run if isinstance(one, Verdict)]
    known = Known.about([verdict for verdict, _ in verdicts], person_id)
    receipts = [known.receive(verdict, now=at) for verdict, at in verdicts]
    try:
        # On SQLite one commit for all; on MongoDB nothing, and every step may be repeated.
        with transaction.atomic(using="documents"):
            Vote.objects.bulk_create(known.fresh)
            _follow_up(receipts, known, now=verdicts[0][1])
    except IntegrityError:
        if not again:
            raise
        return _keep(run, person_id, again=again - 1)
    return receipts


def _follow_up(receipts: Sequence[Receipt], known: Known, *, now: datetime) -> None:
    """Do what follows from stored votes, new and old ones; every step may be repeated."""
    fresh = {vote.pk for vote in known.fresh}
    for overtaken in Undo.objects.by_person(known.person, fresh - known.undone.keys()):  # came just now
        known.votes[overtaken].live = False
        Vote.objects.take_back(known.votes[overtaken], now=now)
    votes = [receipt.vote for receipt in receipts if receipt.vote is not None]
    standing = [vote for vote in votes if vote.live]
    Serve.objects.answer([vote.serve_id for vote in standing if vote.pk in fresh], now=now)
    for vote in standing:
        if vote.pk not in fresh and known.is_waiting(vote):  # a crash came between
            Serve.objects.answer([vote.serve_id], now=vote.cast_at)
    Photo.objects.hand_back([vote.photo_id for vote in standing], person_id=known.person)
    Photo.objects.recount_all([vote.photo_id for vote in votes if vote.counts], now=now)


def _retract(one: Verdict | Retraction, person_id: str, now: datetime) -> Receipt:
    try:
        undone = undo(person_id=person_id, now=now, vote_id=one.vote_id)
    except Refusal as refusal:
        return Receipt(one.vote_id, "refused", "", refusal)
    return Receipt(one.vote_id, "undone", undone.photo_id)


__all__ = [
    "AlreadyVoted",
    "BatchFrozen",
    "ForgedVote",
    "InvalidVote",
    "NotServed",
    "NothingToUndo",
    "PhotoRemoved",
    "Receipt",
    "Refusal",
    "Retraction",
    "Undone",
    "UnknownPhoto",
    "UnknownStyle",
    "Verdict",
    "cast_vote",
    "take",
    "undo",
]
