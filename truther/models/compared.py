"""Votes beside the golden records: which of them can be compared, and which are right."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q

from truther.models.golden import Golden, Verdict
from truther.models.sessions import Serve, ServeReason
from truther.models.votes import Choice, Vote, VoteQuerySet

SAME_ANSWER = {Choice.NOT_DRESS: Verdict.NOT_DRESS, Choice.NONE: Verdict.UNLISTED}
PAGE = 2000  # votes read by one query
CHUNK = 500  # keys asked for by one query


class Compared(NamedTuple):
    """What a golden record says, in the words of a vote."""

    verdict: str
    style: str
    settled_at: datetime

    def confirms(self, choice: str, style: str) -> bool:
        """Whether a verdict says the same."""
        return (
            self.style == style if choice == Choice.STYLE else SAME_ANSWER.get(Choice(choice)) == self.verdict
        )


class Cast(NamedTuple):
    """A vote, without the fields that nobody counts: hundreds of thousands are read in a row."""

    id: str
    photo_id: str
    person: str
    session_id: str
    serve_id: str
    choice: str
    style: str
    place: int
    seconds: float | None
    audit: bool
    late: bool
    live: bool
    reason: str
    cast_at: datetime

    @property
    def named(self) -> bool:
        """Whether the person named a style that nobody had offered."""
        return self.choice == Choice.STYLE and self.place < 0


def in_pages(votes: VoteQuerySet) -> Iterator[list[Cast]]:
    """Return votes in the order they were cast, a bounded number at a time."""
    ordered = votes.order_by("cast_at", "pk")
    page = _read(ordered)
    while page:
        yield page
        last = page[-1]
        later = Q(cast_at__gt=last.cast_at) | Q(cast_at=last.cast_at, pk__gt=last.id)
        page = _read(ordered.filter(later, cast_at__gte=last.cast_at))  # the bound starts inside the index


def newest(votes: VoteQuerySet, most: int) -> list[Cast]:
    """Return the first of these votes, in their own order."""
    return [Cast(*row) for row in votes.values_list(*Cast._fields)[:most]]


def records_of(photo_ids: Iterable[str]) -> dict[str, Compared]:
    """Return what is sure about these photos, by photo."""
    rows = (
        row
        for chunk in _chunks(sorted(set(photo_ids)))
        for row in Golden.objects.filter(pk__in=chunk).values_list("pk", "verdict", "style", "settled_at")
    )
    return {photo_id: Compared(verdict, style, at) for photo_id, verdict, style, at in rows}


def judged(votes: Sequence[Cast], taken_back: set[tuple[str, str]]) -> dict[str, bool]:
    """Return which of these votes are right, by id; those that cannot be compared are left out.

    Left out are photos that nobody has settled, "can't tell", and what says nothing about how well a person
    sees: "none of these" where indeed none was the one; an answer given in place of another when the photo
    was settled and the page had said so; the bonus round.

    Args:
        votes: live votes.
        taken_back: person and photo of answers taken back before.
    """
    records = records_of(vote.photo_id for vote in votes)
    asked = [
        vote
        for vote in votes
        if vote.photo_id in records
        and vote.choice != Choice.CANT_TELL
        and vote.reason != ServeReason.BONUS
        and not ((vote.audit or vote.late) and (vote.person, vote.photo_id) in taken_back)
    ]
    true_so_far = _indeed_none(asked, records)
    return {
        vote.id: records[vote.photo_id].confirms(vote.choice, vote.style)
        for vote in asked
        if vote.id not in true_so_far
    }


def _indeed_none(votes: Sequence[Cast], records: dict[str, Compared]) -> set[str]:
    """Return the votes that said "none of these" before styles among which the true one was not."""
    doubted = [
        vote
        for vote in votes
        if vote.choice == Choice.NONE and records[vote.photo_id].verdict == Verdict.STYLE
    ]
    serves = (
        row
        for chunk in _chunks([vote.serve_id for vote in doubted])
        for row in Serve.objects.filter(pk__in=chunk).values_list("pk", "options")
    )
    offered: dict[str, list[str]] = dict(serves)
    return {
        vote.id
        for vote in doubted
        if vote.serve_id in offered and records[vote.photo_id].style not in offered[vote.serve_id]
    }


def _read(votes: VoteQuerySet) -> list[Cast]:
    return newest(votes, PAGE)


def _chunks(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    return (keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK))


def votes_between(begins: datetime, ends: datetime) -> VoteQuerySet:
    """Return people's votes of a span, those taken back included, experts' verdicts left out."""
    return Vote.objects.filter(cast_at__gte=begins, cast_at__lt=ends, expert=False)
