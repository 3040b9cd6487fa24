"""The audit: settled photos drawn by lot for a blind second look, and what came of it."""

from typing import Self

from django.db import models

from truther.models.fields import key, word
from truther.models.lots import by_lot


class AuditState(models.TextChoices):
    """An audit waits for second looks, and ends in one of three ways."""

    OPEN = "open"
    CONFIRMED = "confirmed"  # the second look says the same
    DISPUTED = "disputed"  # it does not: an expert decides
    CORRECTED = "corrected"  # the expert found the golden record wrong
    UPHELD = "upheld"  # the expert found it right


class AuditQuerySet(models.QuerySet["Audit"]):
    """Questions about audits."""

    def open(self) -> Self:
        """Audits that still need second looks."""
        return self.filter(state=AuditState.OPEN)

    def drawn(self, lot: float, count: int, state: AuditState = AuditState.OPEN) -> "list[Audit]":
        """A fair few audits of one state: those whose lots follow the given one, round the end."""
        return by_lot(self.filter(state=state), lot, count)


class Audit(models.Model):
    """One settled photo under a second look; `id` is the photo's."""

    id = key()
    batch_id = word(32)
    night_id = word(32)  # the night that drew it
    lot = models.FloatField()  # the photo's own, for a fair draw through an index
    answer = word(80)  # what was golden when it was drawn, as a tally says it
    pattern = word(16)  # the votes for and against it then: "2-0", "2-1", "expert" ...
    state = models.CharField(max_length=16, choices=AuditState.choices, default=AuditState.OPEN)
    looks = models.IntegerField(default=0)  # second looks counted when it was last looked at
    found = word(80)  # what the second look, or the expert, says
    drawn_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        db_table = "audits"
        indexes = [
            models.Index(fields=["state", "lot", "id"], name="audit_lot"),
            models.Index(fields=["drawn_at", "id"], name="audit_time"),
        ]

    def __str__(self) -> str:
        return self.id
