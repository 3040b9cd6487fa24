"""What the next places of a session hold: mostly the walk, a few random, audit and gold photos mixed in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from truther.models.audits import Audit, AuditState
from truther.models.golden import Golden
from truther.models.photos import Photo, State
from truther.models.sessions import PlaySession, Serve
from truther.models.votes import Vote
from truther.models.walks import next_stretch
from truther.rules.walk import (
    GOLD_TAPER,
    Arm,
    Draw,
    Place,
    Shares,
    WalkKey,
    first_lot,
    gold_share,
    place_at,
    start_among,
)

START_CANDIDATES = 32  # a fair few open photos, among which need decides
MIXED_IN_CANDIDATES = 8
FROM_THE_WALK = (Draw.WALK, Draw.DULL)


@dataclass(frozen=True, slots=True)
class Mix:
    """What an installation mixes into the walk; shares and chances in [0, 1]."""

    audit: float
    random: float
    gold_dose: float  # a factor on the tapering dose of gold, in [0, 2]
    dull: float  # of the walk's places in a dosed session

    def at(self, answered: int, arm: str) -> Shares:
        """Return the shares at one place.

        Args:
            answered: photos the person has answered, or will have, before this place.
            arm: the session's.
        """
        gold = min(gold_share(answered, self.gold_dose), 1.0 - self.audit - self.random)
        return Shares(self.audit, self.random, gold, self.dull if arm == Arm.DOSED else 0.0)


@dataclass(frozen=True, slots=True)
class Drawn:
    """One photo for one place of a session, and why it is there."""

    photo_id: str
    number: int
    reason: Draw
    propensity: float  # the chance, before any lot is drawn, that such a place calls for this kind


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
    open_ones = Photo.objects.in_walk(session.batch_id).only("taken_at", "need")
    candidates = open_ones.drawn(first_lot(session.seed), START_CANDIDATES)
    if candidates:
        start = candidates[start_among([photo.need for photo in candidates], session.seed)]
        session.start_taken_at, session.start_photo_id = start.taken_at, start.pk


def plan_places(session: PlaySession, count: int, mix: Mix, *, held: int, now: datetime) -> Plan:
    """Choose photos for the next places of a session; the same seed and state give the same plan.

    Args:
        session: a session with a start.
        count: places to fill, at least 1; fewer are filled when nothing more is open.
        held: cards the person holds unanswered: they come before these places.
    """
    numbers = range(session.served, session.served + count)
    before = Vote.objects.answered_by(session.person, most=GOLD_TAPER[-1][0]) + held
    shares = {number: mix.at(before + step, session.arm) for step, number in enumerate(numbers)}
    places = {number: place_at(session.seed, number, shares[number]) for number in numbers}
    chosen: dict[int, str] = {}
    for number, place in places.items():
        photo_id = _mixed_in(session, place, set(chosen.values()))
        if photo_id:
            chosen[number] = photo_id
    reasons = {number: places[number].draw for number in chosen}
    free = [number for number in numbers if number not in chosen]
    cursor, wrapped = session.cursor, session.wrapped
    if free:
        wants = [places[number].draw is Draw.DULL for number in free]
        stretch = next_stretch(session, Photo.objects.all(), wants, leave_out=set(chosen.values()), now=now)
        chosen |= dict(zip(free, stretch.photo_ids, strict=False))
        # A dull place that had to take what came holds the walk, like any other.
        reasons |= {
            number: Draw.DULL
            for number, wanted in zip(free, wants, strict=True)
            if wanted and chosen.get(number) in stretch.dull
        }
        cursor, wrapped = stretch.cursor, stretch.wrapped
    drawn = []
    for number, photo_id in sorted(chosen.items()):
        reason = reasons.get(number, Draw.WALK)
        drawn.append(Drawn(photo_id, number, reason, shares[number].of(reason)))
    used = drawn[-1].number + 1 - session.served if drawn else 0
    return Plan(tuple(drawn), cursor, wrapped, used)


def _mixed_in(session: PlaySession, place: Place, leave_out: set[str]) -> str:
    """Return the photo that a random, audit or gold place calls for; empty when the walk has to fill it."""
    if place.draw in FROM_THE_WALK:
        return ""
    candidates = _pool(place, session.batch_id)
    if not candidates:
        return ""
    met = Serve.objects.met(session.person, candidates) | leave_out
    return next((photo_id for photo_id in candidates if photo_id not in met), "")


def _pool(place: Place, batch_id: str) -> list[str]:
    """Return a fair few photos of the kind a place calls for, in the order of their lots from its own on."""
    count = MIXED_IN_CANDIDATES
    if place.draw is Draw.RANDOM:
        return [photo.pk for photo in Photo.objects.in_walk(batch_id).only("lot").drawn(place.lot, count)]
    if place.draw is Draw.AUDIT:
        return _still_settled(audit.pk for audit in Audit.objects.drawn(place.lot, count))
    known = {golden.pk: golden.lot for golden in Golden.objects.known_ones(place.lot, count)}
    known |= {audit.pk: audit.lot for audit in Audit.objects.drawn(place.lot, count, AuditState.CONFIRMED)}
    onwards = sorted(known, key=lambda photo_id: ((known[photo_id] - place.lot) % 1.0, photo_id))
    return _still_settled(onwards[:count])


def _still_settled(photo_ids: Iterable[str]) -> list[str]:
    names = list(photo_ids)
    # The state is looked at here: asked of the database, it would look through all settled photos for these.
    stand = Photo.objects.stand(names) if names else {}
    return [name for name in names if stand.get(name, ("", ""))[0] == State.SETTLED]
