"""Put photos before people: a walk back in time from a start drawn by need, never the same photo twice."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from truther.config import config
from truther.models import Batch, Photo, PlaySession, Serve, Style, house
from truther.models.cards import Shown, shown
from truther.models.draws import Drawn, Mix, draw_start, plan_places
from truther.models.photos import State
from truther.rules import walk

OPTIONS = 3  # styles on a card
WAITING = walk.MOST_ROOM + 20  # most unanswered cards looked at
ATTEMPTS = 4  # tabs of one person that may race before one is told to ask again


@dataclass(frozen=True, slots=True, kw_only=True)
class Card(Shown):
    """One photo as the game puts it before one person."""

    serve_id: str


@dataclass(frozen=True, slots=True)
class Ending:
    """Why there is nothing to do: what waits elsewhere, in photos."""

    yours: int  # open, answered by this person already, waiting for others
    contested: int  # with the experts
    arriving: int  # not yet seen by the model


@dataclass(frozen=True, slots=True)
class Hand:
    """What one person holds: a card, the next ones, and a few numbers."""

    session_id: str  # empty while no batch is open
    batch_id: str
    reaches_back_to: datetime | None  # how old the batch's oldest photo is
    cards: tuple[Card, ...]  # in the order in which they are to be answered
    room: int  # cards the person may hold in all
    settled_today: int  # photos, by everybody, as counted a few seconds ago
    ending: Ending | None = None  # there exactly when the person holds nothing

    @property
    def current(self) -> Card | None:
        """The card to answer now."""
        return self.cards[0] if self.cards else None

    @property
    def ahead(self) -> tuple[Card, ...]:
        """The cards after it."""
        return self.cards[1:]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a caller of the deal asks for."""

    fresh: int
    room: int
    have: frozenset[str]


@dataclass(frozen=True, slots=True)
class Held:
    """What a person was dealt and has not answered: all of it counts, but not all is to be shown again."""

    count: int
    cards: tuple[Card, ...]  # those the browser does not have yet


def deal(
    *, session_key: str, person_id: str, now: datetime, fresh: int = 6, have: Collection[str] = ()
) -> Hand:
    """Hand out cards: those a person holds already and the caller has not, then more from the walk.

    Repeating it gives the same hand. Two tabs hold the same cards; tomorrow begins with what today left.

    Args:
        session_key: names the sitting; only a hash of it is stored.
        fresh: most cards to hand out, at least 1.
        have: ids of photos the caller has and wants no more: on screen, in reserve, or answered and unsent.
    """
    batch = Batch.objects.open_one()
    batch_id = batch.pk if batch else ""
    session = _sit_down(session_key, person_id, batch_id, now) if batch else None
    room = house.room(batch_id, now=now)
    wanted = Wanted(fresh, room, frozenset(have))
    held = _fill_up(session, wanted, now) if session else _held(person_id, batch_id, wanted)
    return Hand(
        session_id=session.pk if session else "",
        batch_id=batch_id,
        reaches_back_to=batch.oldest_taken_at if batch else None,
        cards=held.cards,
        room=room,
        settled_today=house.settled_today(now=now, time_zone=config.time_zone),
        ending=None if held.count else _ending(batch_id),
    )


def _sit_down(session_key: str, person_id: str, batch_id: str, now: datetime) -> PlaySession:
    session_id = walk.digest_of("session", session_key, person_id, batch_id)
    seed = walk.seed_of(session_id)
    session = PlaySession.objects.sit_down(
        session_id,
        person=person_id,
        seed=seed,
        arm=walk.arm_of(seed, config.dosed_sessions),
        batch_id=batch_id,
        began_at=now,
        seen_at=now,
    )
    if session.start is None:
        draw_start(session)
    return session


def _fill_up(session: PlaySession, wanted: Wanted, now: datetime) -> Held:
    held = _held(session.person, session.batch_id, wanted)
    for _ in range(ATTEMPTS):
        count = min(wanted.fresh - len(held.cards), wanted.room - held.count)
        if count <= 0 or session.start is None:
            break
        drawn = _draw(session, count, held.count, now)
        if drawn is not None:
            return Held(held.count + len(drawn), held.cards + tuple(drawn))
        session.refresh_from_db()  # another tab of this person was faster: hold what it drew
        held = _held(session.person, session.batch_id, wanted)
    return held


