"""What people have said lately, and what is known for sure: the ground their accuracies are estimated on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from truther.models.audits import Audit, AuditState
from truther.models.compared import Cast, judged, newest, records_of
from truther.models.golden import Golden, Verdict
from truther.models.sessions import ServeReason
from truther.models.votes import Choice, Vote

CHUNK = 500  # keys asked for by one query


@dataclass(frozen=True, slots=True)
class Evidence:
    """Votes as photo, person, answer, and the truth of photos on which it is known."""

    votes: tuple[tuple[str, str, str], ...]
    known: dict[str, str]


def evidence(most: int) -> Evidence:
    """Read the last votes of people, at most so many, those on settled photos, gold and audits included.

    Left out is what says nothing about how well a person sees; `compared.judged` tells what that is.
    """
    cast = newest(Vote.objects.filter(expert=False).order_by("-cast_at", "-pk"), most)
    taken_back = {(vote.person, vote.photo_id) for vote in cast if not vote.live}
    live = [vote for vote in cast if vote.live]
    photo_ids = sorted({vote.photo_id for vote in live})
    compared = judged(live, taken_back)
    settled = records_of(photo_ids)
    votes = tuple(
        (vote.photo_id, vote.person, _answer(vote))
        for vote in live
        if (vote.id in compared if vote.photo_id in settled else _speaks(vote))
    )
    return Evidence(votes, _known(photo_ids))


def _speaks(vote: Cast) -> bool:
    return vote.choice != Choice.CANT_TELL and vote.reason != ServeReason.BONUS


def _answer(vote: Cast) -> str:
    return f"style:{vote.style}" if vote.choice == Choice.STYLE else vote.choice


def _known(photo_ids: Sequence[str]) -> dict[str, str]:
    """What an expert, an audit or many people who all agree have said; an expert has the last word."""
    known: dict[str, str] = {}
    for chunk in _chunks(photo_ids):
        known |= dict(
            Audit.objects.filter(pk__in=chunk, state=AuditState.CONFIRMED).values_list("pk", "answer")
        )
        sure = Golden.objects.filter(pk__in=chunk, known=True)
        known |= {
            name: _said_by(verdict, style)
            for name, verdict, style in sure.values_list("pk", "verdict", "style")
        }
    return known


def _said_by(verdict: str, style: str) -> str:
    if verdict == Verdict.UNLISTED:
        return "none"
    return f"style:{style}" if verdict == Verdict.STYLE else verdict


def _chunks(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    return (keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK))
