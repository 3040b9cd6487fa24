"""A small town of customers with two plain tastes, for tests of recommenders."""

import shutil
from datetime import datetime, timedelta

import numpy as np

from tests.factories import make_style
from truther.config import config
from truther.models import Rental

LONG, SHORT = [f"long-{n}" for n in range(8)], [f"short-{n}" for n in range(8)]


def clear_rack() -> None:
    """Take all recommenders off the rack, whatever tests before left."""
    shutil.rmtree(config.data_dir / "recommenders", ignore_errors=True)


def stock() -> None:
    """Put sixteen styles on offer."""
    for sku in (*LONG, *SHORT):
        make_style(sku)


def rent(customer: str, sku: str, at: datetime, **values: object) -> Rental:
    """Store one rental, named by its customer and sku."""
    defaults = {"id": f"{customer}-{sku}", "rented_at": at, "returned_at": at + timedelta(days=4)}
    return Rental.objects.create(customer=customer, sku=sku, **(defaults | values))


def town(newest: datetime, *, customers: int = 80) -> None:
    """Let everybody rent five of the eight styles that suit her, over a hundred days, the last one lately."""
    random = np.random.default_rng(7)
    rentals = []
    for number in range(customers):
        liked = random.permutation(LONG if number % 2 else SHORT)[:5]
        days = [*sorted(random.integers(30, 100, 4))[::-1], number % 25]
        for sku, day in zip(liked.tolist(), days, strict=True):
            at = newest - timedelta(days=int(day), minutes=number)
            name = f"c{number:03d}"
            rentals.append(
                Rental(
                    id=f"{name}-{sku}",
                    customer=name,
                    sku=sku,
                    size="SM"[number // 2 % 2],
                    rented_at=at,
                    returned_at=at,
                )
            )
    Rental.objects.bulk_create(rentals)
