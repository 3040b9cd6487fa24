"""How people answer beside each other: what looks like chance or haste, to be looked at with them."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from truther.models.compared import CHUNK, Cast, judged, newest, votes_between
from truther.models.sessions import Serve, ServeReason
from truther.models.votes import Choice
from truther.rules.behaviour import RARE, Behaviour
from truther.rules.game import ENOUGH
from truther.rules.quality import Share, entropy, evenness, haste

MOST = 20_000  # answers read, the newest
PLACES = 3
SETTLED_BEFORE = (ServeReason.GOLD, ServeReason.AUDIT)


@dataclass(frozen=True, slots=True)
class Marked:
    """One person, and what looks odd."""

    behaviour: Behaviour
    signs: list[str]


@dataclass(frozen=True, slots=True)
class Crowd:
    """Everybody with enough answers among those read."""

    answers: int  # read
    people: int  # looked at
    bits: float  # entropy of everybody's kinds of answers
    marked: tuple[Marked, ...]  # those with signs, most signs first
    whole: bool  # all answers of the span were read, not only the newest


def crowd(since: datetime, *, now: datetime) -> Crowd:
    """Look at how each person answers, with at least ENOUGH answers among the newest MOST of a span."""
    votes = newest(votes_between(since, now).filter(live=True).order_by("-cast_at", "-pk"), MOST)
    right = judged(votes, set())
    by_person: defaultdict[str, list[Cast]] = defaultdict(list)
    for vote in votes:
        by_person[vote.person].append(vote)
    bits = entropy(Counter(vote.choice for vote in votes).values())
    known = [_behaviour(cast, right) for cast in by_person.values() if len(cast) >= ENOUGH]
    marked = [Marked(each, signs) for each in known if (signs := each.signs(bits))]
    marked.sort(key=lambda each: (-len(each.signs), each.behaviour.person))
    return Crowd(len(votes), len(known), bits, tuple(marked), whole=len(votes) < MOST)


def _behaviour(votes: Sequence[Cast], right: Mapping[str, bool]) -> Behaviour:
    gold = [vote for vote in votes if vote.reason in SETTLED_BEFORE]
    offered = [vote for vote in votes if vote.choice == Choice.STYLE and vote.place >= 0]
    counts = _counts(offered)
    if evenness(counts).p < RARE:  # a card with fewer styles has no third place
        counts = _counts(_before_three(offered))
    return Behaviour(
        person=votes[0].person,
        answers=len(votes),
        bits=entropy(Counter(vote.choice for vote in votes).values()),
        places=evenness(counts),
        place_counts=counts,
        agreement=_share(votes, right),
        gold=_share(gold, right),
        haste=haste([vote.seconds for vote in votes if vote.seconds is not None]),
    )


def _counts(votes: Sequence[Cast]) -> tuple[int, ...]:
    places = Counter(vote.place for vote in votes)
    return tuple(places[place] for place in range(PLACES))


def _before_three(votes: Sequence[Cast]) -> list[Cast]:
    """Return the answers to cards that offered three styles."""
    names, full = sorted(vote.serve_id for vote in votes), set[str]()
    for start in range(0, len(names), CHUNK):
        rows = Serve.objects.filter(pk__in=names[start : start + CHUNK]).values_list("pk", "options")
        full |= {name for name, options in rows if len(options) == PLACES}
    return [vote for vote in votes if vote.serve_id in full]


def _share(votes: Sequence[Cast], right: Mapping[str, bool]) -> Share:
    told = [right[vote.id] for vote in votes if vote.id in right]
    return Share(sum(told), len(told))
