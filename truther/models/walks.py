"""The walk back in time over a batch's open photos: questions, loans, and the next stretch of one session."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import takewhile
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from truther.models.lots import by_lot
from truther.models.sessions import PlaySession, Serve
from truther.rules.walk import Arm, WalkKey

if TYPE_CHECKING:
    from truther.models.photos import Photo

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
PAGE = 500  # most photos read by one query
LOOK_AHEAD = 40  # photos that a dosed session chooses among
SWEEP_PAGES = 20  # most queries spent on finding what a finished walk left behind


class WalkQuerySet(models.QuerySet["Photo"]):
    """Questions a walk asks, one indexed query of bounded size each."""

    def in_walk(self, batch_id: str) -> Self:
        """Open photos of one batch, newest first; ties end in the id."""
        return self.filter(batch_id=batch_id, state="open").order_by("-taken_at", "-pk")

    def at_or_before(self, place: WalkKey) -> Self:
        """Photos at one place in time or earlier."""
        earlier = Q(taken_at__lt=place.taken_at) | Q(taken_at=place.taken_at, pk__lte=place.photo_id)
        return self.filter(earlier, taken_at__lte=place.taken_at)

    def before(self, place: WalkKey) -> Self:
        """Photos earlier than one place in time."""
        earlier = Q(taken_at__lt=place.taken_at) | Q(taken_at=place.taken_at, pk__lt=place.photo_id)
        return self.filter(earlier, taken_at__lte=place.taken_at)  # the bound starts inside the index

    def after(self, place: WalkKey) -> Self:
        """Photos later than one place in time."""
        later = Q(taken_at__gt=place.taken_at) | Q(taken_at=place.taken_at, pk__gt=place.photo_id)
        return self.filter(later, taken_at__gte=place.taken_at)

    def drawn(self, lot: float, count: int) -> "list[Photo]":
        """A fair few of these photos: those whose lots follow the given one, round the end."""
        return by_lot(self, lot, count)

    def lend(self, photo_ids: list[str], *, person_id: str, now: datetime, until: datetime) -> None:
        """Lower photos' priority for others for a while; whoever has one already keeps it."""
        free = self.filter(Q(leased_until__lte=now) | Q(leased_by=person_id), pk__in=photo_ids)
        free.update(leased_by=person_id, leased_until=until)

    def hand_back(self, photo_ids: Iterable[str], *, person_id: str) -> None:
        """End loans early: the person has answered."""
        mine = self.filter(pk__in=list(photo_ids), leased_by=person_id)
        mine.update(leased_by="", leased_until=NEVER)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The next photos of a walk, and where it stands after them."""

    photo_ids: tuple[str, ...]
    dull: frozenset[str]  # those among them that the model thinks are quickly said
    cursor: WalkKey | None
    wrapped: bool


def next_stretch(
    session: PlaySession, photos: WalkQuerySet, wants: Sequence[bool], *, leave_out: set[str], now: datetime
) -> Stretch:
    """Walk back from where the session stands: on to the oldest photo, once round, and down to the start.

    Passes what the person has met, and what somebody else is looking at while there is anything else. A walk
    that is over sweeps up what it passed and what was opened since, lent or not; it moves no further.

    A dosed session chooses among the next few photos, and stands still before the first that it left for
    later: the next choice has that one again, so the walk loses nothing by choosing.

    Args:
        session: a session with a start.
        photos: all photos.
        wants: for each place to fill, whether it is kept for a dull photo; heeded in a dosed session.
        leave_out: ids of photos chosen already.
    """
    found: list[Photo] = []
    dosed = session.arm == Arm.DOSED
    cursor, wrapped = session.cursor, session.wrapped
    size = min(max(2 * len(wants) + 8, LOOK_AHEAD if dosed else 0), PAGE)
    while len(found) < len(wants):
        page = list(_ahead(session, photos, cursor, wrapped=wrapped)[:size])
        free = [
            photo
            for photo in _unmet(page, session.person, leave_out)
            if not photo.lent_to_another(session.person, now=now)
        ]
        places = wants[len(found) :]
        chosen = _choose(free, places) if dosed else free[: len(places)]
        found += chosen
        left = {photo.pk for photo in free} - {photo.pk for photo in chosen}
        cursor = _place_before(page, left) or cursor
        if len(found) < len(wants) and len(page) < size:
            if wrapped:
                break
            wrapped, cursor = True, None
        size = min(2 * size, PAGE)
    if len(found) < len(wants):
        leave_out = leave_out | {photo.pk for photo in found}
        found += _left_behind(session, photos, len(wants) - len(found), leave_out, now)
    dull = frozenset(photo.pk for photo in found if dosed and photo.dull)
    return Stretch(tuple(photo.pk for photo in found), dull, cursor, wrapped)


def _place_before(page: "Sequence[Photo]", left: set[str]) -> WalkKey | None:
    """Return the last place before the first photo that was left for later; None when it comes first."""
    behind = [photo.place for photo in takewhile(lambda photo: photo.pk not in left, page)]
    return behind[-1] if behind else None


def _choose(photos: "Sequence[Photo]", wants: Sequence[bool]) -> "list[Photo]":
    """Give each place the next photo that is as dull as it wants, or whatever comes next."""
    rest, chosen = list(photos), []
    for want in wants[: len(rest)]:
        photo = next((photo for photo in rest if photo.dull == want), rest[0])
        rest.remove(photo)
        chosen.append(photo)
    return chosen


def _ahead(
    session: PlaySession, photos: WalkQuerySet, cursor: WalkKey | None, *, wrapped: bool
) -> WalkQuerySet:
    lap = photos.in_walk(session.batch_id).only(*_looked_at(session))
    if session.start is None:
        raise ValueError(f"session {session.pk} has no start to walk from")
    if wrapped:
        lap = lap.after(session.start)
    elif cursor is None:
        return lap.at_or_before(session.start)
    return lap.before(cursor) if cursor else lap


def _looked_at(session: PlaySession) -> tuple[str, ...]:
    choosing = ("p_dress", "candidates") if session.arm == Arm.DOSED else ()
    return ("taken_at", "leased_by", "leased_until", *choosing)


def _left_behind(
    session: PlaySession, photos: WalkQuerySet, count: int, leave_out: set[str], now: datetime
) -> "list[Photo]":
    free: list[Photo] = []
    lent: list[Photo] = []
    for page in _pages(session, photos):
        for photo in _unmet(page, session.person, leave_out):
            (lent if photo.lent_to_another(session.person, now=now) else free).append(photo)
        if len(free) >= count:
            break
    return (free + lent)[:count]


def _pages(session: PlaySession, photos: WalkQuerySet) -> "Iterator[list[Photo]]":
    rest = lap = photos.in_walk(session.batch_id).only(*_looked_at(session))
    for _ in range(SWEEP_PAGES):
        page = list(rest[:PAGE])
        yield page
        if len(page) < PAGE:
            return
        rest = lap.before(page[-1].place)


def _unmet(page: "list[Photo]", person_id: str, leave_out: set[str]) -> "list[Photo]":
    met = Serve.objects.met(person_id, [photo.pk for photo in page]) | leave_out
    return [photo for photo in page if photo.pk not in met]
