"""The golden records, photo -> exact style, and the versioned rules by which votes became them."""

from django.db import models

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
