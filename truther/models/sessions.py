"""Sessions of play and what each was served: enough to replay every walk."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from django.db import IntegrityError, models, transaction
from django.db.models import Q

from truther.models.fields import key, word
from truther.rules.walk import WalkKey, serve_id


class PlaySessionQuerySet(models.QuerySet["PlaySession"]):
    """Questions about sessions, and the step a session takes."""

    def sit_down(self, session_id: str, **values: Any) -> "PlaySession":
        """Begin a session, or go on with the one that is there."""
        found = self.filter(pk=session_id).first()
        if found is not None:
            return found
        try:
            with transaction.atomic(using="documents"):
                return self.create(pk=session_id, **values)
        except IntegrityError:  # two tabs at once
            return self.get(pk=session_id)

    def of_person(self, person_id: str) -> Self:
        """One person's sessions, newest first."""
        return self.filter(person=person_id).order_by("-began_at", "-pk")

    def at_play(self, since: datetime) -> set[str]:
        """The people who were dealt something at or after a moment."""
        return set(self.filter(seen_at__gte=since).values_list("person", flat=True))

    def begun_between(self, begins: datetime, ends: datetime) -> Self:
        """Sessions that began in a span, oldest first."""
        return self.filter(began_at__gte=begins, began_at__lt=ends).order_by("began_at", "pk")

    def note_votes(self, session_id: str, *, votes: int, last_at: datetime | None) -> None:
        """Write down how many votes a session has come to, and when the last was cast, if any."""
        self.filter(pk=session_id).update(votes=votes, voted_at=last_at)

    def advance(
        self, session: "PlaySession", *, cursor: WalkKey | None, wrapped: bool, served: int, now: datetime
    ) -> bool:
        """Move a session on; False when another tab moved it first and nothing changed."""
        moved = self.filter(pk=session.pk, rev=session.rev).update(
            start_taken_at=session.start_taken_at,
            start_photo_id=session.start_photo_id,
            cursor_taken_at=cursor.taken_at if cursor else None,
            cursor_photo_id=cursor.photo_id if cursor else "",
            wrapped=wrapped,
            served=session.served + served,
            rev=session.rev + 1,
            seen_at=now,
        )
        return moved == 1


class PlaySession(models.Model):
    """One sitting of one person: a seed, a start drawn by need, and a walk back in time from there."""

    id = key()
    person = models.CharField(max_length=150, db_index=True)
    seed = models.BigIntegerField()
    batch_id = word(32)
    start_taken_at = models.DateTimeField(null=True)
    start_photo_id = word(64)
    cursor_taken_at = models.DateTimeField(null=True)  # the last photo the walk handed out
    cursor_photo_id = word(64)
    wrapped = models.BooleanField(default=False)
    served = models.IntegerField(default=0)
    rev = models.IntegerField(default=0)
    arm = word(16)  # of the test of dosed dullness: "plain" or "dosed"
    votes = models.IntegerField(default=0)  # live votes when the day was last counted
    voted_at = models.DateTimeField(null=True)  # the last of them
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    objects = PlaySessionQuerySet.as_manager()

    class Meta:
        db_table = "play_sessions"
        indexes = [
            models.Index(fields=["seen_at", "id"], name="session_seen"),
            models.Index(fields=["began_at", "id"], name="session_began"),
        ]

    def __str__(self) -> str:
        return self.id

    @property
    def start(self) -> WalkKey | None:
        """Where the walk began; None while the batch had nothing open."""
        return WalkKey(self.start_taken_at, self.start_photo_id) if self.start_taken_at else None

    @property
    def cursor(self) -> WalkKey | None:
        """The last photo the walk came past; None at the beginning of a lap."""
        return WalkKey(self.cursor_taken_at, self.cursor_photo_id) if self.cursor_taken_at else None


class ServeReason(models.TextChoices):
    """Why a photo was put before a person."""

    WALK = "walk"
    RANDOM = "random"  # drawn uniformly, whatever the queue wants: keeps estimates unbiased
    AUDIT = "audit"  # settled already: a blind second look
    GOLD = "gold"  # sure already: shows how well the person sees, and teaches
    DULL = "dull"  # from the walk, at a place kept for what is quickly said
    BONUS = "bonus"  # in a bonus round, with the answer: noted so that no second look ever shows it again


class ServeQuerySet(models.QuerySet["Serve"]):
    """Questions about what was shown, and what becomes of it."""

    def waiting_for(self, person_id: str) -> Self:
        """What a person was dealt and has not answered, first dealt first."""
        return self.filter(person=person_id, waiting=True).order_by("served_at", "number", "pk")

    def met(self, person_id: str, photo_ids: Iterable[str]) -> set[str]:
        """Which of these photos the person was ever shown."""
        names = [serve_id(photo_id, person_id) for photo_id in photo_ids]
        return set(self.filter(pk__in=names).values_list("photo_id", flat=True))

    def keep(self, serves: "list[Serve]") -> None:
        """Store what is dealt; a photo the person was dealt already stays as it was."""
        try:
            with transaction.atomic(using="documents"):
                self.bulk_create(serves)
        except IntegrityError:  # another session of the same person drew one of them just now
            known = set(self.in_bulk([serve.pk for serve in serves]))
            for serve in serves:
                if serve.pk not in known:
                    self.get_or_create(pk=serve.pk, defaults=serve.facts())

    def answer(self, serve_ids: Iterable[str], *, now: datetime) -> None:
        """Note that dealt photos were answered; repeating it changes nothing."""
        self.filter(pk__in=list(serve_ids), waiting=True).update(waiting=False, answered_at=now)

    def ask_again(self, serve_id: str) -> None:
        """Put a photo back before the person who took an answer back."""
        self.filter(pk=serve_id).update(waiting=True, answered_at=None)

    def withdraw(self, serve_ids: Iterable[str]) -> None:
        """Stop waiting for answers that no longer matter."""
        self.filter(pk__in=list(serve_ids), waiting=True).update(waiting=False)

    def in_session(self, session_id: str) -> Self:
        """What one session was dealt, in order."""
        return self.filter(session_id=session_id).order_by("number", "pk")


class Serve(models.Model):
    """One photo put before one person, once: the id is made of both, so a repeat cannot be stored."""

    id = key()
    session_id = models.CharField(max_length=64)
    person = models.CharField(max_length=150)
    photo_id = models.CharField(max_length=64, db_index=True)
    number = models.IntegerField()  # 0, 1, 2 ... within the session
    reason = models.CharField(max_length=16, choices=ServeReason.choices)
    propensity = models.FloatField(default=1.0)  # chance that this kind of draw happened at this place
    options = models.JSONField(default=list)  # skus in the order shown
    model_version = word(64)
    served_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    waiting = models.BooleanField(default=True)  # False once answered, or withdrawn without an answer

    objects = ServeQuerySet.as_manager()

    class Meta:
        db_table = "serves"
        indexes = [
            models.Index(fields=["session_id", "number"], name="serve_session"),
            # Partial: small, and SQLite asks for a boolean in a way that no index over it can answer.
            models.Index(
                fields=["person", "served_at", "number", "id"],
                condition=Q(waiting=True),
                name="serve_waiting",
            ),
        ]

    def __str__(self) -> str:
        return self.id

    @property
    def of_settled(self) -> bool:
        """Whether the photo was settled when it was dealt: a second look, not a vote that settles."""
        return self.reason in (ServeReason.AUDIT, ServeReason.GOLD)

    def facts(self) -> dict[str, Any]:
        """Return every field but the id."""
        return {field.name: getattr(self, field.name) for field in self._meta.fields if field.name != "id"}
