"""The versioned rules by which votes become golden records."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any, Self

from django.db import IntegrityError, models, transaction

from truther.models.fields import key, milliseconds, word
from truther.rules.consensus import FIRST_TO_2, Rule

PARAMETERS = tuple(part.name for part in fields(Rule) if part.name != "version")


class VoteRuleQuerySet(models.QuerySet["VoteRule"]):
    """Questions about the rules, and the one way to add one."""

    def newest_first(self) -> Self:
        """Every version, the last one written first."""
        return self.order_by("-created_at", "-pk")

    def active_rule(self, *, now: datetime) -> Rule:
        """The rule that new votes are counted by; the default one is stored when there is none yet."""
        row = self.filter(active=True).newest_first().first()
        if row is None:
            values = {"parameters": parameters_of(FIRST_TO_2), "active": True, "created_at": now}
            row, _ = self.get_or_create(pk=FIRST_TO_2.version, defaults=values)
        return row.rule()

    def versions(self) -> dict[str, Rule]:
        """Every rule there ever was, by version."""
        return {row.pk: row.rule() for row in self.all()}

    def add(
        self, version: str, parameters: Mapping[str, Any], *, author: str, why: str, now: datetime
    ) -> bool:
        """Add a version and let it count from now on; False when one of that name is there already.

        The newest active one counts, so the moment the row is there it does. Only older ones lose their mark:
        of two people who add one at once, the later wins and neither takes the mark from both.
        """
        last = self.newest_first().first()
        moment = milliseconds(now)
        if last is not None and last.created_at >= moment:  # clocks differ; the order of the rows must not
            moment = last.created_at + timedelta(milliseconds=1)
        try:
            with transaction.atomic(using=self.db):
                self.create(
                    pk=version,
                    parameters=dict(parameters),
                    active=True,
                    author=author,
                    why=why,
                    created_at=moment,
                )
        except IntegrityError:
            return False
        self.filter(active=True, created_at__lt=moment).update(active=False)
        return True


class VoteRule(models.Model):
    """One version of the rule that settles photos; versions are added, never edited."""

    id = key()  # for example "first-to-2.v1"
    parameters = models.JSONField()  # {"rule": "first_to", "first_to": 2, "min_humans": 2, "cap": 5, ...}
    active = models.BooleanField(default=False)
    author = word(150)  # who wrote it; empty for the one we ship
    why = models.TextField(blank=True, default="")
    created_at = models.DateTimeField()

    objects = VoteRuleQuerySet.as_manager()

    class Meta:
        db_table = "vote_rules"

    def __str__(self) -> str:
        return self.id

    def rule(self) -> Rule:
        """Return the rule itself; what the row does not say, as older ones do not, is the default.

        Raises:
            ValueError: the parameters can settle nothing.
        """
        said = {name: self.parameters[name] for name in PARAMETERS if name in self.parameters}
        return Rule(self.id, **said)


def parameters_of(rule: Rule) -> dict[str, Any]:
    """Return a rule's parameters as a row holds them."""
    return {name: getattr(rule, name) for name in PARAMETERS}
