"""For pleasure only: smiles for the puppy album, answers of the bonus rounds. No record rests on them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.db import IntegrityError, models, transaction

from truther.models.cards import Option
from truther.models.fields import key, word
from truther.rules.walk import digest_of


def smile_id(photo_id: str, person_id: str) -> str:
    """Name one person's smile at one photo."""
    return digest_of("smile", photo_id, person_id)


def bonus_id(person_id: str, kind: str, photo_id: str) -> str:
    """Name one question of the bonus rounds, as one person is asked it."""
    return digest_of("bonus", person_id, kind, photo_id)


@dataclass(frozen=True, slots=True)
class Riddle:
    """One question of a bonus round: a picture, and what it may be."""

    photo_id: str
    image_sha: str
    width: int
    height: int
    options: tuple[Option, ...]  # in the order shown
    true: str  # the sku of one of them


class SmileQuerySet(models.QuerySet["Smile"]):
    """Questions about smiles."""

    def at(self, photo_id: str) -> Self:
        """The smiles one photo got."""
        return self.filter(photo_id=photo_id)

    def of_person(self, person_id: str, photo_ids: Iterable[str]) -> set[str]:
        """At which of these photos a person smiled."""
        names = [smile_id(photo_id, person_id) for photo_id in photo_ids]
        return set(self.filter(pk__in=names).values_list("photo_id", flat=True))

    def keep(self, photo_id: str, person_id: str, *, now: datetime) -> None:
        """Store that a person smiled; smiling twice is one smile."""
        try:
            with transaction.atomic(using="documents"):
                self.create(
                    pk=smile_id(photo_id, person_id), photo_id=photo_id, person=person_id, smiled_at=now
                )
        except IntegrityError:  # a second click, or another tab
            self.filter(pk=smile_id(photo_id, person_id)).update(smiled_at=now)

    def take_back(self, photo_id: str, person_id: str) -> None:
        """Drop a person's smile, if there is one."""
        self.filter(pk=smile_id(photo_id, person_id)).delete()


class Smile(models.Model):
    """One person smiled at one photo; `id` is made of both."""

    id = key()
    photo_id = models.CharField(max_length=64, db_index=True)
    person = models.CharField(max_length=150)
    smiled_at = models.DateTimeField()

    objects = SmileQuerySet.as_manager()

    class Meta:
        db_table = "smiles"

    def __str__(self) -> str:
        return f"{self.person} at {self.photo_id}"


class BonusQuerySet(models.QuerySet["Bonus"]):
    """Questions about bonus rounds."""

    def of_person(self, person_id: str) -> Self:
        """One person's answers, newest first."""
        return self.filter(person=person_id).order_by("-answered_at", "-pk")

    def answered(self, person_id: str, kind: str) -> int:
        """How many questions of a kind one person has answered or passed over."""
        return self.filter(person=person_id, kind=kind).count()

    def keep(self, answer: "Bonus") -> bool:
        """Store one answer; False when this question was answered before."""
        try:
            with transaction.atomic(using="documents"):
                answer.save(force_insert=True)
        except IntegrityError:
            return False
        return True


class Bonus(models.Model):
    """One answer in a bonus round; `id` is made of the person and the question."""

    id = key()
    person = models.CharField(max_length=150)
    kind = word(16)  # "twins" or "dreams"
    photo_id = word(64)
    options = models.JSONField(default=list)
    answer = word(80)
    right = models.BooleanField(null=True)
    answered_at = models.DateTimeField()

    objects = BonusQuerySet.as_manager()

    class Meta:
        db_table = "bonuses"
        indexes = [models.Index(fields=["person", "-answered_at", "-id"], name="bonus_person")]

    def __str__(self) -> str:
        return self.id
