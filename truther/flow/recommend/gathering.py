"""What recommenders learn from: a customer and a dress are a pair once she rented it or posted it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from classifier.index.styles import StyleIndex
from recsys.data import Interactions, interactions
from truther.models import Golden, Rental, Style
from truther.shelf import index_file, registry


@dataclass(frozen=True, slots=True)
class History:
    """All that happened until a moment."""

    until: datetime
    rentals: int
    likes: int  # verified photos
    pairs: dict[tuple[str, str], datetime]  # customer and sku: when it first happened
    offered: tuple[str, ...]  # skus that may be recommended

    def interactions(self) -> Interactions:
        """The pairs as a sparse matrix; dresses that nobody had yet have columns of their own."""
        customers, skus = zip(*self.pairs, strict=True)
        seconds = [int(moment.timestamp()) for moment in self.pairs.values()]
        return interactions(customers, skus, time=seconds, items=sorted({*skus, *self.offered}))


def looks_of(names: Sequence[str]) -> NDArray[np.float64] | None:
    """How DeepDress sees these styles, (styles, dim); NaN where its index has none, None without any.

    What nobody had yet can be recommended by its looks alone.
    """
    index_path = index_file(registry().serving_or_none())
    if not index_path.is_file():
        return None
    index = StyleIndex.load(index_path)
    looks = np.full((len(names), index.matrix.shape[1]), np.nan)
    for row, sku in enumerate(names):
        if sku in index:
            looks[row] = index.prototype(sku)
    return None if np.isnan(looks).all() else looks


def gather(until: datetime) -> History:
    """Read what customers rented and posted; rentals of a later day, booked ahead, are left out."""
    pairs: dict[tuple[str, str], datetime] = {}
    rentals = _add(pairs, Rental.objects.until(until))
    likes = _add(pairs, Golden.objects.worn_until(until))
    offered = tuple(Style.objects.active().order_by("pk").values_list("pk", flat=True))
    return History(until, rentals, likes, pairs, offered)


def _add(pairs: dict[tuple[str, str], datetime], happened: Iterable[tuple[str, str, datetime]]) -> int:
    """Note when each pair first happened: a photo posted after its rental teaches nothing new."""
    count = 0
    for customer, sku, moment in happened:
        pair = (customer, sku)
        pairs[pair] = min(moment, pairs.get(pair, moment))
        count += 1
    return count
