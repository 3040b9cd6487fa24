"""The audit: settled photos drawn by lot for a blind second look, and what came of it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Self

from django.db import models

from truther.models.arrivals import insert
from truther.models.fields import key, word
from truther.models.golden import Golden
from truther.models.lots import by_lot
from truther.models.sessions import ServeReason
from truther.models.standing import rules_for
from truther.models.votes import Choice, Vote
from truther.rules.audit import BY_MODEL, Finding, finding_of
from truther.rules.consensus import Ballot

CHUNK = 500


class AuditState(models.TextChoices):
    """An audit waits for second looks, and ends in one of four ways; an expert ends what is disputed."""

    OPEN = "open"
    CONFIRMED = "confirmed"  # the second look says the same
    DISPUTED = "disputed"  # it does not: an expert decides
    CORRECTED = "corrected"  # the expert found the golden record wrong
    UPHELD = "upheld"  # the expert found it right
    GONE = "gone"  # the picture was taken down before anybody could say


UNDECIDED = (AuditState.OPEN, AuditState.DISPUTED)


class AuditQuerySet(models.QuerySet["Audit"]):
    """Questions about audits, and the way they follow from votes."""

    def open(self) -> Self:
        """Audits that still need second looks."""
        return self.filter(state=AuditState.OPEN)

    def disputed(self) -> Self:
        """Audits that wait for an expert, in the order of their lots."""
        return self.filter(state=AuditState.DISPUTED).order_by("lot", "pk")

    def disputed_on(self, photo_id: str) -> "Audit | None":
        """The audit of a photo, while it waits for an expert."""
        return self.filter(pk=photo_id, state=AuditState.DISPUTED).first()

    def judged_on(self, photo_id: str) -> Self:
        """The audit of a photo, once an expert has been asked."""
        asked = (AuditState.DISPUTED, AuditState.CORRECTED, AuditState.UPHELD)
        return self.filter(pk=photo_id, state__in=asked)

    def drawn(self, lot: float, count: int, state: AuditState = AuditState.OPEN) -> "list[Audit]":
        """A fair few audits of one state: those whose lots follow the given one, round the end."""
        return by_lot(self.filter(state=state), lot, count)

    def drawn_since(self, moment: datetime) -> Self:
        """Audits drawn by lot at or after a moment, oldest first: what the model picked is no fair sample."""
        return self.exclude(pattern=BY_MODEL).filter(drawn_at__gte=moment).order_by("drawn_at", "pk")

    def drawn_before(self, night_id: str, photo_ids: Sequence[str]) -> set[str]:
        """Which of these photos another night has drawn."""
        chunks = (photo_ids[start : start + CHUNK] for start in range(0, len(photo_ids), CHUNK))
        others = (self.filter(pk__in=chunk).exclude(night_id=night_id) for chunk in chunks)
        return {photo_id for rows in others for photo_id in rows.values_list("pk", flat=True)}

    def held(self, photo_ids: Sequence[str], *, at: datetime) -> set[str]:
        """Which of these photos somebody looked at a second time, blind, with an end before this moment.

        Those an expert corrected are among them: their golden records say by now what the expert said.
        """
        ended = (AuditState.CONFIRMED, AuditState.UPHELD, AuditState.CORRECTED)
        ended_by_then = self.filter(pk__in=list(photo_ids), state__in=ended, closed_at__lte=at)
        found = ended_by_then.exclude(pattern=BY_MODEL)
        return set(found.values_list("pk", flat=True))

    def open_one(self, photo_id: str, **values: object) -> None:
        """Put a settled photo under a second look; once is enough."""
        insert(self, pk=photo_id, **values)

    def suspected(self) -> Self:
        """Audits that the model asked for, whatever became of them."""
        return self.filter(pattern=BY_MODEL)

    def doubts_of(self, night_id: str) -> int:
        """How many photos the model doubted in one night."""
        return self.suspected().filter(night_id=night_id).count()

    def doubts_waiting(self) -> int:
        """How many doubted photos wait for an expert."""
        return self.suspected().filter(state=AuditState.DISPUTED).count()

    def known_among(self, photo_ids: Sequence[str]) -> set[str]:
        """Which of these photos have been under a second look, or are."""
        chunks = (photo_ids[start : start + CHUNK] for start in range(0, len(photo_ids), CHUNK))
        return {name for chunk in chunks for name in self.filter(pk__in=chunk).values_list("pk", flat=True)}

    def closed_between(self, after: datetime | None, until: datetime) -> Counter[str]:
        """How many audits came to each state after one moment and until another."""
        closed = self.exclude(pattern=BY_MODEL).filter(closed_at__lte=until)
        if after is not None:
            closed = closed.filter(closed_at__gt=after)
        return Counter(closed.values_list("state", flat=True))

    def undecided(self) -> Iterator[list["Audit"]]:
        """Audits that looks or experts may still move, a bounded number at a time."""
        last = ""
        while chunk := list(self.filter(pk__gt=last, state__in=UNDECIDED).order_by("pk")[:CHUNK]):
            yield chunk
            last = chunk[-1].pk

    def follow(self, audits: "Iterable[Audit]", *, now: datetime) -> None:
        """Bring audits in step with what was said of their photos since they were drawn; safe to repeat."""
        rows = list(audits)
        names = [audit.pk for audit in rows]
        stamps = dict(Golden.objects.filter(pk__in=names).values_list("pk", "rule_version"))
        rules, looks, experts = rules_for(stamps, now=now), looks_at(names), _words(names)
        for audit in rows:
            if audit.pk not in stamps:
                self._note(audit, {"state": AuditState.GONE, "found": "", "closed_at": now})
                continue
            words = [ballot for ballot in experts[audit.pk] if ballot.cast_at > audit.drawn_at]
            word = words[-1] if words else None
            finding = finding_of(audit.answer, looks[audit.pk], rules[audit.pk], word=word)
            self._note(audit, _values(finding) if audit.pattern != BY_MODEL else _doubt(finding, word))

    def _note(self, audit: "Audit", values: Mapping[str, object]) -> None:
        """Write what has changed, unless somebody else did so since the audit was read."""
        if any(getattr(audit, name) != value for name, value in values.items()):
            as_read = self.filter(pk=audit.pk, state=audit.state, looks=audit.looks, found=audit.found)
            as_read.update(**values)


class Audit(models.Model):
    """One settled photo under a second look; `id` is the photo's."""

    id = key()
    batch_id = word(32)
    night_id = word(32)  # the night that drew it
    lot = models.FloatField()  # the photo's own, for a fair draw through an index
    answer = word(80)  # what was golden when it was drawn, as a tally says it
    pattern = word(16)  # the votes for and against it then: "2-0", "2-1", "expert", or "model" (see BY_MODEL)
    state = models.CharField(max_length=16, choices=AuditState.choices, default=AuditState.OPEN)
    looks = models.IntegerField(default=0)  # second looks counted when it was last looked at
    found = word(80)  # what the second looks, the model or the expert say: an answer, or "split"
    drawn_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)  # when that was said

    objects = AuditQuerySet.as_manager()

    class Meta:
        db_table = "audits"
        indexes = [
            models.Index(fields=["state", "lot", "id"], name="audit_lot"),
            models.Index(fields=["drawn_at", "id"], name="audit_time"),
        ]

    def __str__(self) -> str:
        return self.id

    def may_speak_again(self, vote: Vote) -> bool:
        """Whether a vote leaves its person free to judge: an expert's word on the audit itself."""
        return vote.expert and vote.cast_at > self.drawn_at


