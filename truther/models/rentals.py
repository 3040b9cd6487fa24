"""Who rented which dress, when and in which size: facts that come from the shop's own system."""

import hashlib
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Self

from django.db import IntegrityError, models, transaction
from django.db.models import Q

from truther.models.fields import key, word
from truther.rules.stock import LOAN_DAYS, Out


def rental_id(customer: str, sku: str, rented_at: datetime) -> str:
    """Name a rental that came without an id: one customer rents one style once a day (UTC)."""
    day = rented_at.astimezone(UTC).date().isoformat()
    return "d-" + hashlib.sha256(f"{customer}\0{sku}\0{day}".encode()).hexdigest()[:48]


class RentalQuerySet(models.QuerySet["Rental"]):
    """Questions about rentals."""

    def insert_all(self, rentals: "Collection[Rental]") -> None:
        """Store new rentals together; one that somebody else stored meanwhile takes the given values."""
        try:
            with transaction.atomic(using="documents"):
                self.bulk_create(rentals)
        except IntegrityError:
            for rental in rentals:  # on MongoDB those before the one that was there are stored already
                self.put(rental)

    def put(self, rental: "Rental") -> None:
        """Make one row say this; safe to repeat."""
        if self.filter(pk=rental.pk).update(**rental.values):
            return
        try:
            with transaction.atomic(using="documents"):
                self.create(id=rental.pk, **rental.values)
        except IntegrityError:
            self.filter(pk=rental.pk).update(**rental.values)

    def until(self, moment: datetime) -> Iterator[tuple[str, str, datetime]]:
        """Customer, sku and moment of all that was rented until then, oldest first."""
        rows = self.filter(rented_at__lte=moment).order_by("rented_at", "pk")
        return rows.values_list("customer", "sku", "rented_at").iterator()

    def skus_of(self, customer: str, *, until: datetime) -> list[str]:
        """What a customer rented until a moment, the latest first, each once."""
        mine = self.filter(customer=customer, rented_at__lte=until).order_by("-rented_at", "-pk")
        return list(dict.fromkeys(mine.values_list("sku", flat=True)))

    def out_on(self, day: date, skus: Iterable[str]) -> list[Out]:
        """The pieces of these styles that are with somebody on a day (UTC)."""
        start = datetime.combine(day, time.min, UTC)
        back = Q(returned_at__gte=start) | Q(
            returned_at=None, rented_at__gt=start - timedelta(days=LOAN_DAYS)
        )
        rows = self.filter(back, sku__in=list(skus), rented_at__lt=start + timedelta(days=1))
        return [Out(sku, size) for sku, size in rows.values_list("sku", "size")]

    def sizes_of(self, skus: Iterable[str]) -> dict[str, set[str]]:
        """In which sizes these styles have ever been rented."""
        found: dict[str, set[str]] = {}
        rows = self.filter(sku__in=list(skus)).exclude(size="").values_list("sku", "size").distinct()
        for sku, size in rows.order_by("sku", "size"):
            found.setdefault(sku, set()).add(size)
        return found

    def forget(self, customer: str) -> int:
        """Delete all that one customer rented; returns how many rentals that were."""
        count, _ = self.filter(customer=customer).delete()
        return count

    def newest_first(self) -> Self:
        """All rentals, the last first."""
        return self.order_by("-rented_at", "-pk")


class Rental(models.Model):
    """One dress that went to one customer."""

    id = key()
    customer = word(64)
    sku = word(64)
    size = word(16)
    rented_at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True)  # None: not known to be back

    objects = RentalQuerySet.as_manager()

    class Meta:
        db_table = "rentals"
        indexes = [
            models.Index(fields=["customer", "-rented_at", "-id"], name="rental_customer"),
            models.Index(fields=["sku", "rented_at", "id"], name="rental_sku"),
            models.Index(fields=["rented_at", "id"], name="rental_time"),
        ]

    def __str__(self) -> str:
        return self.id

    @property
    def values(self) -> dict[str, str | datetime | None]:
        """All that it says, by field."""
        return {name: getattr(self, name) for name in ("customer", "sku", "size", "rented_at", "returned_at")}
