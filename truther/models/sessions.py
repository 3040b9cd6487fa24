"""Sessions of play and what each was served: enough to replay every walk."""

from django.db import models

from truther.models.fields import key, word


class PlaySession(models.Model):
    """One sitting of one person: a seed, a start drawn by need, and a walk back in time from there."""

    id = key()
    person = models.CharField(max_length=150, db_index=True)
    seed = models.BigIntegerField()
    batch_id = word(32)
    start_taken_at = models.DateTimeField(null=True)
    start_photo_id = word(64)
    cursor_taken_at = models.DateTimeField(null=True)  # the last photo the walk handed out
    cursor_photo_id = word(64)
    wrapped = models.BooleanField(default=False)
    served = models.IntegerField(default=0)
    rev = models.IntegerField(default=0)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        db_table = "play_sessions"

    def __str__(self) -> str:
        return self.id


class ServeReason(models.TextChoices):
    """Why a photo was put before a person."""

    WALK = "walk"
    RANDOM = "random"  # drawn uniformly, whatever the queue wants: keeps estimates unbiased
    AUDIT = "audit"  # settled already: a blind second look


class ServeQuerySet(models.QuerySet["Serve"]):
    """Questions about what was shown."""


class Serve(models.Model):
    """One photo put before one person, once: the id is made of both, so a repeat cannot be stored."""

    id = key()
    session_id = models.CharField(max_length=64)
    person = models.CharField(max_length=150)
    photo_id = models.CharField(max_length=64, db_index=True)
    number = models.IntegerField()  # 0, 1, 2 ... within the session
    reason = models.CharField(max_length=16, choices=ServeReason.choices)
    propensity = models.FloatField(default=1.0)  # chance that this kind of draw happened at this place
    options = models.JSONField(default=list)  # skus in the order shown
    model_version = word(64)
    served_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    objects = ServeQuerySet.as_manager()

    class Meta:
        db_table = "serves"
        indexes = [
            models.Index(fields=["session_id", "number"], name="serve_session"),
            models.Index(fields=["person", "answered_at", "served_at"], name="serve_person"),
        ]

    def __str__(self) -> str:
        return self.id
