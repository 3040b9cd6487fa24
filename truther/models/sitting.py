"""The last sitting of a person, in short: what it came to, and what it brought."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from truther.models.compared import Cast, judged, newest, records_of
from truther.models.mine import Pace, days_of, pace_of, played
from truther.models.votes import Vote
from truther.rules import badges, game

PAUSE = timedelta(minutes=45)  # whoever does not answer for so long has got up
LONGEST = 1000  # answers of one sitting that are looked at


@dataclass(frozen=True, slots=True)
class Recap:
    """What a person's last sitting came to, as far as it is known by now."""

    began_at: datetime
    ended_at: datetime
    today: bool
    photos: int
    settled: int  # by now, and as the person said
    found: int  # of those, styles nobody had offered
    waiting: int  # styles the person named that others have not seen yet
    pace: Pace
    points: int  # today
    badges: list[badges.Badge]  # earned today


def recap_of(person_id: str, *, now: datetime, time_zone: str) -> Recap | None:
    """Return what the last sitting came to, or None before the first one."""
    live = Vote.objects.of_person(person_id).live().filter(expert=False)
    votes = _last_sitting(newest(live, LONGEST))
    if not votes:
        return None
    # Gold and second looks were settled before: they count as photos, never as settled by this sitting.
    open_ones = [vote for vote in votes if not (vote.audit or vote.late)]
    records, right = records_of(vote.photo_id for vote in open_ones), judged(open_ones, set())
    settled = [vote for vote in open_ones if right.get(vote.id)]
    today = game.day_of(now, time_zone)
    days = days_of(person_id)
    return Recap(
        began_at=votes[-1].cast_at,
        ended_at=votes[0].cast_at,
        today=game.day_of(votes[0].cast_at, time_zone) == today,
        photos=len(votes),
        settled=len(settled),
        found=sum(vote.named for vote in settled),
        waiting=sum(vote.named and vote.photo_id not in records for vote in open_ones),
        pace=pace_of(person_id, now=now, time_zone=time_zone),
        points=sum(row.points for row in days if row.day == today),
        badges=[held.badge for held in badges.held(played(days)) if held.since == today],
    )


def _last_sitting(votes: Sequence[Cast]) -> Sequence[Cast]:
    """Return the newest of these votes up to the first long pause; they come newest first."""
    for number in range(1, len(votes)):
        if votes[number - 1].cast_at - votes[number].cast_at > PAUSE:
            return votes[:number]
    return votes
