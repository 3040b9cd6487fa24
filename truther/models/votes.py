"""Votes and their undoings: append-only facts, from which everything else can be derived again."""

from django.db import models
from django.db.models import Q

from truther.models.fields import key, word


class Choice(models.TextChoices):
    """What a person can say about a photo."""

    STYLE = "style"
    NONE = "none"
    NOT_DRESS = "not_dress"
    CANT_TELL = "cant_tell"


class VoteQuerySet(models.QuerySet["Vote"]):
    """Questions about votes."""


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
    audit = models.BooleanField(default=False)  # a blind second look at a settled photo
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


class Undo(models.Model):
    """The event that takes one vote back; its id is the vote's, so a vote is undone once."""

    id = key()
    person = models.CharField(max_length=150)
    photo_id = models.CharField(max_length=64)
    undone_at = models.DateTimeField()

    class Meta:
        db_table = "undos"

    def __str__(self) -> str:
        return self.id
