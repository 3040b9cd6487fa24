"""Posts as they came, and the photos in them: what is known, who looks at it now, where it stands."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple, Self

from django.db import models
from django.db.models import Q

from truther.models.arrivals import PostQuerySet, TakedownQuerySet
from truther.models.fields import key, word
from truther.models.passing import PassingQuerySet
from truther.models.walks import NEVER
from truther.rules.walk import WalkKey, is_dull

ON_A_CARD = (
    "sha256",
    "width",
    "height",
    "taken_at",
    "state",
    "batch_id",
    "candidates",
    "model_version",
    "post__caption",
    "post__hashtags",
)


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
    PASSED = "passed"  # a lane decided it: people are not asked, and nothing is sure about it
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
    raw = models.JSONField(default=dict)  # {source: the payload as it came}

    objects = PostQuerySet.as_manager()

    class Meta:
        db_table = "posts"

    def __str__(self) -> str:
        return self.id


class Extent(NamedTuple):
    """How many photos, and between which moments they were taken."""

    photos: int
    oldest: datetime | None
    newest: datetime | None


class PhotoQuerySet(PassingQuerySet):
    """Questions about photos and the changes a photo can go through."""

    def with_posts(self, photo_ids: Iterable[str]) -> "dict[str, Photo]":
        """These photos and their posts, by id."""
        return self.select_related("post").in_bulk(list(photo_ids))

    def as_cards(self, photo_ids: Iterable[str]) -> "dict[str, Photo]":
        """These photos and their posts, by id, without the payloads and hashes that no card shows."""
        wanted = self.select_related("post").only(*ON_A_CARD)
        return wanted.in_bulk(list(photo_ids))

    def stand(self, photo_ids: Iterable[str]) -> dict[str, tuple[str, str]]:
        """Where these photos stand, by id: state and batch."""
        rows = self.filter(pk__in=list(photo_ids)).values_list("pk", "state", "batch_id")
        return {photo_id: (state, batch_id) for photo_id, state, batch_id in rows}

    def present(self, photo_id: str) -> "Photo | None":
        """That photo, unless it was taken down or never was."""
        return self.filter(pk=photo_id).exclude(state=State.REMOVED).first()

    def settled_among(self, photo_ids: Iterable[str]) -> set[str]:
        """Which of these photos have a golden record."""
        return set(self.settled().filter(pk__in=list(photo_ids)).values_list("pk", flat=True))

    def settled(self) -> Self:
        """Photos that have a golden record."""
        return self.filter(state=State.SETTLED)

    def contested(self) -> Self:
        """Photos that wait for an expert, newest first."""
        return self.filter(state=State.CONTESTED).order_by("-taken_at", "-pk")

    def unseen(self) -> Self:
        """Photos the model has not looked at yet, in the order of the walk."""
        return self.filter(state=State.NEW).order_by("-taken_at", "-pk")

    def undecided(self) -> Self:
        """Photos the model has seen and people have not settled, in the order of their ids."""
        return self.filter(state__in=[State.OPEN, State.PASSED, State.CONTESTED]).order_by("pk")

    def further_back(self, taken_at: datetime, photo_id: str) -> Self:
        """Photos the walk meets after this one."""
        earlier = Q(taken_at__lt=taken_at) | Q(taken_at=taken_at, pk__lt=photo_id)
        return self.filter(earlier, taken_at__lte=taken_at)

    def waiting(self) -> Self:
        """Open photos that belong to no batch yet, newest first."""
        return self.filter(batch_id="", state=State.OPEN).order_by("-taken_at", "-pk")

    def strays(self) -> Self:
        """Photos people have dealt with although they belong to no batch."""
        return self.filter(batch_id="", state__in=[State.SETTLED, State.CONTESTED])

    def in_batch(self, batch_id: str) -> Self:
        """Photos of one batch that may be settled, or are."""
        return self.filter(batch_id=batch_id, state__in=[State.OPEN, State.CONTESTED, State.SETTLED])

    def extent(self) -> Extent:
        """How many photos these are, and between which moments they were taken."""
        moments = self.order_by("taken_at", "pk").values_list("taken_at", flat=True)
        return Extent(self.count(), moments.first(), moments.last())

    def move(self, photo_ids: Sequence[str], *, source: str, target: str) -> int:
        """Hand photos from one batch ("" is none) to another; those that are elsewhere by now stay there."""
        chunks = (photo_ids[start : start + 500] for start in range(0, len(photo_ids), 500))
        return sum(self.filter(pk__in=chunk, batch_id=source).update(batch_id=target) for chunk in chunks)

    def withheld(self, shas: Iterable[str]) -> set[str]:
        """Which of these pictures anybody refused to have shown, or had taken down."""
        same = self.filter(sha256__in=list(shas))
        gone = same.filter(Q(rights=Rights.REFUSED) | Q(state=State.REMOVED))
        return set(gone.values_list("sha256", flat=True))

    def showable(self, photo_ids: Iterable[str]) -> "dict[str, Photo]":
        """Of these photos, those whose picture may leave the house, by id, with their posts.

        Rights are read from the photos themselves and nowhere else: a copy could be older than a refusal.
        A picture stays inside when anybody who posted the same bytes refused, or had them taken down.
        """
        granted = self.filter(pk__in=list(photo_ids), rights=Rights.GRANTED).select_related("post")
        photos = {photo.id: photo for photo in granted}
        withheld = self.withheld({photo.sha256 for photo in photos.values()})
        return {photo_id: photo for photo_id, photo in photos.items() if photo.sha256 not in withheld}


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
    lane = word(16)  # "accept" or "reject": what a lane decided, whether or not people are asked as well
    lane_chance = models.FloatField(default=1.0)  # that people are asked, before any lot is drawn; (0, 1]

    need = models.IntegerField(default=2)  # votes still missing at best
    votes = models.IntegerField(default=0)  # live votes that count
    tally = models.JSONField(default=dict)  # {"style:SKU" | "none" | "not_dress" | "cant_tell": votes}
    why = word(32)  # why it is contested
    rev = models.IntegerField(default=0)  # compare-and-set: whoever changes tally or state adds one

    leased_by = word(150)
    leased_until = models.DateTimeField(default=NEVER)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        db_table = "photos"
        indexes = [
            models.Index(fields=["batch_id", "state", "-taken_at", "-id"], name="photo_walk"),
            models.Index(fields=["state", "-taken_at", "-id"], name="photo_state_walk"),
            models.Index(fields=["batch_id", "state", "lot"], name="photo_lot"),
            models.Index(fields=["state", "lot"], name="photo_state_lot"),
            models.Index(fields=["lane", "state", "model_version", "id"], name="photo_lane"),
        ]

    def __str__(self) -> str:
        return self.id

    @property
    def place(self) -> WalkKey:
        """Where the photo stands in the walk."""
        return WalkKey(self.taken_at, self.id)

    @property
    def first_sku(self) -> str:
        """The style the model finds likeliest; empty where it knows none."""
        return self.candidates[0]["sku"] if self.candidates else ""

    @property
    def p_first(self) -> float:
        """The probability of that style; 0 where it knows none."""
        return self.candidates[0]["probability"] if self.candidates else 0.0

    @property
    def dull(self) -> bool:
        """Whether the model thinks that it is quickly said."""
        return is_dull(self.p_dress, self.candidates[0]["probability"] if self.candidates else None)

    def lent_to_another(self, person_id: str, *, now: datetime) -> bool:
        """Whether somebody else is looking at it."""
        return self.leased_until > now and self.leased_by != person_id


class Takedown(models.Model):
    """A picture that must never come back: a keyed hash of it, nothing else."""

    id = key()  # HMAC-SHA256 of the picture's sha256
    photo_id = word(64)
    removed_at = models.DateTimeField()
    reason = word(256)

    objects = TakedownQuerySet.as_manager()

    class Meta:
        db_table = "takedowns"

    def __str__(self) -> str:
        return self.photo_id
