"""What came of it all: the stored votes and golden records beside the truth that only the simulator knows."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean

from truther.models import Audit, Golden, Player, PlaySession, Serve, Vote
from truther.models.audits import AuditState
from truther.models.compared import Cast, in_pages
from truther.models.quality.accuracy import accuracy
from truther.models.sessions import ServeReason
from truther.rules.audit import BY_EXPERT
from truther.rules.quality import Interval, Share
from truther.rules.walk import GOLD_AT_LAST, GOLD_TAPER
from truther.simulate.answers import Anchoring, anchoring, answer_of, judgeable
from truther.simulate.people import KINDS, Person
from truther.simulate.queues import Compared, compare
from truther.simulate.world import Truth

MARKS = (1.0, 1.5, 2.0, 2.4)  # looks a photo at which coverage is measured


@dataclass(frozen=True, slots=True)
class Labels:
    """Golden records of the photos that were open, beside the truth."""

    by_people: Share  # of the records that people settled: those that are true
    on_hard: Share  # the same, on hard photos alone
    by_all: Share  # with those that the expert decided
    votes_each: float  # counted votes on a photo that people settled
    settled: int  # by people
    expert: int  # decided by the expert: what people left contested
    undecided: int  # open or contested at the end


@dataclass(frozen=True, slots=True)
class Audited:
    """What the quality page publishes of the photos that people settled, beside the truth."""

    drawn: int
    measured: Share  # of the audits that are decided: those that found the record right
    interval: Interval
    truth: Share  # of all that people settled: what is true
    inside: bool  # the truth lies in the interval


@dataclass(frozen=True, slots=True)
class Habit:
    """One kind of people: what is true of them, and what the votes made of them."""

    kind: str
    people: int
    votes: int
    right: Share  # answers that can be judged: those that are true
    estimated: float | None  # mean of the stored estimates, weighted by judged answers
    anchoring: Anchoring


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything measured about one rule."""

    votes: int  # people's, standing
    late: int  # kept and not counted
    second_looks: int  # gold and audits: kept and not counted
    labels: Labels
    coverage: tuple[Compared, ...]  # as play went on, beside other orders in pure form
    anchoring: Anchoring
    habits: tuple[Habit, ...]
    audit: Audited
    reasons: Mapping[str, int]  # serves by why
    gold: Mapping[str, Share]  # of the answers of a person up to so many: gold
    arms: Mapping[str, tuple[int, float]]  # sittings and mean votes of one
    walk: str  # a fingerprint of who was dealt what, in which order and why


def measure(truths: Mapping[str, Truth], people: Sequence[Person], *, seed: int) -> Figures:
    """Read the databases and return the figures.

    Args:
        truths: the photos that were open, by id; what was known before is left out of labels and coverage.
    """
    votes = [vote for page in in_pages(Vote.objects.live().filter(expert=False)) for vote in page]
    options = dict(Serve.objects.order_by("pk").values_list("pk", "options"))
    looks = [vote for vote in votes if vote.photo_id in truths and not vote.audit]
    return Figures(
        votes=len(votes),
        late=sum(vote.late for vote in votes),
        second_looks=sum(vote.audit for vote in votes),
        labels=_labels(truths),
        coverage=compare(
            [((vote.person, f"{vote.cast_at:%m-%d}"), vote.photo_id) for vote in looks],
            list(truths),
            marks=MARKS,
            seed=seed,
        ),
        anchoring=anchoring(votes, truths, options),
        habits=_habits(votes, truths, options, people),
        audit=_audited(truths),
        reasons=dict(sorted(Counter(Serve.objects.values_list("reason", flat=True)).items())),
        gold=_gold(votes),
        arms=_arms(votes),
        walk=_fingerprint(),
    )


