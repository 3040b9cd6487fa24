"""What the next places of a session hold: mostly the walk, a few random and audit photos mixed in."""

from dataclasses import dataclass
from datetime import datetime

from truther.models.photos import Photo
from truther.models.sessions import PlaySession, Serve
from truther.models.walks import next_stretch
from truther.rules.walk import Draw, Place, Shares, WalkKey, first_lot, place_at, start_among

START_CANDIDATES = 32  # a fair few open photos, among which need decides
MIXED_IN_CANDIDATES = 8


@dataclass(frozen=True, slots=True)
class Drawn:
    """One photo for one place of a session, and why it is there."""

    photo_id: str
    number: int
    reason: Draw
    propensity: float


@dataclass(frozen=True, slots=True)
class Plan:
    """The photos for a session's next places, and where its walk stands after them."""

    drawn: tuple[Drawn, ...]
    cursor: WalkKey | None
    wrapped: bool
    places: int  # how many places of the session are used up

    def changes(self, session: PlaySession) -> bool:
        """Whether carrying the plan out moves the session."""
        return (self.places, self.cursor, self.wrapped) != (0, session.cursor, session.wrapped)


def draw_start(session: PlaySession) -> None:
    """Give a session its start, drawn by need from its batch's open photos; none while there are none."""
    candidates = Photo.objects.in_walk(session.batch_id).drawn(first_lot(session.seed), START_CANDIDATES)
    if candidates:
        start = candidates[start_among([photo.need for photo in candidates], session.seed)]
        session.start_taken_at, session.start_photo_id = start.taken_at, start.pk


def plan_places(session: PlaySession, count: int, shares: Shares, *, now: datetime) -> Plan:
    """Choose photos for the next places of a session; the same seed and state give the same plan.

    Args:
        session: a session with a start.
        count: places to fill, at least 1; fewer are filled when nothing more is open.
    """
    numbers = range(session.served, session.served + count)
    chosen: dict[int, str] = {}
    for number in numbers:
        place = place_at(session.seed, number, shares)
        photo_id = _mixed_in(session, place, set(chosen.values()))
        if photo_id:
            chosen[number] = photo_id
    reasons = {number: place_at(session.seed, number, shares).draw for number in chosen}
    free = [number for number in numbers if number not in chosen]
    cursor, wrapped = session.cursor, session.wrapped
    if free:
        stretch = next_stretch(
            session, Photo.objects.all(), len(free), leave_out=set(chosen.values()), now=now
        )
        chosen |= dict(zip(free, stretch.photo_ids, strict=False))
        cursor, wrapped = stretch.cursor, stretch.wrapped
    drawn = []
    for number, photo_id in sorted(chosen.items()):
        reason = reasons.get(number, Draw.WALK)
        drawn.append(Drawn(photo_id, number, reason, shares.of(reason)))
    places = drawn[-1].number + 1 - session.served if drawn else 0
    return Plan(tuple(drawn), cursor, wrapped, places)


def _mixed_in(session: PlaySession, place: Place, leave_out: set[str]) -> str:
    """Return the photo that a random or audit place calls for; empty when the walk has to fill it."""
    if place.draw is Draw.WALK:
        return ""
    pool = Photo.objects.settled() if place.draw is Draw.AUDIT else Photo.objects.in_walk(session.batch_id)
    candidates = [photo.pk for photo in pool.drawn(place.lot, MIXED_IN_CANDIDATES)]
    met = Serve.objects.met(session.person, candidates) | leave_out
    return next((photo_id for photo_id in candidates if photo_id not in met), "")
