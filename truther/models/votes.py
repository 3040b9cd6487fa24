"""Votes and their undoings: append-only facts, from which everything else can be derived again."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Self

from django.db import IntegrityError, models, transaction
from django.db.models import Q

from truther.models.fields import key, word
from truther.rules.consensus import Ballot

logger = logging.getLogger(__name__)


class Choice(models.TextChoices):
    """What a person can say about a photo."""

    STYLE = "style"
    NONE = "none"
    NOT_DRESS = "not_dress"
    CANT_TELL = "cant_tell"


class VoteQuerySet(models.QuerySet["Vote"]):
    """Questions about votes."""

    def of_person(self, person_id: str) -> Self:
        """One person's votes, newest first, those taken back included."""
        return self.filter(person=person_id).order_by("-cast_at", "-pk")

    def live(self) -> Self:
        """Votes not taken back."""
        return self.filter(live=True)

    def answered_by(self, person_id: str, *, most: int) -> int:
        """How many answers a person has given, counted no further than `most`, from the index alone."""
        return self.filter(person=person_id)[:most].count()

    def since(self, moment: datetime) -> Self:
        """Votes cast at or after a moment."""
        return self.filter(cast_at__gte=moment)

    def on_photo(self, photo_id: str) -> Self:
        """Votes on one photo in the order they were cast."""
        return self.filter(photo_id=photo_id).order_by("cast_at", "pk")

    def standing(self, photo_id: str, person_id: str) -> "Vote | None":
        """The vote a person has standing on a photo."""
        return self.filter(photo_id=photo_id, person=person_id, live=True).first()

    def standing_on(self, photo_ids: Iterable[str], person_id: str) -> dict[str, "Vote"]:
        """The votes a person has standing on these photos, by photo."""
        mine = self.filter(photo_id__in=list(photo_ids), person=person_id, live=True)
        return {vote.photo_id: vote for vote in mine}

    def last_ids(self, person_id: str, most: int) -> set[str]:
        """The ids of a person's newest votes, those taken back included."""
        return set(self.of_person(person_id).values_list("pk", flat=True)[:most])

    def take_back(self, vote: "Vote", *, now: datetime) -> None:
        """Store that a vote is undone, then mark it; repeating it mends a mark that is missing."""
        try:
            with transaction.atomic(using="documents"):
                Undo.objects.create(pk=vote.pk, person=vote.person, photo_id=vote.photo_id, undone_at=now)
        except IntegrityError:  # the event is there already; what follows from it may not be
            logger.info("vote %s is undone again", vote.pk)
        self.filter(pk=vote.pk, live=True).update(live=False, undone_at=now)

    def unmarked(self, undos: "Iterable[Undo]") -> list["Vote"]:
        """Votes whose undoing is stored but not marked, as a crash between the two leaves them."""
        people = {undo.pk: undo.person for undo in undos}
        live = self.filter(pk__in=list(people), live=True)
        return [vote for vote in live if vote.person == people[vote.pk]]  # an undo of nobody else's counts

    def answers_to(self, serve_ids: Iterable[str]) -> dict[str, "Vote"]:
        """The votes that stand on what was dealt, by serve."""
        standing = self.filter(serve_id__in=list(serve_ids), live=True)
        return {vote.serve_id: vote for vote in standing}

    def unsure_of(self, person_id: str) -> list[str]:
        """Photos of which an expert has said "can't tell": every other word of an expert settles."""
        words = self.filter(person=person_id, live=True, expert=True, choice=Choice.CANT_TELL)
        return list(words.values_list("photo_id", flat=True))

    def last_judgement_of(self, person_id: str) -> "Vote | None":
        """The last word of an expert that stands."""
        return self.of_person(person_id).filter(live=True, expert=True).first()

    def ballots(self, photo_ids: Iterable[str]) -> dict[str, list[Ballot]]:
        """The votes that count on each of these photos: live, in time, no audit."""
        counted = self.filter(photo_id__in=list(photo_ids), live=True, late=False, audit=False)
        by_photo: dict[str, list[Ballot]] = defaultdict(list)
        for vote in counted.order_by("photo_id", "cast_at", "pk"):
            by_photo[vote.photo_id].append(vote.ballot())
        return by_photo


