"""How far the open batch has come, and when it will be done."""

from dataclasses import dataclass
from datetime import date, timedelta

from truther.models.batches import Batch
from truther.models.days import DaySum
from truther.models.photos import Photo, State
from truther.rules.forecast import CannotTell, Forecast, forecast

LOOK_BACK = timedelta(days=21)  # holds ten working days, and a week of holidays


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the open batch has come."""

    batch: Batch
    open: int
    contested: int
    settled: int

    @property
    def total(self) -> int:
        """Photos of the batch."""
        return self.open + self.contested + self.settled

    @property
    def share(self) -> float:
        """Share settled, in [0, 1]."""
        return self.settled / self.total if self.total else 0.0


def progress() -> Progress | None:
    """Return how far the open batch has come, or None while there is none; a batch bounds the count."""
    batch = Batch.objects.open_one()
    if batch is None:
        return None
    photos = Photo.objects.filter(batch_id=batch.pk)
    states = (State.OPEN, State.CONTESTED, State.SETTLED)
    return Progress(batch, *(photos.filter(state=state).count() for state in states))


def outlook(left: int, *, today: date) -> Forecast:
    """Return when so many open photos are settled, if people go on as on the last working days.

    Raises:
        CannotTell: the past does not say, and why.
    """
    began = DaySum.objects.first_day()
    if began is None:
        raise CannotTell("Too early to say when it is done: no day has been counted yet.")
    first = max(began, today - LOOK_BACK)
    days = DaySum.objects.between(first, today).values_list("day", "settled")
    return forecast(left, {first: 0, **dict(days)}, today=today)
