"""What another rule would change: stored votes counted again, and photos that would stand elsewhere."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from truther.models import Style, VoteRule
from truther.models.bench import WORDS
from truther.models.hindsight import Recounted, Sample, recounted, sample
from truther.models.votes import Choice
from truther.rules.consensus import Outcome, Rule

MOST_PHOTOS = 20_000  # looked at by a preview; of more, so many are drawn by lot
EXAMPLES = 6  # shown of each kind of change
KINDS = {  # what a photo would do, in the order of how much it matters
    "differently": "would settle differently",
    "no_longer": "would not be settled",
    "newly": "would settle now",
    "to_experts": "would go to the experts",
    "reopened": "would go back to people",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One photo that would stand elsewhere."""

    photo_id: str
    image_sha: str
    width: int
    height: int
    said: tuple[tuple[str, int], ...]  # what people said, in words, and how many; most first
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Side:
    """What one rule makes of the photos that were looked at."""

    settled: int
    contested: int
    open: int
    votes: float | None  # votes a photo settled by people, on average; None when there is none


@dataclass(frozen=True, slots=True)
class Preview:
    """What another rule would change on the votes there are."""

    rule: Rule
    against: Rule  # the rule in force
    photos: int  # looked at
    of: int  # photos with votes; more than were looked at when those are a sample
    before: Side
    after: Side
    counts: Mapping[str, int]  # photos by kind of change
    examples: Mapping[str, tuple[Change, ...]]

    @property
    def changed(self) -> int:
        """Photos that would stand elsewhere."""
        return sum(self.counts.values())


def preview(rule: Rule, *, now: datetime, most: int = MOST_PHOTOS) -> Preview:
    """Count the stored votes by another rule, and compare with where the photos stand; changes nothing.

    Late votes and audits are left out, as they are from every count. So a stricter rule seems to undo more
    than it would have: the votes it would have waited for were not asked for.

    Args:
        rule: the rule to try; its version is of no matter.
        now: when somebody asks.
        most: photos looked at; when there are more with votes, about so many are drawn by lot.
    """
    drawn = sample(most)
    counts: Counter[str] = Counter()
    found: dict[str, list[Recounted]] = {kind: [] for kind in KINDS}
    before, after = _Tally(), _Tally()
    for one in recounted(drawn.photo_ids, rule, now=now):
        before.add(one.before)
        after.add(one.after)
        kind = _kind(one.before, one.after)
        counts[kind] += 1
        if kind and len(found[kind]) < EXAMPLES:
            found[kind].append(one)
    return _report(rule, VoteRule.objects.active_rule(now=now), drawn, before, after, counts, found)


class _Tally:
    """What one rule makes of photos, summed up."""

    def __init__(self) -> None:
        self.states: Counter[str] = Counter()
        self.by_people = self.votes = 0

    def add(self, outcome: Outcome) -> None:
        self.states[outcome.state] += 1
        if outcome.state == "settled" and not outcome.by_expert:
            self.by_people += 1
            self.votes += outcome.votes

    def side(self) -> Side:
        mean = self.votes / self.by_people if self.by_people else None
        return Side(self.states["settled"], self.states["contested"], self.states["open"], mean)


def _kind(before: Outcome, after: Outcome) -> str:
    """Return the kind of change, or "" when the photo stays where it is."""
    if before.state == after.state:
        return "differently" if before.answer != after.answer else ""
    if before.state == "settled":
        return "no_longer"
    return {"settled": "newly", "contested": "to_experts", "open": "reopened"}[after.state]


def _report(
    rule: Rule,
    against: Rule,
    drawn: Sample,
    before: _Tally,
    after: _Tally,
    counts: Mapping[str, int],
    found: Mapping[str, list[Recounted]],
) -> Preview:
    names = _names(outcome for ones in found.values() for one in ones for outcome in (one.before, one.after))
    return Preview(
        rule=rule,
        against=against,
        photos=before.states.total(),
        of=drawn.of,
        before=before.side(),
        after=after.side(),
        counts={kind: counts[kind] for kind in KINDS},
        examples={kind: tuple(_change(one, names) for one in ones) for kind, ones in found.items()},
    )


def _change(one: Recounted, names: Mapping[str, str]) -> Change:
    fuller = max(one.before, one.after, key=lambda outcome: outcome.votes)
    tally = sorted(fuller.tally.items(), key=lambda item: (-item[1], item[0]))
    return Change(
        photo_id=one.photo.pk,
        image_sha=one.photo.sha256,
        width=one.photo.width,
        height=one.photo.height,
        said=tuple((_in_words(answer, names), votes) for answer, votes in tally),
        before=_stand_in_words(one.before, names),
        after=_stand_in_words(one.after, names),
    )


def _stand_in_words(outcome: Outcome, names: Mapping[str, str]) -> str:
    if outcome.state == "settled":
        return _in_words(outcome.answer, names)
    if outcome.state == "contested":
        return "with the experts"
    return f"open, {outcome.need} more vote{'s' if outcome.need > 1 else ''} at best"


def _in_words(answer: str, names: Mapping[str, str]) -> str:
    if answer.startswith("style:"):
        return names.get(answer, answer.removeprefix("style:"))
    return WORDS[Choice(answer)]


def _names(outcomes: Iterable[Outcome]) -> dict[str, str]:
    skus = {
        answer.removeprefix("style:")
        for outcome in outcomes
        for answer in outcome.tally
        if answer.startswith("style:")
    }
    return {f"style:{sku}": style.name for sku, style in Style.objects.in_bulk(sorted(skus)).items()}
