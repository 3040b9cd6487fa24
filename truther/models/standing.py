"""Where a photo stands follows from its votes: tally, state and golden record, kept in step."""

from typing import TYPE_CHECKING, Any

from truther.models.golden import Golden, VoteRule, record_of
from truther.models.votes import Vote
from truther.models.walks import WalkQuerySet
from truther.rules.consensus import Outcome, Rule, consensus_of

if TYPE_CHECKING:
    from datetime import datetime

    from truther.models.photos import Photo

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
            rule = rule_for(photo_id, now=now)
            outcome = consensus_of(Vote.objects.ballots([photo_id])[photo_id], rule)
            if not self._stand(photo, standing_of(outcome)):
                continue
            Golden.objects.follow(photo_id, record_of(photo, outcome, rule))
            if self.filter(pk=photo_id, rev=photo.rev).exists():
                return photo  # nobody moved it since, so the record is not an older one

    def _stand(self, photo: "Photo", standing: dict[str, Any]) -> bool:
        if all(getattr(photo, name) == value for name, value in standing.items()):
            return True
        changed = self.filter(pk=photo.pk, rev=photo.rev).update(rev=photo.rev + 1, **standing)
        photo.rev += 1
        for name, value in standing.items():
            setattr(photo, name, value)
        return changed == 1


def rule_for(photo_id: str, *, now: "datetime") -> Rule:
    """Return the rule a photo's votes are counted by: the one that settled it, else the active one."""
    stamped = Golden.objects.filter(pk=photo_id).values_list("rule_version", flat=True).first()
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
