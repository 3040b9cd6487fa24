"""Take votes back: an event of its own, which may even arrive before the vote."""

from datetime import datetime

from django.db import transaction

from truther.flow.verify.judge import check_id
from truther.flow.verify.said import BatchFrozen, NothingToUndo, Undone
from truther.models import Batch, Photo, Serve, Undo, Vote
from truther.models.fields import milliseconds
from truther.models.photos import State

UNDO_DEPTH = 10
OVERTAKING = 100  # most votes of one batch that may have been kept before an undo that was sent earlier

GONE = "That photo has been taken down, and your answer with it."
NOTHING = "There is nothing more to undo: the last ten answers can be taken back."
FROZEN = "That answer has gone into last night's records and cannot be taken back any more."


def undo(*, person_id: str, now: datetime, vote_id: str | None = None) -> Undone:
    """Take back a vote, by default the person's last, and put its photo before the person again.

    Naming the vote makes the call repeatable: a second time answers as the first. A vote that has not arrived
    yet is taken back in advance: whenever it comes, it is stored as undone.

    Raises:
        NothingToUndo: another person's vote, an expert's, or too far back.
        BatchFrozen: the vote has gone into the records of a frozen batch.
        InvalidVote: that can be no vote's id.
    """
    if vote_id is None:
        return _take_back(_last(person_id), now)
    check_id(vote_id)
    vote = Vote.objects.filter(pk=vote_id).first()
    if vote is None:
        if not Undo.objects.ahead_of(vote_id, person_id=person_id, now=milliseconds(now)):
            raise NothingToUndo(NOTHING)
        vote = Vote.objects.filter(pk=vote_id).first()  # it may have come in this very moment
    return Undone(vote_id, "", comes_back=False) if vote is None else _take_back(_own(vote, person_id), now)


def _last(person_id: str) -> Vote:
    for vote in Vote.objects.of_person(person_id)[:UNDO_DEPTH]:
        if vote.live and not vote.expert:
            return vote
    raise NothingToUndo(NOTHING)


def _own(vote: Vote, person_id: str) -> Vote:
    if vote.person != person_id or vote.expert:
        raise NothingToUndo(NOTHING)
    if vote.live and vote.pk not in Vote.objects.last_ids(person_id, UNDO_DEPTH + OVERTAKING):
        raise NothingToUndo(NOTHING)
    return vote


def _take_back(vote: Vote, now: datetime) -> Undone:
    photo = Photo.objects.filter(pk=vote.photo_id).first()
    if photo is None or (vote.live and photo.state == State.REMOVED):
        raise NothingToUndo(GONE)
    if vote.live and vote.counts and not Batch.objects.is_open(photo.batch_id):
        raise BatchFrozen(FROZEN)
    with transaction.atomic(using="documents"):  # one commit on SQLite; each step may be repeated anyway
        Vote.objects.take_back(vote, now=milliseconds(now))
        if Vote.objects.standing(vote.photo_id, vote.person) is None:
            Serve.objects.ask_again(vote.serve_id)
        photo = Photo.objects.recount(photo.pk, now=now)
    wanted = State.SETTLED if vote.audit else State.OPEN
    return Undone(vote.pk, photo.pk, comes_back=photo.state == wanted)
