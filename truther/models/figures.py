"""The numbers on the pages: read-only questions that span several aggregates."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from truther.models.batches import Batch
from truther.models.golden import Golden, Verdict
from truther.models.photos import Photo, State
from truther.models.styles import Style
from truther.models.votes import Choice, Vote
from truther.rules import game

SAME_ANSWER = {Choice.NOT_DRESS: Verdict.NOT_DRESS, Choice.NONE: Verdict.UNLISTED}
STREAK_DAYS = 200  # how far back a streak is looked for
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Pace:
    """How a person is doing today."""

    goal: game.Goal
    streak: int  # weekdays in a row


@dataclass(frozen=True, slots=True)
class Given:
    """One verdict a person gave, beside what became of the photo."""

    vote: Vote
    photo: Photo
    style: Style | None  # what the person chose
    golden: Golden | None
    agrees: bool | None  # None while it is open, or when the person could not tell


@dataclass(frozen=True, slots=True)
class Mine:
    """A person's own numbers."""

    pace: Pace
    today: int
    week: int
    ever: int
    settled: int  # golden records that say what this person said
    agreement: float | None  # share of this person's verdicts that the golden records confirm
    seconds: float | None  # median time for an answer
    recent: list[Given]


@dataclass(slots=True)
class Standing:
    """One line of the leaderboard."""

    person: str
    votes: int = 0
    right: int = 0
    compared: int = 0
    times: list[float] = field(default_factory=list)

    @property
    def agreement(self) -> float | None:
        """Share of the verdicts that golden records confirm, in [0, 1]; None before any can be compared."""
        return self.right / self.compared if self.compared else None

    @property
    def seconds(self) -> float | None:
        """Median time for an answer in seconds."""
        return game.median_seconds(self.times)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the open batch has come."""

    batch: Batch
    open: int
    contested: int
    settled: int

    @property
    def total(self) -> int:
        """Photos of the batch."""
        return self.open + self.contested + self.settled

    @property
    def share(self) -> float:
        """Share settled, in [0, 1]."""
        return self.settled / self.total if self.total else 0.0


class Day(NamedTuple):
    """How many photos were settled on one day."""

    day: date
    settled: int


class Compared(NamedTuple):
    """What a golden record says, in the words of a vote."""

    verdict: str
    style: str

    def confirms(self, choice: str, style: str) -> bool:
        """Whether a verdict says the same."""
        return (
            self.style == style if choice == Choice.STYLE else SAME_ANSWER.get(Choice(choice)) == self.verdict
        )


def pace_of(person_id: str, *, now: datetime, time_zone: str) -> Pace:
    """Return today's goal and the streak of a person."""
    counts = _votes_a_day(person_id, now - timedelta(days=STREAK_DAYS), time_zone)
    today = game.day_of(now, time_zone)
    done = counts.pop(today, 0)
    played = {*counts, *([today] if done else [])}
    return Pace(game.goal_of(list(counts.values()), done), game.streak(played, today))


def mine(person_id: str, *, now: datetime, time_zone: str, recent: int = 24) -> Mine:
    """Return a person's own numbers and last verdicts."""
    votes = Vote.objects.of_person(person_id).live()
    midnight = game.midnight_before(now, time_zone)
    standing = _standings(votes).get(person_id, Standing(person_id))
    return Mine(
        pace=pace_of(person_id, now=now, time_zone=time_zone),
        today=votes.since(midnight).count(),
        week=votes.since(midnight - timedelta(days=midnight.weekday())).count(),
        ever=standing.votes,
        settled=standing.right,
        agreement=standing.agreement,
        seconds=standing.seconds,
        recent=_given(list(votes[:recent])),
    )


def leaderboard(since: datetime | None) -> list[Standing]:
    """Return everybody who voted since a moment, most votes first; experts' own verdicts are left out."""
    votes = Vote.objects.live().filter(expert=False)
    standings = _standings(votes if since is None else votes.since(since)).values()
    return sorted(standings, key=lambda standing: (-standing.votes, standing.person))


def progress() -> Progress | None:
    """Return how far the open batch has come, or None while there is none."""
    batch = Batch.objects.open_one()
    if batch is None:
        return None
    photos = Photo.objects.filter(batch_id=batch.pk)
    states = (State.OPEN, State.CONTESTED, State.SETTLED)
    return Progress(batch, *(photos.filter(state=state).count() for state in states))


def settled_per_day(*, days: int, now: datetime, time_zone: str) -> list[Day]:
    """Return how many photos were settled on each of the last days, today last, days of rest included."""
    first = game.midnight_before(now, time_zone) - timedelta(days=days - 1)
    counts = _a_day(Golden.objects.settled_since(first).values_list("settled_at", flat=True), time_zone)
    return [
        Day(day, counts.get(day, 0)) for day in (first.date() + timedelta(days=step) for step in range(days))
    ]


def _votes_a_day(person_id: str, since: datetime, time_zone: str) -> Counter[date]:
    votes = Vote.objects.of_person(person_id).live().since(since)
    return _a_day(votes.values_list("cast_at", flat=True), time_zone)


def _a_day(moments: Iterable[datetime], time_zone: str) -> Counter[date]:
    # Counted here: not every server that speaks MongoDB's protocol groups what Django asks it to group.
    return Counter(game.day_of(moment, time_zone) for moment in moments)


def _standings(votes: Iterable[Vote]) -> dict[str, Standing]:
    standings: defaultdict[str, Standing] = defaultdict(lambda: Standing(""))
    rows = list(votes)
    golden = _compared({vote.photo_id for vote in rows})
    for vote in rows:
        standing = standings[vote.person]
        standing.person = vote.person
        standing.votes += 1
        if vote.seconds is not None:
            standing.times.append(vote.seconds)
        if vote.photo_id in golden and vote.choice != Choice.CANT_TELL:
            standing.compared += 1
            standing.right += golden[vote.photo_id].confirms(vote.choice, vote.style)
    return dict(standings)


def _compared(photo_ids: set[str]) -> dict[str, Compared]:
    ids = sorted(photo_ids)
    chunks = (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))
    rows = (
        row
        for chunk in chunks
        for row in Golden.objects.filter(pk__in=chunk).values_list("pk", "verdict", "style")
    )
    return {photo_id: Compared(verdict, style) for photo_id, verdict, style in rows}


def _given(votes: list[Vote]) -> list[Given]:
    photo_ids = [vote.photo_id for vote in votes]
    photos = Photo.objects.in_bulk(photo_ids)
    golden = Golden.objects.in_bulk(photo_ids)
    styles = Style.objects.in_bulk([vote.style for vote in votes if vote.style])
    given = []
    for vote in votes:
        photo, record = photos.get(vote.photo_id), golden.get(vote.photo_id)
        if photo is None or photo.state == State.REMOVED:
            continue
        agrees = None
        if record is not None and vote.choice != Choice.CANT_TELL:
            agrees = Compared(record.verdict, record.style).confirms(vote.choice, vote.style)
        given.append(Given(vote, photo, styles.get(vote.style), record, agrees))
    return given
