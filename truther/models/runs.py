"""The nights: one document each, with its stages, a lease and a fencing number."""

from django.db import models

from truther.models.fields import key, word


class NightState(models.TextChoices):
    """How a night stands."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class NightRunQuerySet(models.QuerySet["NightRun"]):
    """Questions about nights."""


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
