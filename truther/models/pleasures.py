"""For pleasure only: smiles for the puppy album, answers of the bonus rounds. No record rests on them."""

from typing import Self

from django.db import IntegrityError, models, transaction

from truther.models.fields import key, word


class SmileQuerySet(models.QuerySet["Smile"]):
    """Questions about smiles."""

    def at(self, photo_id: str) -> Self:
        """The smiles one photo got."""
        return self.filter(photo_id=photo_id)


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
