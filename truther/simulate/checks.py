"""What must hold whatever was played: a simulation that breaks one of these has found a fault."""

from collections.abc import Iterator, Sequence

from truther.models import Photo, Vote
from truther.rules.consensus import Rule
from truther.simulate.play import Ledger

CHUNK = 500


def broken(ledger: Ledger, *, rule: Rule, drifts: int) -> list[str]:
    """Return a sentence for each promise that was not kept; none when all were.

    Args:
        drifts: differences between what was stored and what the votes say, found by all re-derivations.
    """
    codes = ", ".join(sorted(ledger.refused))
    found = (
        (len(ledger.repeats), "{} photos were shown again to somebody who had them already."),
        (ledger.refused.total(), f"{{}} votes were refused: {codes}."),
        (_lost(ledger), "{} acknowledged votes are not in the database."),
        (_not_undone(ledger), "{} votes that were taken back still stand."),
        (_over_cap(rule), f"{{}} photos were counted past the cap of {rule.cap} votes."),
        (drifts, "{} tallies, states or golden records had drifted from their votes."),
    )
    return [sentence.format(count) for count, sentence in found if count]


def _lost(ledger: Ledger) -> int:
    standing = set(ledger.acknowledged) - ledger.undone
    return sum(len(names) - _live(names) for names in _chunks(sorted(standing)))


def _not_undone(ledger: Ledger) -> int:
    return sum(_live(names) for names in _chunks(sorted(ledger.undone)))


def _live(names: Sequence[str]) -> int:
    return Vote.objects.live().filter(pk__in=names).count()


def _over_cap(rule: Rule) -> int:
    names = list(Photo.objects.order_by("pk").values_list("pk", flat=True))
    counted = (ballots for chunk in _chunks(names) for ballots in Vote.objects.ballots(chunk).values())
    return sum(sum(not ballot.expert for ballot in ballots) > rule.cap for ballots in counted)


def _chunks(names: Sequence[str]) -> Iterator[Sequence[str]]:
    return (names[start : start + CHUNK] for start in range(0, len(names), CHUNK))
