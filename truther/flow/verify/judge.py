"""Judge votes against what is known: read once for a whole batch, kept up to date while it is judged."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from truther.flow.verify.said import (
    AlreadyVoted,
    ForgedVote,
    InvalidVote,
    NotServed,
    PhotoRemoved,
    Receipt,
    Refusal,
    UnknownPhoto,
    UnknownStyle,
    Verdict,
)
from truther.models import Batch, Photo, Player, Serve, Style, Undo, Vote
from truther.models.photos import State
from truther.models.sessions import ServeReason
from truther.models.votes import Choice
from truther.rules.walk import serve_id

LONGEST_SECONDS = 600.0  # somebody who thinks longer has gone for tea
VOTE_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")


@dataclass(slots=True)
class Known:
    """What bears on a few votes of one person."""

    person: str
    accuracy: float
    votes: dict[str, Vote]  # by id, whoever cast them
    standing: dict[str, Vote]  # the person's own that stand, by photo
    undone: Mapping[str, Undo]  # undos of the person's that may have come before their votes
    photos: Mapping[str, tuple[str, str]]  # state and batch
    serves: Mapping[str, Serve]
    styles: set[str]  # in the catalogue, though not offered
    open_batches: set[str]
    fresh: list[Vote] = field(default_factory=list)  # to be stored

    @classmethod
    def about(cls, verdicts: Sequence[Verdict], person_id: str) -> "Known":
        """Read what bears on these votes, in a number of queries that does not grow with them."""
        photo_ids = {verdict.photo_id for verdict in verdicts}
        vote_ids = {verdict.vote_id for verdict in verdicts}
        photos = Photo.objects.stand(photo_ids)
        serves = Serve.objects.in_bulk([serve_id(photo_id, person_id) for photo_id in photos])
        offered = {serve.photo_id: serve.options for serve in serves.values()}
        # By photo: a style found by search may stand among the options of another photo of the same batch.
        named = {each.style for each in verdicts if each.style not in ("", *offered.get(each.photo_id, ()))}
        return cls(
            person=person_id,
            accuracy=Player.objects.accuracy_of(person_id),
            votes=Vote.objects.in_bulk(list(vote_ids)),
            standing=Vote.objects.standing_on(photo_ids, person_id),
            undone=Undo.objects.by_person(person_id, vote_ids),
            photos=photos,
            serves={serve.photo_id: serve for serve in serves.values()},
            styles=set(Style.objects.filter(pk__in=named).values_list("pk", flat=True)) if named else set(),
            open_batches=Batch.objects.open_among(batch_id for _, batch_id in photos.values()),
        )

    def receive(self, verdict: Verdict, *, now: datetime) -> Receipt:
        """Say what becomes of one vote; what is to be stored is remembered as fresh."""
        try:
            return self._judge(verdict, now)
        except Refusal as refusal:
            return Receipt(verdict.vote_id, "refused", verdict.photo_id, refusal)

    def is_waiting(self, vote: Vote) -> bool:
        """Whether the card a vote answers is still on the table."""
        serve = self.serves.get(vote.photo_id)
        return serve is not None and serve.waiting

    def _judge(self, verdict: Verdict, now: datetime) -> Receipt:
        check_form(verdict)
        known = self.votes.get(verdict.vote_id)
        if known is not None:
            return self._again(known, verdict)
        state, _ = self.photos.get(verdict.photo_id, ("", ""))
        if not state:
            raise UnknownPhoto("There is no such photo.")
        if state == State.REMOVED:
            raise PhotoRemoved("This photo was taken down while you looked at it. Take the next one.")
        serve = self.serves.get(verdict.photo_id)
        if serve is None or serve.reason == ServeReason.BONUS:  # there the answer was shown too
            raise NotServed("This photo was not put before you, so your answer cannot be counted.")
        # What was offered is in the catalogue, or was when it was offered.
        if verdict.style and verdict.style not in serve.options and verdict.style not in self.styles:
            raise UnknownStyle("The catalogue has no such style any more. Choose another, or none of these.")
        return self._keep(self._vote(verdict, serve, now))

    def _again(self, known: Vote, verdict: Verdict) -> Receipt:
        if (known.person, known.photo_id) != (self.person, verdict.photo_id):
            raise ForgedVote("That vote's id belongs to another vote.")
        if (known.choice, known.style) != (verdict.choice, verdict.style):
            raise AlreadyVoted(known)
        return Receipt(known.pk, "already" if known.live else "undone", known.photo_id, vote=known)

    def _keep(self, vote: Vote) -> Receipt:
        kept = self.standing.get(vote.photo_id)
        if vote.live and kept is not None:
            raise AlreadyVoted(kept)
        self.fresh.append(vote)
        self.votes[vote.pk] = vote
        if not vote.live:
            return Receipt(vote.pk, "undone", vote.photo_id, vote=vote)
        self.standing[vote.photo_id] = vote
        return Receipt(vote.pk, "late" if vote.late else "kept", vote.photo_id, vote=vote)

    def _vote(self, verdict: Verdict, serve: Serve, now: datetime) -> Vote:
        state, batch_id = self.photos[serve.photo_id]
        audit = serve.of_settled and state == State.SETTLED
        in_time = state == State.OPEN and batch_id in self.open_batches
        undo = self.undone.get(verdict.vote_id)
        return Vote(
            id=verdict.vote_id,
            photo_id=serve.photo_id,
            person=self.person,
            session_id=serve.session_id,
            serve_id=serve.pk,
            choice=verdict.choice,
            style=verdict.style,
            place=serve.options.index(verdict.style) if verdict.style in serve.options else -1,
            fit=verdict.fit,
            seconds=_measured(verdict.seconds),
            audit=audit,
            reason=serve.reason,
            accuracy=self.accuracy,
            late=not (audit or in_time),
            live=undo is None,
            undone_at=undo.undone_at if undo else None,
            batch_id=batch_id,
            cast_at=now,
        )


def check_id(vote_id: str) -> None:
    """Refuse what cannot be the id of a vote.

    Raises:
        InvalidVote: it is none.
    """
    if not VOTE_ID.fullmatch(vote_id):
        raise InvalidVote("A vote needs an id of its own: 8 to 64 letters, digits, - or _.")


def check_form(verdict: Verdict) -> None:
    """Refuse a vote that says nothing, or two things at once.

    Raises:
        InvalidVote: it does.
    """
    check_id(verdict.vote_id)
    if verdict.choice not in Choice.values:
        raise InvalidVote("Choose one of the dresses shown, none of these, not a dress, or can't tell.")
    if verdict.choice == Choice.STYLE and not verdict.style:
        raise InvalidVote("Say which style it is.")
    if verdict.choice != Choice.STYLE and verdict.style:
        raise InvalidVote("Only one answer can be given to a photo.")


def _measured(seconds: float | None) -> float | None:
    """Return the time an answer took, or None when a clock that ran backwards or stood still measured it."""
    if seconds is None or not math.isfinite(seconds) or seconds < 0:
        return None
    return min(seconds, LONGEST_SECONDS)
