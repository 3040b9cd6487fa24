"""Batches, the slices of the archive that are open one after the other, and what was frozen of them."""

from django.db import models

from truther.models.fields import key, word


class BatchState(models.TextChoices):
    """A batch is open, is being frozen by a night, or is frozen for ever."""

    OPEN = "open"
    FREEZING = "freezing"
    FROZEN = "frozen"


class BatchQuerySet(models.QuerySet["Batch"]):
    """Questions about batches."""


class Batch(models.Model):
    """One slice of the archive."""

    id = key()  # "batch-00001": sorts by number
    number = models.IntegerField(unique=True)
    state = models.CharField(max_length=16, choices=BatchState.choices, default=BatchState.OPEN)
    size = models.IntegerField(default=0)
    oldest_taken_at = models.DateTimeField(null=True)  # how far back it reaches
    newest_taken_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    frozen_at = models.DateTimeField(null=True)  # votes after this moment belong to the next batch
    manifest_sha256 = word(64)
    golden = models.IntegerField(default=0)
    carried = models.IntegerField(default=0)

    objects = BatchQuerySet.as_manager()

    class Meta:
        db_table = "batches"

    def __str__(self) -> str:
        return self.id


class Snapshot(models.Model):
    """One frozen training set in a folder of its own; `id` names the folder."""

    id = key()
    batch_id = word(32)
    sha256 = word(64)
    photos = models.IntegerField(default=0)
    styles = models.IntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "snapshots"

    def __str__(self) -> str:
        return self.id
