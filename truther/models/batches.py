"""Batches, the slices of the archive that are open one after the other, and what was frozen of them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.db import IntegrityError, models, transaction

from truther.models.fields import key, word


class BatchState(models.TextChoices):
    """A batch is open, is being frozen by a night, or is frozen for ever."""

    OPEN = "open"
    FREEZING = "freezing"
    FROZEN = "frozen"


class BatchQuerySet(models.QuerySet["Batch"]):
    """Questions about batches and the steps a batch can take."""

    def open_one(self) -> "Batch | None":
        """The batch people work on, if there is one."""
        return self.filter(state=BatchState.OPEN).order_by("number").first()

    def is_open(self, batch_id: str) -> bool:
        """Whether votes on this batch's photos still count."""
        return self.filter(pk=batch_id, state=BatchState.OPEN).exists()

    def open_among(self, batch_ids: Iterable[str]) -> set[str]:
        """Those of these batches on whose photos votes still count."""
        named = self.filter(pk__in=set(batch_ids), state=BatchState.OPEN)
        return set(named.values_list("pk", flat=True))

    def being_frozen(self) -> Self:
        """Batches a night has begun to freeze, oldest first."""
        return self.filter(state=BatchState.FREEZING).order_by("number")

    def frozen(self) -> Self:
        """Batches that will never change again, oldest first."""
        return self.filter(state=BatchState.FROZEN).order_by("number")

    def frozen_since(self, moment: datetime) -> Self:
        """Batches whose cut is at this moment or later, begun or done."""
        return self.exclude(state=BatchState.OPEN).filter(frozen_at__gte=moment).order_by("number")

    def reach(self) -> datetime | None:
        """How far back in time any batch has come."""
        measured = self.filter(oldest_taken_at__isnull=False).order_by("oldest_taken_at", "pk")
        return measured.values_list("oldest_taken_at", flat=True).first()

    def begin(self, number: int, *, opened_at: datetime) -> "Batch":
        """Open the batch of this number, or return the one that is there."""
        batch_id = f"batch-{number:05d}"
        try:
            with transaction.atomic(using=self.db):
                return self.create(id=batch_id, number=number, opened_at=opened_at)
        except IntegrityError:
            return self.get(pk=batch_id)

    def begin_freezing(self, batch_id: str, *, at: datetime) -> bool:
        """Close an open batch to new votes at one moment; False when somebody was faster."""
        opened = self.filter(pk=batch_id, state=BatchState.OPEN)
        return opened.update(state=BatchState.FREEZING, frozen_at=at) == 1

    def close(self, batch_id: str, *, manifest_sha256: str, golden: int, carried: int) -> None:
        """Freeze for ever what was being frozen; a second time changes nothing."""
        self.filter(pk=batch_id, state=BatchState.FREEZING).update(
            state=BatchState.FROZEN,
            manifest_sha256=manifest_sha256,
            golden=golden,
            carried=carried,
            size=golden + carried,
        )


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


class SnapshotQuerySet(models.QuerySet["Snapshot"]):
    """Questions about training sets."""

    def register(self, snapshot_id: str, **values: object) -> None:
        """Write down a snapshot that lies on disk, once."""
        try:
            with transaction.atomic(using=self.db):
                self.create(id=snapshot_id, **values)
        except IntegrityError:
            self.filter(pk=snapshot_id).update(**values)

    def newest(self) -> "Snapshot | None":
        """The training set of the last night that made one."""
        return self.order_by("-created_at", "-pk").first()


class Snapshot(models.Model):
    """One frozen training set in a folder of its own; `id` names the folder."""

    id = key()
    batch_id = word(32)
    sha256 = word(64)
    photos = models.IntegerField(default=0)
    styles = models.IntegerField(default=0)
    created_at = models.DateTimeField()

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        db_table = "snapshots"

    def __str__(self) -> str:
        return self.id
