"""Stored votes counted by another rule than the one they stand by; photos brought in step with a new one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from truther.models.batches import Batch
from truther.models.golden import Golden
from truther.models.photos import Photo, PhotoQuerySet, State
from truther.models.standing import rules_for
from truther.models.votes import Vote
from truther.rules.consensus import Outcome, Rule, consensus_of

CHUNK = 500  # keys asked for by one query
SLICES = 100  # of the lots: how many short writes bring all photos without a vote in step


@dataclass(frozen=True, slots=True)
class Sample:
    """A fair few of the photos that people have voted on."""

    photo_ids: tuple[str, ...]
    of: int  # photos it was drawn from


@dataclass(frozen=True, slots=True)
class Recounted:
    """One photo as it stands, and as it would stand."""

    photo: Photo
    before: Outcome
    after: Outcome


def sample(most: int) -> Sample:
    """Draw about `most` of the photos with votes, by their lots; all of them when there are not more.

    Drawn again, it is the same sample: two rules are compared on the same photos.
    """
    stands = _voted()
    of = sum(photos.count() for photos in stands)
    share = most / max(of, 1)
    drawn = stands if share >= 1 else [photos.filter(lot__lt=share) for photos in stands]
    return Sample(tuple(name for photos in drawn for name in photos.values_list("pk", flat=True)), of)


def recounted(photo_ids: Sequence[str], rule: Rule, *, now: datetime) -> Iterator[Recounted]:
    """Count the votes on these photos by the rule they stand by and by another one; changes nothing."""
    for start in range(0, len(photo_ids), CHUNK):
        names = photo_ids[start : start + CHUNK]
        photos = Photo.objects.only("sha256", "width", "height").in_bulk(names)
        stamps = dict(Golden.objects.filter(pk__in=names).values_list("pk", "rule_version"))
        rules, ballots = rules_for(stamps, now=now), Vote.objects.ballots(names)
        for name, photo in sorted(photos.items()):
            yield Recounted(
                photo, consensus_of(ballots[name], rules[name]), consensus_of(ballots[name], rule)
            )


def unsettled_with_votes() -> list[str]:
    """The photos a new rule could settle, or call an expert to, by the votes they have."""
    _, *unsettled = _voted()
    return [name for photos in unsettled for name in photos.values_list("pk", flat=True)]


def ask_unvoted_for(need: int) -> int:
    """Write how many votes they lack on open photos that have none; return how many were changed.

    In short writes, a slice of the lots each: one long one would keep everybody's vote waiting.
    """
    changed = 0
    for number in range(SLICES):
        slice_ = Photo.objects.filter(
            state=State.OPEN, lot__gte=number / SLICES, lot__lt=(number + 1) / SLICES, votes=0
        )
        changed += slice_.exclude(need=need).update(need=need)
    return changed


def _voted() -> list[PhotoQuerySet]:
    """Settled, contested and open photos with votes; open ones have votes in the open batch alone."""
    photos, batch = Photo.objects.order_by("lot", "pk"), Batch.objects.open_one()
    opened = photos.filter(batch_id=batch.pk if batch else "", state=State.OPEN, votes__gt=0)
    return [photos.filter(state=State.SETTLED), photos.filter(state=State.CONTESTED), opened]
