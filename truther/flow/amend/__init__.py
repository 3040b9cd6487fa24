"""Amend the rule: see what another would change, add it as a new version, bring the open photos in step."""

from dataclasses import asdict, dataclass
from datetime import datetime

from truther.flow.amend.preview import KINDS, Change, Preview, Side, preview
from truther.models import Golden, Photo, VoteRule
from truther.models.hindsight import ask_unvoted_for, unsettled_with_votes
from truther.models.standing import need_at_first
from truther.models.vote_rules import parameters_of
from truther.rules.consensus import Rule

__all__ = [
    "KINDS",
    "Change",
    "NothingNew",
    "Overtaken",
    "Preview",
    "Refusal",
    "Side",
    "Unexplained",
    "Version",
    "activate",
    "bring_in_step",
    "preview",
    "versions",
]

CHUNK = 200  # photos counted again at a time


class Refusal(Exception):
    """A rule that is not put in force; the text is a sentence for people."""


class Overtaken(Refusal):
    """Another rule was put in force since the preview."""


class NothingNew(Refusal):
    """The rule in force says the same."""


class Unexplained(Refusal):
    """Nobody said why."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the rule, and how much rests on it."""

    rule: Rule
    active: bool
    author: str
    why: str
    created_at: datetime
    golden: int  # records it settled


def versions(*, now: datetime) -> list[Version]:
    """Return every version, the newest first, and what each has settled."""
    active = VoteRule.objects.active_rule(now=now).version
    return [
        Version(
            rule=row.rule(),
            active=row.pk == active,
            author=row.author,
            why=row.why,
            created_at=row.created_at,
            golden=Golden.objects.settled_under(row.pk).count(),
        )
        for row in VoteRule.objects.newest_first()
    ]


def activate(rule: Rule, *, author: str, why: str, based_on: str, now: datetime) -> Rule:
    """Add a rule as a new version and count new votes by it; return it under its name.

    Settled photos keep the rule that settled them. The others follow by `bring_in_step`, else at their next
    vote, at the latest in the night.

    Args:
        rule: what the new version says; it gets a name of its own.
        author: who wants it.
        why: what for; read by whoever looks at the versions later.
        based_on: the version that was in force when the author decided.
        now: when.

    Raises:
        Unexplained, NothingNew, Overtaken: nothing was changed.
    """
    if not why.strip():
        raise Unexplained("Say why: whoever reads the list of rules next year will want to know.")
    active = VoteRule.objects.active_rule(now=now)
    if parameters_of(rule) == parameters_of(active):
        raise NothingNew(f"{active.version} is in force and says just that: {active.words}.")
    if active.version != based_on:
        raise Overtaken(
            f"{active.version} came into force meanwhile: {active.words}. Look at the preview again; "
            "what you wrote is kept."
        )
    named = Rule(**(asdict(rule) | {"version": _name(rule, VoteRule.objects.count() + 1)}))
    added = VoteRule.objects.add(named.version, parameters_of(named), author=author, why=why.strip(), now=now)
    if not added:
        raise Overtaken("Somebody put the same rule in force this very moment.")
    return named


def bring_in_step(*, now: datetime) -> int:
    """Count the photos that are not settled by the rule in force; return how many were looked at or changed.

    May be repeated and cut off anywhere: the nightly re-derivation finds what is left.
    """
    changed = ask_unvoted_for(need_at_first(now=now))
    waiting = unsettled_with_votes()
    for start in range(0, len(waiting), CHUNK):
        Photo.objects.recount_all(waiting[start : start + CHUNK], now=now)
    return changed + len(waiting)


def _name(rule: Rule, number: int) -> str:
    if rule.rule == "first_to":
        return f"first-to-{rule.first_to}.v{number}"
    return f"posterior-{100 * rule.posterior:.6g}.v{number}"