def _held(person_id: str, batch_id: str, wanted: Wanted) -> Held:
    """Return the cards that wait for an answer; withdraw those whose answer would come too late."""
    waiting = list(Serve.objects.waiting_for(person_id)[:WAITING])
    stand = Photo.objects.stand([serve.photo_id for serve in waiting])
    late = {serve.pk for serve in waiting if not _in_time(serve, stand)}
    if late:
        Serve.objects.withdraw(late)
    # A photo between two batches waits, unseen, until the night has carried it over.
    held = [
        serve
        for serve in waiting
        if serve.pk not in late and (serve.of_settled or stand[serve.photo_id][1] == batch_id)
    ]
    new = [serve for serve in held if serve.photo_id not in wanted.have][: wanted.fresh]
    if not new:
        return Held(len(held), ())
    photos = Photo.objects.as_cards([serve.photo_id for serve in new])
    styles = Style.objects.on_offer({sku for serve in new for sku in serve.options})
    return Held(len(held), tuple(_cards([(serve, photos[serve.photo_id]) for serve in new], styles)))


def _in_time(serve: Serve, stand: Mapping[str, tuple[str, str]]) -> bool:
    state, _ = stand.get(serve.photo_id, (State.REMOVED, ""))
    return state == (State.SETTLED if serve.of_settled else State.OPEN)


def _draw(session: PlaySession, count: int, held: int, now: datetime) -> list[Card] | None:
    """Draw up to `count` cards more; None when another tab moved the session first and nothing was drawn."""
    mix = Mix(config.audit_share, config.random_share, config.gold_dose, config.dull_share)
    plan = plan_places(session, count, mix, held=held, now=now)
    if not plan.changes(session):
        return []
    photos = Photo.objects.as_cards([drawn.photo_id for drawn in plan.drawn])
    styles = _styles_for(list(photos.values()))
    serves = [_serve(session, drawn, photos[drawn.photo_id], styles, now) for drawn in plan.drawn]
    until = now + timedelta(seconds=config.lease_seconds)
    # One commit on SQLite. On MongoDB a crash may come between: what was passed is swept up in the end.
    with transaction.atomic(using="documents"):
        if not PlaySession.objects.advance(
            session, cursor=plan.cursor, wrapped=plan.wrapped, served=plan.places, now=now
        ):
            return None
        Serve.objects.keep(serves)
        ids = [serve.photo_id for serve in serves]
        Photo.objects.lend(ids, person_id=session.person, now=now, until=until)
    return _cards([(serve, photos[serve.photo_id]) for serve in serves], styles)


def _serve(
    session: PlaySession, drawn: Drawn, photo: Photo, styles: Mapping[str, Style], now: datetime
) -> Serve:
    best = [candidate["sku"] for candidate in photo.candidates if candidate["sku"] in styles][:OPTIONS]
    return Serve(
        id=walk.serve_id(photo.pk, session.person),
        session_id=session.pk,
        person=session.person,
        photo_id=photo.pk,
        number=drawn.number,
        reason=drawn.reason.value,
        propensity=drawn.propensity,
        options=walk.shuffled(best, photo_id=photo.pk, person_id=session.person),
        model_version=photo.model_version,
        served_at=now,
    )


def _styles_for(photos: Sequence[Photo]) -> dict[str, Style]:
    """Return the styles on offer that these photos need: less likely ones only where one is retired."""
    ranked = [[candidate["sku"] for candidate in photo.candidates] for photo in photos]
    styles = Style.objects.on_offer({sku for skus in ranked for sku in skus[:OPTIONS]})
    short = [skus for skus in ranked if any(sku not in styles for sku in skus[:OPTIONS])]
    return (
        styles | Style.objects.on_offer({sku for skus in short for sku in skus[OPTIONS:]})
        if short
        else styles
    )


def _cards(pairs: Sequence[tuple[Serve, Photo]], styles: Mapping[str, Style]) -> list[Card]:
    """Return the cards as they were dealt, without styles that were retired since."""
    return [Card(serve_id=serve.pk, **shown(photo, serve.options, styles)) for serve, photo in pairs]


def _ending(batch_id: str) -> Ending:
    return Ending(
        yours=Photo.objects.in_walk(batch_id).count(),  # all open ones have been before this person
        contested=Photo.objects.contested().count(),
        arriving=Photo.objects.unseen().count(),
    )