def _labels(truths: Mapping[str, Truth]) -> Labels:
    rows = list(Golden.objects.values_list("pk", "verdict", "style", "votes", "by_expert"))
    records = [
        (truths[name], _said(verdict, style), votes, expert)
        for name, verdict, style, votes, expert in rows
        if name in truths
    ]
    people = [(truth, said == truth.answer, votes) for truth, said, votes, expert in records if not expert]
    hard = [right for truth, right, _ in people if truth.hard]
    return Labels(
        by_people=Share(sum(right for _, right, _ in people), len(people)),
        on_hard=Share(sum(hard), len(hard)),
        by_all=Share(sum(said == truth.answer for truth, said, _, _ in records), len(records)),
        votes_each=mean(votes for _, _, votes in people) if people else 0.0,
        settled=len(people),
        expert=len(records) - len(people),
        undecided=len(truths) - len(records),
    )


def _said(verdict: str, style: str) -> str:
    return f"style:{style}" if verdict == "style" else "none" if verdict == "unlisted" else verdict


def _habits(
    votes: Sequence[Cast],
    truths: Mapping[str, Truth],
    options: Mapping[str, Sequence[str]],
    people: Sequence[Person],
) -> tuple[Habit, ...]:
    kinds = {person.name: person.kind.name for person in people}
    estimates = {name: row.accuracy for name, row in Player.objects.by_person(kinds).items()}
    habits = []
    for kind in KINDS:
        theirs = [vote for vote in votes if kinds[vote.person] == kind.name and vote.photo_id in truths]
        judged = [
            vote for vote in theirs if judgeable(vote, truths[vote.photo_id], options.get(vote.serve_id, ()))
        ]
        right = sum(answer_of(vote) == truths[vote.photo_id].answer for vote in judged)
        habits.append(
            Habit(
                kind=kind.name,
                people=sum(name == kind.name for name in kinds.values()),
                votes=len(theirs),
                right=Share(right, len(judged)),
                estimated=mean(estimates[vote.person] for vote in judged) if judged else None,
                anchoring=anchoring(theirs, truths, options),
            )
        )
    return tuple(habits)


def _audited(truths: Mapping[str, Truth]) -> Audited:
    """Compare what the second looks found with the truth about all that people had settled.

    Audits of what an expert had settled say nothing about people. A record that an audit brought before an
    expert counts as it was before.
    """
    states = Counter(Audit.objects.exclude(pattern=BY_EXPERT).values_list("state", flat=True))
    found = accuracy("", states)
    now, upheld = _labels(truths).by_people, states[AuditState.UPHELD]
    truth = Share(now.right + upheld, now.n + upheld + found.wrong)
    low, high = found.interval
    inside = truth.value is not None and low <= truth.value <= high
    return Audited(states.total(), found.share, found.interval, truth, inside)


def _gold(votes: Sequence[Cast]) -> dict[str, Share]:
    """Return which share of people's answers was gold, by how many they had given before."""
    bounds = [until for until, _ in GOLD_TAPER]
    found = {bound: [0, 0] for bound in [*bounds, 0]}
    given: Counter[str] = Counter()
    for vote in votes:
        bound = next((until for until in bounds if given[vote.person] < until), 0)
        given[vote.person] += 1
        found[bound][0] += vote.reason == ServeReason.GOLD
        found[bound][1] += 1
    wanted = {**dict(GOLD_TAPER), 0: GOLD_AT_LAST}
    return {
        f"{f'to the {bound}th' if bound else 'after that'} ({wanted[bound]:.2f})": Share(count, of)
        for bound, (count, of) in found.items()
    }


def _arms(votes: Sequence[Cast]) -> dict[str, tuple[int, float]]:
    cast = Counter(vote.session_id for vote in votes)
    by_arm: dict[str, list[int]] = {}
    for name, arm in PlaySession.objects.order_by("pk").values_list("pk", "arm"):
        if cast[name]:
            by_arm.setdefault(arm, []).append(cast[name])
    return {arm: (len(counts), mean(counts)) for arm, counts in sorted(by_arm.items())}


def _fingerprint() -> str:
    """Return a hash of all walks, place by place."""
    digest = hashlib.sha256()
    fields = ("person", "photo_id", "number", "reason", "options", "served_at")
    for row in Serve.objects.order_by("person", "served_at", "number", "pk").values_list(*fields):
        digest.update(repr(row).encode())
    return digest.hexdigest()[:16]
