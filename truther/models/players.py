"""What is known of the people who play, beside their accounts: team, wishes, and how often they are right."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Self

from django.db import IntegrityError, models, transaction

from truther.config import config
from truther.models.fields import key, word
from truther.rules.posterior import AVERAGE
from truther.rules.walk import digest_of

PRIOR_ACCURACY = AVERAGE  # what is believed of somebody nobody knows yet


def player_id(person_id: str) -> str:
    """Return the key of a person's row: user names may be longer than a key."""
    return digest_of("player", person_id)


class PlayerQuerySet(models.QuerySet["Player"]):
    """Questions about people, and what is noted of them."""

    def of(self, person_id: str) -> "Player":
        """What is known of one person; a row with nothing in it, not stored, for somebody new."""
        found = self.filter(pk=player_id(person_id)).first()
        return found or Player(id=player_id(person_id), person=person_id)

    def accuracy_of(self, person_id: str) -> float:
        """How often this person is right, as last estimated; the prior's mean for somebody new."""
        known = self.filter(pk=player_id(person_id)).values_list("accuracy", flat=True).first()
        return PRIOR_ACCURACY if known is None else known

    def in_team(self, team_id: str) -> Self:
        """The people of one team, by name."""
        return self.filter(team_id=team_id).order_by("person")

    def note(self, person_id: str, **values: Any) -> None:
        """Write down something about a person, whether or not anything was known before."""
        if self.filter(pk=player_id(person_id)).update(**values):
            return
        try:
            with transaction.atomic(using="documents"):
                self.create(pk=player_id(person_id), person=person_id, **values)
        except IntegrityError:  # another request was the first
            self.filter(pk=player_id(person_id)).update(**values)

    def by_person(self, people: Iterable[str]) -> "Mapping[str, Player]":
        """What is known of these people, by user name."""
        rows = self.in_bulk([player_id(person) for person in people])
        return {row.person: row for row in rows.values()}


class Player(models.Model):
    """One person at play; `id` is a digest of the user name."""

    id = key()
    person = models.CharField(max_length=150)
    team_id = word(64)
    accuracy = models.FloatField(default=PRIOR_ACCURACY)  # share of answers that are right, in (0, 1)
    answers_known = models.IntegerField(default=0)  # answers the estimate rests on
    accuracy_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    wishes = models.JSONField(default=dict)  # {"off": [features], "keys": {action: key}}

    objects = PlayerQuerySet.as_manager()

    class Meta:
        db_table = "players"
        indexes = [models.Index(fields=["team_id", "person", "id"], name="player_team")]

    def __str__(self) -> str:
        return self.person

    def enjoys(self, feature: str) -> bool:
        """Whether a feature of the game is on for this person: here at all, and not switched off."""
        return feature in config.game and feature not in self.wishes.get("off", [])


class Team(models.Model):
    """People who play together, as an admin put them together; `id` is a short name in lower case."""

    id = key()
    name = word(80)

    objects = models.Manager["Team"]()

    class Meta:
        db_table = "teams"

    def __str__(self) -> str:
        return self.name or self.id
