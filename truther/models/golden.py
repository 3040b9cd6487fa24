"""The golden records, photo -> exact style, and the versioned rules by which votes became them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from truther.models.fields import key, word


class VoteRule(models.Model):
    """One version of the rule that settles photos; versions are added, never edited."""

    id = key()  # for example "first-to-2.v1"
    parameters = (
        models.JSONField()
    )  # {"rule": "first_to", "first_to": 2, "min_humans": 2, "cap": 5, "tie": "expert"}
    active = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "vote_rules"

    def __str__(self) -> str:
        return self.id


class Verdict(models.TextChoices):
    """What a golden record says."""

    STYLE = "style"
    NOT_DRESS = "not_dress"
    UNLISTED = "unlisted"  # a dress, but none of ours: only an expert says so


class GoldenQuerySet(models.QuerySet["Golden"]):
    """Questions about golden records."""

    def settled_by(self, at: datetime, photo_ids: Sequence[str]) -> "list[Golden]":
        """What was sure about these photos at one moment, sorted by photo."""
        chunks = (photo_ids[start : start + 500] for start in range(0, len(photo_ids), 500))
        found = [golden for chunk in chunks for golden in self.filter(pk__in=chunk, settled_at__lte=at)]
        return sorted(found, key=lambda golden: golden.pk)

    def stamp(self, photo_ids: Sequence[str], *, batch_id: str) -> None:
        """Write down which batch's manifest holds these records."""
        for start in range(0, len(photo_ids), 500):
            self.filter(pk__in=photo_ids[start : start + 500]).update(batch_id=batch_id)

    def of_batches(self, batch_ids: Sequence[str], *, at: datetime) -> Self:
        """Records of these batches that were sure at one moment."""
        return self.filter(batch_id__in=batch_ids, settled_at__lte=at).order_by("pk")

    def that(
        self,
        *,
        style: str | None = None,
        verdict: str | None = None,
        fit: bool | None = None,
        since: datetime | None = None,
    ) -> Self:
        """Records that say so; None leaves a question open."""
        asked = {"style": style, "verdict": verdict, "fit": fit, "settled_at__gte": since}
        return self.filter(**{name: value for name, value in asked.items() if value is not None})

    def oldest_first(self, after: tuple[datetime, str] | None = None) -> Self:
        """In the order of settling, after the record that settled then; ties end in the photo's id."""
        if after is None:
            return self.order_by("settled_at", "pk")
        moment, photo_id = after
        later = Q(settled_at__gt=moment) | Q(settled_at=moment, pk__gt=photo_id)
        # The bound says nothing new, but lets both engines start inside the index.
        return self.filter(later, settled_at__gte=moment).order_by("settled_at", "pk")

    def fit_photos_of(self, sku: str, *, after: str = "") -> Self:
        """Verified photos of one style that please, by photo, after the one given."""
        return self.filter(style=sku, verdict=Verdict.STYLE, fit=True, pk__gt=after).order_by("pk")


class Golden(models.Model):
    """What is sure about one photo; `id` is the photo's."""

    id = key()
    verdict = models.CharField(max_length=16, choices=Verdict.choices)
    style = word(64)
    fit = models.BooleanField()
    votes = models.IntegerField()
    agreement = models.FloatField()  # share of the counted votes that said so, in (0, 1]
    by_expert = models.BooleanField(default=False)
    rule_version = word(64)
    model_version = word(64)  # the model that narrowed the photo when it was settled
    batch_id = word(32)
    owner = word(64)
    rights = word(16)
    sha256 = word(64)
    taken_at = models.DateTimeField()
    settled_at = models.DateTimeField()

    objects = GoldenQuerySet.as_manager()

    class Meta:
        db_table = "golden"
        indexes = [
            models.Index(fields=["style", "verdict", "-settled_at", "-id"], name="golden_style"),
            models.Index(fields=["batch_id", "id"], name="golden_batch"),
            models.Index(fields=["settled_at", "id"], name="golden_time"),
        ]

    def __str__(self) -> str:
        return self.id
