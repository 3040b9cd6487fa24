"""Put photos before people: a walk back in time from a start drawn by need, never the same photo twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from truther.config import config
from truther.models import Batch, Golden, Photo, PlaySession, Serve, Style
from truther.models.cards import Shown, shown
from truther.models.draws import draw_start, plan_places
from truther.models.photos import State
from truther.models.sessions import ServeReason
from truther.rules import game, walk

OPTIONS = 3  # styles on a card
WAITING = 40  # most unanswered cards looked at
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
    current: Card | None
    ahead: tuple[Card, ...]
    settled_today: int  # photos, by everybody
    ending: Ending | None = None  # there exactly when current is None


def deal(*, session_key: str, person_id: str, now: datetime, ahead: int = 3) -> Hand:
    """Hand out the cards a person holds, unanswered ones first, filled up from the walk.

    Repeating it gives the same hand. Two tabs hold the same cards; tomorrow begins with what today left.

    Args:
        session_key: names the sitting; only a hash of it is stored.
        ahead: cards beyond the current one, at least 0.
    """
    batch = Batch.objects.open_one()
    batch_id = batch.pk if batch else ""
    session = _sit_down(session_key, person_id, batch_id, now) if batch else None
    cards = _fill_up(session, 1 + ahead, now) if session else _held(person_id, batch_id)[: 1 + ahead]
    today = game.midnight_before(now, config.time_zone)
    return Hand(
        session_id=session.pk if session else "",
        batch_id=batch_id,
        reaches_back_to=batch.oldest_taken_at if batch else None,
        current=cards[0] if cards else None,
        ahead=tuple(cards[1:]),
        settled_today=Golden.objects.settled_since(today).count(),
        ending=None if cards else _ending(batch_id),
    )


def _sit_down(session_key: str, person_id: str, batch_id: str, now: datetime) -> PlaySession:
    session_id = walk.digest_of("session", session_key, person_id, batch_id)
    session = PlaySession.objects.sit_down(
        session_id,
        person=person_id,
        seed=walk.seed_of(session_id),
        batch_id=batch_id,
        began_at=now,
        seen_at=now,
    )
    if session.start is None:
        draw_start(session)
    return session


def _fill_up(session: PlaySession, size: int, now: datetime) -> list[Card]:
    cards = _held(session.person, session.batch_id)[:size]
    for _ in range(ATTEMPTS):
        if len(cards) == size or session.start is None:
            break
        drawn = _draw(session, size - len(cards), now)
        if drawn is not None:
            return cards + drawn
        session.refresh_from_db()  # another tab of this person was faster: hold what it drew
        cards = _held(session.person, session.batch_id)[:size]
    return cards


def _held(person_id: str, batch_id: str) -> list[Card]:
    """Return the cards that wait for an answer; withdraw those whose answer would come too late."""
    waiting = list(Serve.objects.waiting_for(person_id)[:WAITING])
    photos = Photo.objects.with_posts([serve.photo_id for serve in waiting])
    late = {serve.pk for serve in waiting if not _wanted(serve, photos.get(serve.photo_id))}
    if late:
        Serve.objects.withdraw(late)
    wanted = [(serve, photos[serve.photo_id]) for serve in waiting if serve.pk not in late]
    # A photo between two batches waits, unseen, until the night has carried it over.
    return _cards([(s, p) for s, p in wanted if s.reason == ServeReason.AUDIT or p.batch_id == batch_id])


def _wanted(serve: Serve, photo: Photo | None) -> bool:
    state = State.SETTLED if serve.reason == ServeReason.AUDIT else State.OPEN
    return photo is not None and photo.state == state


def _draw(session: PlaySession, count: int, now: datetime) -> list[Card] | None:
    """Draw up to `count` cards more; None when another tab moved the session first and nothing was drawn."""
    shares = walk.Shares(config.audit_share, config.random_share)
    plan = plan_places(session, count, shares, now=now)
    if not plan.changes(session):
        return []
    if not PlaySession.objects.advance(
        session, cursor=plan.cursor, wrapped=plan.wrapped, served=plan.places, now=now
    ):
        return None
    photos = Photo.objects.with_posts([drawn.photo_id for drawn in plan.drawn])
    offered = _offered(list(photos.values()))
    serves = [
        Serve(
            id=walk.serve_id(drawn.photo_id, session.person),
            session_id=session.pk,
            person=session.person,
            photo_id=drawn.photo_id,
            number=drawn.number,
            reason=drawn.reason.value,
            propensity=drawn.propensity,
            options=_options(photos[drawn.photo_id], session.person, offered),
            model_version=photos[drawn.photo_id].model_version,
            served_at=now,
        )
        for drawn in plan.drawn
    ]
    Serve.objects.keep(serves)
    until = now + timedelta(seconds=config.lease_seconds)
    Photo.objects.lend([serve.photo_id for serve in serves], person_id=session.person, now=now, until=until)
    return _cards([(serve, photos[serve.photo_id]) for serve in serves])


def _offered(photos: Sequence[Photo]) -> set[str]:
    skus = {candidate["sku"] for photo in photos for candidate in photo.candidates}
    return set(Style.objects.active().filter(pk__in=skus).values_list("pk", flat=True))


def _options(photo: Photo, person_id: str, offered: set[str]) -> list[str]:
    best = [candidate["sku"] for candidate in photo.candidates if candidate["sku"] in offered][:OPTIONS]
    return walk.shuffled(best, photo_id=photo.pk, person_id=person_id)


def _cards(pairs: Sequence[tuple[Serve, Photo]]) -> list[Card]:
    """Return the cards as they were dealt, without styles that were retired since."""
    styles = Style.objects.active().in_bulk([sku for serve, _ in pairs for sku in serve.options])
    return [Card(serve_id=serve.pk, **shown(photo, serve.options, styles)) for serve, photo in pairs]


def _ending(batch_id: str) -> Ending:
    return Ending(
        yours=Photo.objects.in_walk(batch_id).count(),  # all open ones have been before this person
        contested=Photo.objects.contested().count(),
        arriving=Photo.objects.unseen().count(),
    )
