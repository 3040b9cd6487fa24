"""The nights: one document each, with its stages, a lease and a fencing number."""

from datetime import datetime
from typing import Any, Self

from django.db import IntegrityError, models, transaction

from truther.models.fields import key, word


class NightState(models.TextChoices):
    """How a night stands."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class NightRunQuerySet(models.QuerySet["NightRun"]):
    """Questions about nights, and the writes only the owner of a lease may make."""

    def begin(
        self, night_id: str, *, at: datetime, stages: list[dict[str, Any]], now: datetime
    ) -> "NightRun":
        """Open the night of a day, or return the one that is there."""
        try:
            with transaction.atomic(using=self.db):
                return self.create(id=night_id, at=at, stages=stages, lease_until=now, started_at=now)
        except IntegrityError:
            return self.get(pk=night_id)

    def unfinished(self) -> Self:
        """Nights under way or waiting to be resumed, the earliest first."""
        return self.filter(state=NightState.RUNNING).order_by("at", "pk")

    def newest_first(self) -> Self:
        """All nights, the last first."""
        return self.order_by("-at", "-pk")

    def after(self, at: datetime) -> Self:
        """Nights of a later moment."""
        return self.filter(at__gt=at).order_by("at", "pk")

    def audited_until(self, at: datetime) -> datetime | None:
        """The cut of the last night before this moment that drew an audit; None before the first one.

        A night that was given up before it drew left its photos to the next one. Nights from before there
        were audits count as well: nobody audits all that was ever settled.
        """
        for night in self.filter(at__lt=at).order_by("-at", "-pk"):
            audits = [entry for entry in night.stages if entry["name"] == "audit"]
            if all(entry["state"] == "done" for entry in audits):
                return night.at
        return None

    def claim(self, night_id: str, *, owner: str, fence: int, until: datetime) -> bool:
        """Take the lease from the holder of an older fencing number; False when somebody was faster."""
        seen = self.filter(pk=night_id, fence=fence - 1)
        return seen.update(lease_owner=owner, lease_until=until, fence=fence) == 1

    def write(self, night_id: str, *, fence: int, **values: Any) -> bool:
        """Change a night as the owner of this fencing number; False when the lease went to another."""
        return self.filter(pk=night_id, fence=fence).update(**values) == 1


class NightRun(models.Model):
    """One night; `id` is its day, so a day has one night however often it is asked for."""

    id = key()
    at = models.DateTimeField()  # the moment the night stands for: its cut between batches
    state = models.CharField(max_length=16, choices=NightState.choices, default=NightState.RUNNING)
    stages = models.JSONField(
        default=list
    )  # [{"name", "state", "started_at", "finished_at", "result", "attempts"}]
    error = models.TextField(blank=True, default="")
    lease_owner = word(128)
    lease_until = models.DateTimeField()
    fence = models.IntegerField(default=0)  # grows with every change of owner: an old owner cannot write
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    objects = NightRunQuerySet.as_manager()

    class Meta:
        db_table = "night_runs"

    def __str__(self) -> str:
        return self.id
