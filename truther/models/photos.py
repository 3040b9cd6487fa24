"""Posts as they came, and the photos in them: what is known, who looks at it now, where it stands."""

from datetime import datetime

from django.db import models

from truther.models.fields import key, word


class Rights(models.TextChoices):
    """What the customer allowed us to do with a picture; taste ("fit to show") is another matter."""

    UNKNOWN = "unknown"
    REQUESTED = "requested"
    GRANTED = "granted"
    REFUSED = "refused"


class State(models.TextChoices):
    """Where a photo stands."""

    NEW = "new"  # ingested, DeepDress has not seen it yet
    OPEN = "open"  # waits for people
    CONTESTED = "contested"  # people disagree or cannot tell: staff decide
    SETTLED = "settled"  # in the golden records
    DUPLICATE = "duplicate"  # the same picture as another photo, which carries the votes
    REMOVED = "removed"  # taken down: no bytes, never shown again


class Post(models.Model):
    """One post of one customer, with the payload kept as it came."""

    id = key()
    source = word(32)  # "instaloader", "jsonl", "hashtag"
    shortcode = word(64, db_index=True)  # joins the same post seen by two sources
    permalink = word(512)
    owner = word(64, db_index=True)  # empty when the source does not say
    caption = models.TextField(blank=True, default="")
    hashtags = models.JSONField(default=list)
    likes = models.IntegerField(default=0)
    rights = models.CharField(max_length=16, choices=Rights.choices, default=Rights.UNKNOWN)
    taken_at = models.DateTimeField()
    ingested_at = models.DateTimeField()
    raw = models.JSONField(default=dict)

    class Meta:
        db_table = "posts"

    def __str__(self) -> str:
        return self.id


class PhotoQuerySet(models.QuerySet["Photo"]):
    """Questions about photos and the changes a photo can go through."""


class Photo(models.Model):
    """One picture of one post."""

    id = key()  # "<post id>-<position>"
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="photos")
    position = models.IntegerField(default=0)
    taken_at = models.DateTimeField()  # with the id, the order of the walk
    owner = word(64)
    rights = models.CharField(max_length=16, choices=Rights.choices, default=Rights.UNKNOWN)
    lot = models.FloatField()  # uniform in [0, 1), from the id: a fair draw through an index

    sha256 = models.CharField(max_length=64, db_index=True)  # of the original bytes; names the stored files
    phash = word(64, db_index=True)  # PDQ, hex
    duplicate_of = word(64)
    width = models.IntegerField()
    height = models.IntegerField()

    state = models.CharField(max_length=16, choices=State.choices, default=State.NEW)
    batch_id = word(32)
    ingested_at = models.DateTimeField()

    model_version = word(64)
    p_dress = models.FloatField(null=True)
    candidates = models.JSONField(default=list)  # [{"sku", "probability"}], best first
    classified_at = models.DateTimeField(null=True)

    need = models.IntegerField(default=2)  # votes still missing at best
    votes = models.IntegerField(default=0)  # live votes that count
    tally = models.JSONField(default=dict)  # {"style:SKU" | "none" | "not_dress" | "cant_tell": votes}
    why = word(32)  # why it is contested
    rev = models.IntegerField(default=0)  # compare-and-set: whoever changes tally or state adds one

    leased_by = word(150)
    leased_until = models.DateTimeField(default=datetime.fromisoformat("1970-01-01T00:00:00+00:00"))

    objects = PhotoQuerySet.as_manager()

    class Meta:
        db_table = "photos"
        indexes = [
            models.Index(fields=["batch_id", "state", "-taken_at", "-id"], name="photo_walk"),
            models.Index(fields=["state", "-taken_at", "-id"], name="photo_state_walk"),
            models.Index(fields=["batch_id", "state", "lot"], name="photo_lot"),
            models.Index(fields=["state", "lot"], name="photo_state_lot"),
        ]

    def __str__(self) -> str:
        return self.id


class Takedown(models.Model):
    """A picture that must never come back: a keyed hash of it, nothing else."""

    id = key()  # HMAC-SHA256 of the picture's sha256
    photo_id = word(64)
    removed_at = models.DateTimeField()
    reason = word(256)

    class Meta:
        db_table = "takedowns"

    def __str__(self) -> str:
        return self.photo_id