class Vote(models.Model):
    """One verdict of one person on one photo; never changed but for the mark of its undoing."""

    id = key()  # made by the client: the same vote sent twice is one vote
    photo_id = models.CharField(max_length=64)
    person = models.CharField(max_length=150)
    session_id = word(64)
    serve_id = word(64)
    choice = models.CharField(max_length=16, choices=Choice.choices)
    style = word(64)  # the sku, when the choice is a style
    place = models.IntegerField(default=-1)  # where the chosen style stood (0, 1, 2); -1: found by search
    fit = models.BooleanField(null=True)
    seconds = models.FloatField(null=True)  # from the picture shown to the answer, as the client measured it
    expert = models.BooleanField(default=False)  # a judge's word on a contested photo
    audit = models.BooleanField(default=False)  # a blind second look at a settled photo: audit or gold
    reason = word(16)  # why the photo was shown, as its serve says; empty for experts
    accuracy = models.FloatField(default=0.9)  # what was known of the person when the vote was cast
    late = models.BooleanField(default=False)  # the photo was no longer open: kept, not counted
    live = models.BooleanField(default=True)  # False once undone; goes together with undone_at
    undone_at = models.DateTimeField(null=True)
    batch_id = word(32)
    cast_at = models.DateTimeField()

    objects = VoteQuerySet.as_manager()

    class Meta:
        db_table = "votes"
        constraints = [
            models.UniqueConstraint(
                fields=["photo_id", "person"], condition=Q(live=True), name="one_live_vote"
            )
        ]
        indexes = [
            models.Index(fields=["photo_id", "cast_at", "id"], name="vote_photo"),
            models.Index(fields=["person", "-cast_at", "-id"], name="vote_person"),
            models.Index(fields=["cast_at", "id"], name="vote_time"),
        ]

    def __str__(self) -> str:
        return self.id

    @property
    def answer(self) -> str:
        """The answer as the tally counts it: "style:SKU", "none", "not_dress" or "cant_tell"."""
        return f"style:{self.style}" if self.choice == Choice.STYLE else self.choice

    @property
    def counts(self) -> bool:
        """Whether the vote counts while it stands: in time, and no second look."""
        return not (self.late or self.audit)

    def ballot(self) -> Ballot:
        """Return the vote as the rules count it."""
        return Ballot(self.id, self.person, self.answer, self.cast_at, self.fit, self.expert, self.accuracy)


class UndoQuerySet(models.QuerySet["Undo"]):
    """Questions about what was taken back."""

    def in_chunks(self, size: int = 500) -> Iterator[list["Undo"]]:
        """All events, a bounded number at a time."""
        last = ""
        while chunk := list(self.filter(pk__gt=last).order_by("pk")[:size]):
            yield chunk
            last = chunk[-1].pk

    def by_person(self, person_id: str, vote_ids: Iterable[str]) -> dict[str, "Undo"]:
        """What a person has taken back of these votes, by vote."""
        return {undo.pk: undo for undo in self.filter(pk__in=list(vote_ids), person=person_id)}

    def ahead_of(self, vote_id: str, *, person_id: str, now: datetime) -> bool:
        """Store the undoing of a vote that has not arrived; False when the id is another person's."""
        try:
            with transaction.atomic(using="documents"):
                self.create(pk=vote_id, person=person_id, photo_id="", undone_at=now)
        except IntegrityError:
            return self.filter(pk=vote_id, person=person_id).exists()
        return True


class Undo(models.Model):
    """The event that takes one vote back; its id is the vote's, so a vote is undone once."""

    id = key()
    person = models.CharField(max_length=150)
    photo_id = models.CharField(max_length=64)  # empty when the undo came before its vote
    undone_at = models.DateTimeField()

    objects = UndoQuerySet.as_manager()

    class Meta:
        db_table = "undos"

    def __str__(self) -> str:
        return self.id
