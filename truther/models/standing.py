"""Where a photo stands follows from its votes: tally, state and golden record, kept in step."""

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from truther.models.golden import Golden, record_of
from truther.models.vote_rules import VoteRule
from truther.models.votes import Vote
from truther.models.walks import WalkQuerySet
from truther.rules.consensus import Outcome, Rule, consensus_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from truther.models.photos import Photo

VOTED = (
    "verdict",
    "style",
    "fit",
    "votes",
    "agreement",
    "by_expert",
    "known",
    "settled_at",
)  # what votes decide
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
        counted = self.recount_all([photo_id], now=now)
        if photo_id not in counted:
            raise self.model.DoesNotExist(f"There is no photo {photo_id}.")
        return counted[photo_id]

    def recount_all(self, photo_ids: "Iterable[str]", *, now: "datetime") -> "dict[str, Photo]":
        """Do the same for several photos in few queries; those that do not exist are left out."""
        counted: dict[str, Photo] = {}
        left = set(photo_ids)
        while left:
            photos = self.defer("candidates").in_bulk(sorted(left))  # before their votes: see `rev`
            stamps = dict(Golden.objects.filter(pk__in=list(photos)).values_list("pk", "rule_version"))
            records = self._stand_all(photos, stamps, now=now)
            changed = {name: record for name, record in records.items() if record or name in stamps}
            revs: dict[str, int] = {}
            if changed:
                Golden.objects.follow_all(changed, there=stamps)
                # Whose photo was moved since may have got an older record: that one is counted again.
                revs = dict(self.filter(pk__in=list(changed)).values_list("pk", "rev"))
            counted |= {
                name: photos[name]
                for name in records
                if name not in changed or revs.get(name) == photos[name].rev
            }
            left = photos.keys() - counted.keys()
        return counted

    def _stand_all(
        self, photos: "Mapping[str, Photo]", stamps: "Mapping[str, str]", *, now: "datetime"
    ) -> dict[str, dict[str, Any] | None]:
        """Move photos where their votes put them; return the records of those that nobody else moved."""
        rules, ballots = rules_for(stamps, now=now), Vote.objects.ballots(photos)
        records: dict[str, dict[str, Any] | None] = {}
        for name, photo in photos.items():
            if photo.state not in FOLLOWS_VOTES:
                records[name] = None
                continue
            outcome = consensus_of(ballots[name], rules[name])
            if self._stand(photo, standing_of(outcome)):
                records[name] = record_of(photo, outcome, rules[name])
        return records

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


def rules_for(stamps: "Mapping[str, str]", *, now: "datetime") -> "defaultdict[str, Rule]":
    """Return the rule each photo's votes are counted by: the one that settled it, else the active one.

    Args:
        stamps: the version on the golden record of each photo that has one.
    """
    active = VoteRule.objects.active_rule(now=now)
    others = set(stamps.values()) - {active.version}
    versions = VoteRule.objects.versions() if others else {}
    rules = {name: versions.get(version, active) for name, version in stamps.items()}
    return defaultdict(lambda: active, rules)


def need_at_first(*, now: "datetime") -> int:
    """Return how many votes a photo lacks that nobody has voted on."""
    return consensus_of([], VoteRule.objects.active_rule(now=now)).need


def standing_of(outcome: Outcome) -> dict[str, Any]:
    """Return the fields of a photo that follow from its votes."""
    return {
        "state": outcome.state,
        "need": outcome.need,
        "votes": outcome.votes,
        "tally": dict(outcome.tally),
        "why": outcome.why,
    }
