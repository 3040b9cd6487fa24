"""Anchoring: does where a dress stands, or what the model thought of first, pull people's answers?"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from truther.models.compared import Cast, Compared, newest, records_of, votes_between
from truther.models.golden import Verdict
from truther.models.photos import Photo
from truther.models.sessions import Serve
from truther.models.votes import Choice
from truther.rules.quality import Odds, Share, evenness

MOST = 3000  # answers looked at, the newest
PLACES = 3
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Anchoring:
    """What pulls answers, from the newest answers that named one of three offered styles."""

    places: tuple[int, ...]  # how often each place was chosen
    even: Odds  # against a fair shuffle, under which every place is as good
    chosen_first: Share  # answers on settled photos that named the model's first guess
    golden_first: Share  # of the same photos, those of which the first guess was right
    wrong_first: Share  # of wrong answers where the first guess was wrong too, those that named it

    @property
    def n(self) -> int:
        """Answers looked at."""
        return sum(self.places)


@dataclass(frozen=True, slots=True)
class _Answer:
    """An answer beside what was offered and what is true."""

    style: str
    first: str  # the model's first guess among those offered
    golden: str
    offered: frozenset[str]


def anchoring(since: datetime, *, now: datetime) -> Anchoring:
    """Return how answers lie over places and over the model's guesses.

    Options are shuffled for everybody anew and scores are hidden: the place says nothing, and the first guess
    can pull only by looking right.
    """
    named = votes_between(since, now).filter(live=True, choice=Choice.STYLE, place__gte=0)
    votes = newest(named.order_by("-cast_at", "-pk"), MOST)
    serves = _read(Serve, [vote.serve_id for vote in votes], "options", "model_version")
    votes = [vote for vote in votes if len(serves.get(vote.serve_id, ([], ""))[0]) == PLACES]
    places = Counter(vote.place for vote in votes)
    counts = tuple(places[place] for place in range(PLACES))
    answers = _answers(votes, serves)
    # With the true style on the card, two wrong ones are left: half of all slips would name either.
    slips = [
        answer
        for answer in answers
        if answer.golden in answer.offered and answer.golden not in (answer.style, answer.first)
    ]
    return Anchoring(
        places=counts,
        even=evenness(counts),
        chosen_first=Share(sum(answer.style == answer.first for answer in answers), len(answers)),
        golden_first=Share(sum(answer.golden == answer.first for answer in answers), len(answers)),
        wrong_first=Share(sum(answer.style == answer.first for answer in slips), len(slips)),
    )


def _answers(votes: Sequence[Cast], serves: Mapping[str, tuple[Any, ...]]) -> list[_Answer]:
    """Leave out photos not settled, no dress, and those that another model has looked at since."""
    records: Mapping[str, Compared] = records_of(vote.photo_id for vote in votes)
    photos = _read(Photo, list(records), "candidates", "model_version")
    answers = []
    for vote in votes:
        record, photo = records.get(vote.photo_id), photos.get(vote.photo_id)
        if record is None or photo is None or record.verdict != Verdict.STYLE:
            continue
        (options, dealt_by), (candidates, seen_by) = serves[vote.serve_id], photo
        first = next((guess["sku"] for guess in candidates if guess["sku"] in options), "")
        if first and dealt_by == seen_by:
            answers.append(_Answer(vote.style, first, record.style, frozenset(options)))
    return answers


def _read(model: type[Serve] | type[Photo], names: Sequence[str], *fields: str) -> dict[str, tuple[Any, ...]]:
    wanted = sorted(set(names))
    found: dict[str, tuple[Any, ...]] = {}
    for start in range(0, len(wanted), CHUNK):
        rows = model.objects.filter(pk__in=wanted[start : start + CHUNK]).values_list("pk", *fields)
        found |= {row[0]: row[1:] for row in rows}
    return found
