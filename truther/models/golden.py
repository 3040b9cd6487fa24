"""The golden records: photo -> exact style."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import IntegrityError, models, transaction
from django.db.models import Q

from truther.models.fields import key, word
from truther.models.lots import by_lot
from truther.rules.consensus import Outcome, Rule

if TYPE_CHECKING:
    from truther.models.photos import Photo

KNOWN_VOTES = 3  # so many votes that all agree are taken for the truth, like an expert's word


class Verdict(models.TextChoices):
    """What a golden record says."""

    STYLE = "style"
    NOT_DRESS = "not_dress"
    UNLISTED = "unlisted"  # a dress, but none of ours: only an expert says so


class GoldenQuerySet(models.QuerySet["Golden"]):
    """Questions about golden records."""

    def follow(self, photo_id: str, record: dict[str, Any] | None) -> None:
        """Make the record of one photo say this, or be gone when there is nothing to say; safe to repeat."""
        mine = self.filter(pk=photo_id)
        if record is None:
            mine.delete()
            return
        if mine.update(**record):
            return
        try:
            with transaction.atomic(using="documents"):
                self.create(pk=photo_id, **record)
        except IntegrityError:  # somebody was faster with the same photo
            mine.update(**record)

    def follow_all(self, records: Mapping[str, dict[str, Any] | None], *, there: Collection[str]) -> None:
        """Do the same for several photos; new records are stored together.

        Args:
            records: what each photo's record must say.
            there: photos that had a record a moment ago.
        """
        rest = {photo_id for photo_id, record in records.items() if record is None or photo_id in there}
        fresh = {photo_id: record for photo_id, record in records.items() if record and photo_id not in rest}
        try:
            with transaction.atomic(using="documents"):
                self.bulk_create(Golden(id=photo_id, **record) for photo_id, record in fresh.items())
        except IntegrityError:  # somebody was faster with one of them
            rest |= fresh.keys()
        for photo_id in sorted(rest):
            self.follow(photo_id, records[photo_id])

    def for_style(self, sku: str) -> Self:
        """Verified photos of one style, fit to show and with rights granted when settled, newest first."""
        mine = self.filter(style=sku, verdict=Verdict.STYLE, fit=True, rights="granted")
        return mine.order_by("-settled_at", "-pk")

    def worn_until(self, moment: datetime) -> Iterator[tuple[str, str, datetime]]:
        """Owner, sku and moment of photos settled until then; who refused the rights is left out."""
        worn = self.filter(verdict=Verdict.STYLE, settled_at__lte=moment).exclude(owner="")
        rows = worn.exclude(rights="refused").order_by("settled_at", "pk")
        return rows.values_list("owner", "style", "taken_at").iterator()

    def no_dresses(self) -> Self:
        """Photos that are sure to show no dress and are fit to show, newest first."""
        mine = self.filter(style="", verdict=Verdict.NOT_DRESS, fit=True)  # the index begins with the style
        return mine.order_by("-settled_at", "-pk")

    def settled_since(self, moment: datetime) -> Self:
        """What was settled at or after a moment, newest first."""
        return self.filter(settled_at__gte=moment).order_by("-settled_at", "-pk")

    def known_ones(self, lot: float, count: int) -> "list[Golden]":
        """A fair few records that are sure enough to measure people by; lots follow the given one."""
        return by_lot(self.filter(known=True), lot, count)

    def settled_between(self, begins: datetime, ends: datetime) -> Self:
        """What was settled from one moment until before another."""
        return self.filter(settled_at__gte=begins, settled_at__lt=ends)

    def settled_under(self, version: str) -> Self:
        """Records that one version of the rule settled."""
        return self.filter(rule_version=version)

    def settled_by(self, at: datetime, photo_ids: Sequence[str]) -> "list[Golden]":
        """What was sure about these photos at one moment, sorted by photo."""
        chunks = (photo_ids[start : start + 500] for start in range(0, len(photo_ids), 500))
        found = [golden for chunk in chunks for golden in self.filter(pk__in=chunk, settled_at__lte=at)]
        return sorted(found, key=lambda golden: golden.pk)

    def by_people(self, photo_ids: Iterable[str]) -> "dict[str, Golden]":
        """The records of these photos that votes made and no expert, by photo."""
        return self.filter(pk__in=list(photo_ids), by_expert=False).in_bulk()

    def stamp(self, photo_ids: Sequence[str], *, batch_id: str) -> None:
        """Write down which batch's manifest holds these records."""
        for start in range(0, len(photo_ids), 500):
            self.filter(pk__in=photo_ids[start : start + 500]).update(batch_id=batch_id)

    def styles_of(self, batch_ids: Sequence[str]) -> Self:
        """Records of these batches that name a style."""
        return self.filter(batch_id__in=batch_ids, verdict=Verdict.STYLE)

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
    known = models.BooleanField(default=False)  # sure enough to measure people by
    lot = models.FloatField(default=0.0)  # the photo's own, for a fair draw through an index
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
            # Partial: small, and SQLite asks for a boolean in a way that no other index can answer.
            models.Index(fields=["lot", "id"], condition=Q(known=True), name="golden_known"),
        ]

    def __str__(self) -> str:
        return self.id


def record_of(photo: "Photo", outcome: Outcome, rule: Rule) -> dict[str, Any] | None:
    """Return what the golden record of a photo must say, or None while it must not have one.

    Args:
        photo: the photo the outcome is about.
        outcome: what its votes say.
        rule: the rule they were counted by.
    """
    if outcome.state != "settled":
        return None
    verdict, _, style = outcome.answer.partition(":")
    return {
        "verdict": Verdict.UNLISTED if verdict == "none" else Verdict(verdict),
        "style": style,
        "fit": outcome.fit,
        "votes": outcome.votes,
        "agreement": outcome.agreement,
        "by_expert": outcome.by_expert,
        "known": outcome.by_expert or (outcome.votes >= KNOWN_VOTES and outcome.agreement == 1.0),
        "lot": photo.lot,
        "rule_version": rule.version,
        "model_version": photo.model_version,
        "batch_id": photo.batch_id,
        "owner": photo.owner,
        "rights": photo.rights,
        "sha256": photo.sha256,
        "taken_at": photo.taken_at,
        "settled_at": outcome.settled_at,
    }
