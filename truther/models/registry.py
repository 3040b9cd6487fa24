"""The models that were trained, which one serves, and why."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from django.db import IntegrityError, models, transaction

from truther.models.fields import key, word


class UnknownModel(LookupError):
    """The registry knows no model of that name."""


class Role(models.TextChoices):
    """What a trained model is at present."""

    CHALLENGER = "challenger"
    CHAMPION = "champion"
    REJECTED = "rejected"
    RETIRED = "retired"


class ModelRunQuerySet(models.QuerySet["ModelRun"]):
    """Questions about trained models and the roles they take."""

    def named(self, run_id: str) -> "ModelRun":
        """The model of that name.

        Raises:
            UnknownModel: there is none.
        """
        try:
            return self.get(pk=run_id)
        except self.model.DoesNotExist as error:
            raise UnknownModel(f"No model is called {run_id}.") from error

    def knows(self, run_id: str) -> bool:
        """Whether a model of that name was registered."""
        return self.filter(pk=run_id).exists()

    def trained_with(self, snapshot_ids: Iterable[str]) -> list[str]:
        """The models of these snapshots, by name."""
        return list(
            self.filter(snapshot_id__in=list(snapshot_ids)).order_by("pk").values_list("pk", flat=True)
        )

    def descendants_of(self, run_ids: Iterable[str]) -> list[str]:
        """These models and all that were trained on from them, parents before their children."""
        line = list(run_ids)
        parents = list(self.order_by("trained_at", "pk").values_list("pk", "parent"))
        for run_id, parent in parents:
            if parent in line and run_id not in line:
                line.append(run_id)
        return line

    def note_taken_down(self, run_id: str, marks: dict[str, Any]) -> None:
        """Write down how many photos a model was trained with that have been taken down since."""
        self.filter(pk=run_id).update(taken_down=marks)

    def lanes_of(self, run_id: str) -> dict[str, Any]:
        """What a model may decide alone, as rules.lanes.keep() wrote it; empty when it never tried."""
        kept: dict[str, Any] | None = self.filter(pk=run_id).values_list("lanes", flat=True).first()
        return kept or {}

    def note_lanes(self, run_id: str, lanes: dict[str, Any]) -> None:
        """Write down what a model may decide alone from now on."""
        self.filter(pk=run_id).update(lanes=lanes)

    def newest_first(self) -> Self:
        """All models, the last trained first."""
        return self.order_by("-trained_at", "-pk")

    def register(self, run_id: str, **values: Any) -> None:
        """Write down a model that lies on disk; one that is known stays as it is."""
        try:
            with transaction.atomic(using=self.db):
                self.create(id=run_id, **values)
        except IntegrityError:
            self.get(pk=run_id)

    def judged(self, run_id: str, *, gate: dict[str, Any], now: datetime) -> None:
        """Keep the gate's verdict on a model; the first verdict stays."""
        self.filter(pk=run_id, judged_at=None).update(gate=gate, judged_at=now)

    def awaits_judgement(self, run_id: str) -> bool:
        """Whether the gate has not ruled over a challenger yet."""
        return self.filter(pk=run_id, role=Role.CHALLENGER, judged_at=None).exists()

    def reject(self, run_id: str) -> None:
        """Mark a challenger that did not pass."""
        self.filter(pk=run_id, role=Role.CHALLENGER).update(role=Role.REJECTED)

    def crown(self, run_id: str) -> None:
        """Make the roles say what the alias says: this model serves, whoever served before is retired."""
        self.filter(role=Role.CHAMPION).exclude(pk=run_id).update(role=Role.RETIRED)
        self.filter(pk=run_id).update(role=Role.CHAMPION)


class ModelRun(models.Model):
    """One trained model; `id` names its folder under runs/."""

    id = key()
    parent = word(64)
    snapshot_id = word(64)
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.CHALLENGER)
    metrics = models.JSONField(default=dict)
    # {"promoted", "reasons": [...], "checks": [...], "champion": {...}, "challenger": {...}, "champion_id"}
    gate = models.JSONField(default=dict)
    # {"trained": 2, "measured": 0, "inherited": {run: 1}, "sentences": [...]}; empty: nothing was
    taken_down = models.JSONField(default=dict)
    # {"error", "confidence", "accept": {...}, "reject": {...}, "source", "photos", "tries", "closed": {...}}
    lanes = models.JSONField(default=dict)
    trained_at = models.DateTimeField()
    judged_at = models.DateTimeField(null=True)

    objects = ModelRunQuerySet.as_manager()

    class Meta:
        db_table = "model_runs"

    def __str__(self) -> str:
        return self.id
