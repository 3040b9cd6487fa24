"""Where a photo stands follows from its votes: tally, state and golden record, kept in step."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from truther.models.golden import Golden, VoteRule, record_of
from truther.models.votes import Vote
from truther.models.walks import WalkQuerySet
from truther.rules.consensus import Outcome, Rule, consensus_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from truther.models.photos import Photo

VOTED = ("verdict", "style", "fit", "votes", "agreement", "by_expert", "settled_at")  # what votes decide
FOLLOWS_VOTES = ("open", "contested", "settled")  # the other states are nobody's opinion


class StandingQuerySet(WalkQuerySet):
    """The one change a photo goes through by its votes."""

    def recount(self, photo_id: str, *, now: "datetime") -> "Photo":
        """Bring a photo's tally, state and golden record in step with its votes; anybody may repeat it.

        Compare-and-set on `rev`, because `atomic()` does nothing on MongoDB: whoever wrote from older votes
        loses and counts again. Duplicates, removed and unclassified photos keep their state without a record.

        Raises:
            Photo.DoesNotExist: there is no such photo.
        """
        while True:
            photo = self.get(pk=photo_id)
            if photo.state not in FOLLOWS_VOTES:
                Golden.objects.follow(photo_id, None)
                return photo
            stamped = Golden.objects.filter(pk=photo_id).values_list("rule_version", flat=True).first()
            rule = rule_for(stamped, now=now)
            outcome = consensus_of(Vote.objects.ballots([photo_id])[photo_id], rule)
            if not self._stand(photo, standing_of(outcome)):
                continue
            record = record_of(photo, outcome, rule)
            if record is None and stamped is None:
                return photo
            Golden.objects.follow(photo_id, record)
            if self.filter(pk=photo_id, rev=photo.rev).exists():
                return photo  # nobody moved it since, so the record is not an older one

    def in_chunks(self, size: int = 500) -> "Iterator[list[Photo]]":
        """All photos that stand where their votes put them, a bounded number at a time, by id."""
        last = ""
        # The state is looked at here: asked of the database, it would sort the rest again for every chunk.
        while chunk := list(self.filter(pk__gt=last).defer("candidates").order_by("pk")[:size]):
            yield [photo for photo in chunk if photo.state in FOLLOWS_VOTES]
            last = chunk[-1].pk

    def _stand(self, photo: "Photo", standing: dict[str, Any]) -> bool:
        if all(getattr(photo, name) == value for name, value in standing.items()):
            return True
        changed = self.filter(pk=photo.pk, rev=photo.rev).update(rev=photo.rev + 1, **standing)
        photo.rev += 1
        for name, value in standing.items():
            setattr(photo, name, value)
        return changed == 1


@dataclass(frozen=True, slots=True)
class Drift:
    """One thing that a photo or its golden record says and its votes do not."""

    photo_id: str
    what: str  # "photo.state", "golden.style" ...
    stored: Any
    derived: Any


def drift_in(photos: "Sequence[Photo]", *, now: "datetime") -> list[Drift]:
    """Compare photos and their golden records with what their votes say, in a few queries for all of them."""
    names = [photo.pk for photo in photos]
    ballots, records = Vote.objects.ballots(names), Golden.objects.in_bulk(names)
    active, versions = VoteRule.objects.active_rule(now=now), VoteRule.objects.versions()
    drifts = []
    for photo in photos:
        record = records.get(photo.pk)
        rule = versions.get(record.rule_version, active) if record else active
        outcome = consensus_of(ballots[photo.pk], rule)
        derived = {f"photo.{name}": value for name, value in standing_of(outcome).items()}
        said = {f"photo.{name}": getattr(photo, name) for name in standing_of(outcome)}
        expected = record_of(photo, outcome, rule)
        derived |= {f"golden.{name}": expected[name] if expected else None for name in VOTED}
        said |= {f"golden.{name}": getattr(record, name) if record else None for name in VOTED}
        drifts += [
            Drift(photo.pk, what, said[what], derived[what]) for what in said if said[what] != derived[what]
        ]
    return drifts


def rule_for(stamped: str | None, *, now: "datetime") -> Rule:
    """Return the rule a photo's votes are counted by: the one that settled it, else the active one.

    Args:
        stamped: the version on the photo's golden record, if it has one.
    """
    active = VoteRule.objects.active_rule(now=now)
    if stamped is None or stamped == active.version:
        return active
    return VoteRule.objects.versions().get(stamped, active)


def standing_of(outcome: Outcome) -> dict[str, Any]:
    """Return the fields of a photo that follow from its votes."""
    return {
        "state": outcome.state,
        "need": outcome.need,
        "votes": outcome.votes,
        "tally": dict(outcome.tally),
        "why": outcome.why,
    }
