"""Measure how often we are right: draw settled photos for a blind second look, and see what came of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from truther.config import config
from truther.models import Audit, Golden, NightRun, Photo
from truther.models.audits import AuditState
from truther.models.fields import milliseconds
from truther.models.golden import Verdict
from truther.rules.audit import pattern_of
from truther.rules.consensus import NONE
from truther.rules.walk import seed_of

TICK = timedelta(milliseconds=1)  # moments are stored no finer
EVER = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


@dataclass(frozen=True, slots=True)
class Audited:
    """What one night drew, and what came of what earlier nights drew."""

    settled: int  # since the last night, and never drawn before
    drawn: int
    confirmed: int  # since the last night, like the next three
    disputed: int
    corrected: int
    upheld: int
    open: int  # waiting for second looks now, the drawn ones included


def audit(night_id: str, *, at: datetime, now: datetime) -> Audited:
    """Close the audits that have been answered, then draw a share of what was settled since the last night.

    The share is the one of places that the walk keeps for audits: a photo costs about as many looks settling
    as auditing, so what is drawn is answered about as fast. A repeat draws the same photos.

    Args:
        night_id: the night that draws; with the photos' names it decides the draw.
        at: the night's cut: what was settled later belongs to the next one.
        now: aware UTC.
    """
    since = NightRun.objects.audited_until(at)
    for chunk in Audit.objects.undecided():
        Audit.objects.follow(chunk, now=milliseconds(now))
    pool = _pool(night_id, since, at)
    chosen = pool[: drawn_of(len(pool), config.audit_share)]
    _open(chosen, night_id=night_id, at=milliseconds(at))
    closed = Audit.objects.closed_between(since, milliseconds(at))
    return Audited(
        settled=len(pool),
        drawn=len(chosen),
        confirmed=closed[AuditState.CONFIRMED],
        disputed=closed[AuditState.DISPUTED],
        corrected=closed[AuditState.CORRECTED],
        upheld=closed[AuditState.UPHELD],
        open=Audit.objects.open().count(),
    )


def drawn_of(settled: int, share: float) -> int:
    """Return how many of the settled photos are drawn: at least one of any, none when nothing is audited."""
    return min(settled, max(1, round(settled * share))) if share > 0 else 0


def _pool(night_id: str, since: datetime | None, at: datetime) -> list[str]:
    """Return what was settled since the last night in this night's own order of chance."""
    begins = since + TICK if since else EVER
    settled = Golden.objects.settled_between(begins, milliseconds(at) + TICK)
    names = list(settled.order_by("settled_at", "pk").values_list("pk", flat=True))
    before = Audit.objects.drawn_before(night_id, names)
    return sorted(set(names) - before, key=lambda photo_id: (seed_of("audit", night_id, photo_id), photo_id))


def _open(photo_ids: list[str], *, night_id: str, at: datetime) -> None:
    lots = dict(Photo.objects.filter(pk__in=photo_ids).values_list("pk", "lot"))
    for golden in Golden.objects.filter(pk__in=photo_ids).order_by("pk"):
        Audit.objects.open_one(
            golden.pk,
            batch_id=golden.batch_id,
            night_id=night_id,
            lot=lots[golden.pk],
            answer=_answer(golden),
            pattern=pattern_of(golden.votes, golden.agreement, by_expert=golden.by_expert),
            drawn_at=at,
        )


def _answer(golden: Golden) -> str:
    """Return what is golden in the words of a vote."""
    if golden.verdict == Verdict.STYLE:
        return f"style:{golden.style}"
    return NONE if golden.verdict == Verdict.UNLISTED else golden.verdict