def looks_at(photo_ids: Sequence[str]) -> dict[str, list[Ballot]]:
    """Return the second looks at these photos, by photo; gold questions are none, nor experts' words."""
    return _by_photo(
        Vote.objects.filter(
            photo_id__in=photo_ids, live=True, audit=True, expert=False, reason=ServeReason.AUDIT
        )
    )


def _words(photo_ids: Sequence[str]) -> dict[str, list[Ballot]]:
    """Return what experts who could tell have said of these photos, by photo, the last word last."""
    said = Vote.objects.filter(photo_id__in=photo_ids, live=True, expert=True)
    return _by_photo(said.exclude(choice=Choice.CANT_TELL))


def _by_photo(votes: "models.QuerySet[Vote]") -> dict[str, list[Ballot]]:
    by_photo: defaultdict[str, list[Ballot]] = defaultdict(list)
    for vote in votes.order_by("photo_id", "cast_at", "pk"):
        by_photo[vote.photo_id].append(vote.ballot())
    return by_photo


def _doubt(finding: Finding, word: Ballot | None) -> dict[str, object]:
    """What the model doubts comes before an expert without second looks, and `found` stays what it sees."""
    if word is None:
        return {"state": AuditState.DISPUTED, "closed_at": None}
    return {"state": AuditState(finding.state), "closed_at": finding.closed_at}


def _values(finding: Finding) -> dict[str, object]:
    return {
        "state": AuditState(finding.state),
        "looks": finding.looks,
        "found": finding.found,
        "closed_at": finding.closed_at,
    }
