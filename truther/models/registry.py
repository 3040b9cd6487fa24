"""The models that were trained, which one serves, and why."""

from django.db import models

from truther.models.fields import key, word


class Role(models.TextChoices):
    """What a trained model is at present."""

    CHALLENGER = "challenger"
    CHAMPION = "champion"
    REJECTED = "rejected"
    RETIRED = "retired"


class ModelRunQuerySet(models.QuerySet["ModelRun"]):
    """Questions about trained models."""


class ModelRun(models.Model):
    """One trained model; `id` names its folder under runs/."""

    id = key()
    parent = word(64)
    snapshot_id = word(64)
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.CHALLENGER)
    metrics = models.JSONField(default=dict)
    gate = models.JSONField(
        default=dict
    )  # {"promoted", "reasons": [...], "champion": {...}, "challenger": {...}}
    trained_at = models.DateTimeField()
    judged_at = models.DateTimeField(null=True)

    objects = ModelRunQuerySet.as_manager()

    class Meta:
        db_table = "model_runs"

    def __str__(self) -> str:
        return self.id
