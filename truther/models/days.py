"""Rollups by day: counted again from the votes as often as wanted, so that pages need not read them all."""

from datetime import date
from typing import Self

from django.db import models

from truther.models.fields import key
from truther.rules.walk import digest_of


def person_day_id(person_id: str, day: date) -> str:
    """Name the row of one person's day."""
    return digest_of("day", person_id, day.isoformat())


class PersonDayQuerySet(models.QuerySet["PersonDay"]):
    """Questions about people's days."""

    def of_person(self, person_id: str) -> Self:
        """One person's days, newest first."""
        return self.filter(person=person_id).order_by("-day", "-pk")

    def between(self, first: date, last: date) -> Self:
        """Everybody's days from one to another, both included."""
        return self.filter(day__gte=first, day__lte=last).order_by("day", "pk")


class PersonDay(models.Model):
    """What one person did on one day, and what had become of it when it was last counted."""

    id = key()
    person = models.CharField(max_length=150)
    day = models.DateField()  # in the installation's time zone
    votes = models.IntegerField(default=0)  # live, experts' verdicts left out
    cant_tell = models.IntegerField(default=0)
    compared = models.IntegerField(default=0)  # votes on photos that are settled, "can't tell" left out
    right = models.IntegerField(default=0)  # of those, the ones that the golden record confirms
    finds = models.IntegerField(default=0)  # right, and the style was not among those offered
    points = models.IntegerField(default=0)
    seconds = models.FloatField(null=True)  # median time for an answer
    counted_at = models.DateTimeField()

    objects = PersonDayQuerySet.as_manager()

    class Meta:
        db_table = "person_days"
        indexes = [
            models.Index(fields=["person", "-day", "-id"], name="person_day_person"),
            models.Index(fields=["day", "id"], name="person_day_day"),
        ]

    def __str__(self) -> str:
        return f"{self.person} on {self.day}"


class DaySumQuerySet(models.QuerySet["DaySum"]):
    """Questions about the house's days."""

    def between(self, first: date, last: date) -> Self:
        """The days from one to another, both included, oldest first."""
        return self.filter(day__gte=first, day__lte=last).order_by("day", "pk")


class DaySum(models.Model):
    """What the whole house did on one day; `id` is the day in ISO 8601."""

    id = key()
    day = models.DateField(db_index=True)
    votes = models.IntegerField(default=0)
    people = models.IntegerField(default=0)
    compared = models.IntegerField(default=0)
    right = models.IntegerField(default=0)
    settled = models.IntegerField(default=0)
    not_dress = models.IntegerField(default=0)  # of those settled
    open = models.IntegerField(null=True)  # measured, not derived: photos open at the end of the day
    contested = models.IntegerField(null=True)
    waiting = models.IntegerField(null=True)  # open photos that belong to no batch yet
    counted_at = models.DateTimeField()

    objects = DaySumQuerySet.as_manager()

    class Meta:
        db_table = "day_sums"

    def __str__(self) -> str:
        return self.id


__all__ = ["DaySum", "PersonDay", "person_day_id"]
