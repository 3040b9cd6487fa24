"""Tell from what is stored which photos one session was dealt, in which order and why."""

from dataclasses import dataclass
from datetime import datetime

from truther.models import Photo, PlaySession, Serve, Vote


@dataclass(frozen=True, slots=True)
class Step:
    """One photo at its place in the session."""

    number: int
    photo_id: str
    taken_at: datetime
    reason: str
    propensity: float
    options: tuple[str, ...]
    model_version: str
    served_at: datetime
    waiting: bool
    choice: str  # what the person says about it now; empty when nothing
    style: str


@dataclass(frozen=True, slots=True)
class Walked:
    """One session from its seed on."""

    session_id: str
    person: str
    batch_id: str
    seed: int
    arm: str
    start_taken_at: datetime | None
    start_photo_id: str
    wrapped: bool
    steps: tuple[Step, ...]


class NoSuchSession(Exception):
    """Neither a session nor a person of this name has played."""


def replay(name: str) -> Walked:
    """Return what a session was dealt.

    Args:
        name: a session's id, or a person whose latest session is meant.

    Raises:
        NoSuchSession: nobody played under this name.
    """
    session = PlaySession.objects.filter(pk=name).first() or PlaySession.objects.of_person(name).first()
    if session is None:
        raise NoSuchSession(f"No session and no person called {name} has played.")
    serves = list(Serve.objects.in_session(session.pk))
    taken = dict(
        Photo.objects.filter(pk__in=[serve.photo_id for serve in serves]).values_list("pk", "taken_at")
    )
    said = Vote.objects.answers_to([serve.pk for serve in serves])
    return Walked(
        session_id=session.pk,
        person=session.person,
        batch_id=session.batch_id,
        seed=session.seed,
        arm=session.arm,
        start_taken_at=session.start_taken_at,
        start_photo_id=session.start_photo_id,
        wrapped=session.wrapped,
        steps=tuple(_step(serve, taken[serve.photo_id], said.get(serve.pk)) for serve in serves),
    )


def _step(serve: Serve, taken_at: datetime, vote: Vote | None) -> Step:
    return Step(
        number=serve.number,
        photo_id=serve.photo_id,
        taken_at=taken_at,
        reason=serve.reason,
        propensity=serve.propensity,
        options=tuple(serve.options),
        model_version=serve.model_version,
        served_at=serve.served_at,
        waiting=serve.waiting,
        choice=vote.choice if vote else "",
        style=vote.style if vote else "",
    )
