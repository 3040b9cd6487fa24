"""Rollups by day: counted again from the votes as often as wanted, so that pages need not read them all."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Self

from django.db import IntegrityError, models, transaction

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

    def agree(self, day: date, counted: Mapping[str, Mapping[str, Any]], *, now: datetime) -> int:
        """Make everybody's rows of one day say what was counted, and return how many had to change.

        A row that was counted later than now is newer than this count, and stays.
        """
        there = {row.person: row for row in self.filter(day=day)}
        gone = [row.pk for person, row in there.items() if person not in counted]
        for start in range(0, len(gone), 500):
            self.filter(pk__in=gone[start : start + 500], counted_at__lte=now).delete()
        changed = [
            person
            for person, values in counted.items()
            if person not in there or any(getattr(there[person], name) != values[name] for name in values)
        ]
        with transaction.atomic(using=self.db):  # one commit for the lot, where the database can do that
            for person in changed:
                self.note(person, day, counted[person], now=now)
        return len(changed) + len(gone)

    def note(self, person_id: str, day: date, values: Mapping[str, Any], *, now: datetime) -> None:
        """Write down one person's day, whether or not it was there, unless it was counted later than now."""
        mine = self.filter(pk=person_day_id(person_id, day))
        if mine.filter(counted_at__lte=now).update(**values, counted_at=now) or mine.exists():
            return
        try:
            with transaction.atomic(using="documents"):
                self.create(
                    pk=person_day_id(person_id, day), person=person_id, day=day, counted_at=now, **values
                )
        except IntegrityError:  # another process was the first
            mine.filter(counted_at__lte=now).update(**values, counted_at=now)

    def forget(self, person_id: str, day: date, *, now: datetime) -> None:
        """Drop one person's day on which no vote stands any more."""
        self.filter(pk=person_day_id(person_id, day), counted_at__lte=now).delete()


class PersonDay(models.Model):
    """What one person did on one day, and what had become of it when it was last counted."""

    id = key()
    person = models.CharField(max_length=150)
    day = models.DateField()  # in the installation's time zone
    votes = models.IntegerField(default=0)  # live, experts' verdicts left out
    cant_tell = models.IntegerField(default=0)
    compared = models.IntegerField(default=0)  # votes that a golden record can judge, see models/compared.py
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

    def counted_since(self, moment: datetime, *, day: date) -> bool:
        """Whether a day was counted after a moment."""
        return self.filter(day=day, counted_at__gt=moment).exists()

    def between(self, first: date, last: date) -> Self:
        """The days from one to another, both included, oldest first."""
        return self.filter(day__gte=first, day__lte=last).order_by("day", "pk")

    def first_day(self) -> date | None:
        """The first day that was ever counted."""
        return self.order_by("day", "pk").values_list("day", flat=True).first()

    def note(self, day: date, values: Mapping[str, Any], *, now: datetime) -> None:
        """Write down the house's day, whether or not it was there, unless it was counted later than now."""
        that_day = self.filter(pk=day.isoformat())
        if that_day.filter(counted_at__lte=now).update(**values, counted_at=now) or that_day.exists():
            return
        try:
            with transaction.atomic(using="documents"):
                self.create(pk=day.isoformat(), day=day, counted_at=now, **values)
        except IntegrityError:  # another process was the first
            that_day.filter(counted_at__lte=now).update(**values, counted_at=now)


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
