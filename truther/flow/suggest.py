"""What to offer a customer now: stored lists, without what cannot be sent on the day or in the size.

Reads rows only and loads no recsys: the web process calls it. Who is not known yet gets what is popular.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from truther import rack
from truther.models import RecommendationList, RecommenderRun, Rental, SimilarStyles, Style
from truther.rules.stock import stock_of

NOBODY = "No recommender serves yet: import rentals and let a night pass."
STRANGER = "Nothing is known of this customer yet, so it is what others took lately."
KNOWN = "From what this customer rented and posted."


@dataclass(frozen=True, slots=True)
class Because:
    """One of her own dresses, and how much of the score it makes."""

    style: Style
    amount: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One dress that can be sent; score = base + what each of her dresses adds, the largest by name."""

    style: Style
    score: float
    source: str  # "model" or "popular"
    base: float | None  # None: this score cannot be taken apart
    because: tuple[Because, ...]

    @property
    def rest(self) -> float | None:
        """What is left of the score: dresses of hers that are not named."""
        if self.base is None:
            return None
        return round(self.score - self.base - sum(one.amount for one in self.because), 6)


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What was found for one question."""

    recommender: str
    model: str
    why: str
    day: date
    size: str
    items: tuple[Suggestion, ...]
    left_out: dict[str, int]  # better ones that could not be sent, by reason


@dataclass(frozen=True, slots=True)
class Ask:
    """When and in which size it is to be worn."""

    day: date
    size: str
    count: int


class _Entry(NamedTuple):
    """One line of a stored list."""

    sku: str
    score: float
    source: str
    base: float | None
    because: Sequence[tuple[str, float]]


def suggest(customer: str, ask: Ask, *, now: datetime) -> Suggestions:
    """The best dresses for a customer that can be sent, and why; hers of before never come again."""
    run = _serving()
    if run is None:
        return Suggestions("", "", NOBODY, ask.day, ask.size, (), {})
    stored = RecommendationList.objects.of(run.pk, customer)
    ranked = list(_ranked(stored, run))
    styles, left_out = _sendable([entry.sku for entry in ranked], ask, had=_had(customer, now))
    chosen = [entry for entry in ranked if entry.sku in styles][: ask.count]
    # Only what stands above the last one that is shown was left out of this answer.
    last = ranked.index(chosen[-1]) if len(chosen) == ask.count else len(ranked)
    counted = Counter(left_out[entry.sku] for entry in ranked[:last] if entry.sku in left_out)
    own = Style.objects.in_bulk({sku for entry in chosen for sku, _ in entry.because})
    items = tuple(_suggestion(entry, styles, own) for entry in chosen)
    why = KNOWN if stored is not None and stored.source == "model" else STRANGER
    return Suggestions(run.pk, run.spec, why, ask.day, ask.size, items, dict(counted))


def similar(sku: str, ask: Ask) -> Suggestions:
    """The dresses that go to the customers of one dress, of those that can be sent."""
    run = _serving()
    if run is None:
        return Suggestions("", "", NOBODY, ask.day, ask.size, (), {})
    found = SimilarStyles.objects.of(run.pk, sku)
    styles, left_out = _sendable([other for other, _ in found], ask, had=())
    items = [
        Suggestion(styles[other], likeness, "model", None, ()) for other, likeness in found if other in styles
    ]
    why = "" if found else "Too few customers had this dress to say what goes with it."
    counted = Counter(left_out.values())
    return Suggestions(run.pk, run.spec, why, ask.day, ask.size, tuple(items[: ask.count]), dict(counted))


def _serving() -> RecommenderRun | None:
    return RecommenderRun.objects.of(rack.champion())


def _ranked(stored: RecommendationList | None, run: RecommenderRun) -> Iterator[_Entry]:
    """Her list, then what is popular: the end is reached only when a day or a size took much away."""
    seen = set()
    for sku, score, base, because in stored.items if stored else ():
        seen.add(sku)
        explained = stored is not None and stored.source == "model" and bool(because)
        yield _Entry(sku, score, stored.source if stored else "", base if explained else None, because)
    for sku, count in run.popular:
        if sku not in seen:
            yield _Entry(sku, count, "popular", None, ())


def _had(customer: str, now: datetime) -> set[str]:
    """What she rented until now, later than the night that made her list included."""
    return set(Rental.objects.skus_of(customer, until=now))


def _sendable(
    skus: Sequence[str], ask: Ask, *, had: Collection[str]
) -> tuple[dict[str, Style], dict[str, str]]:
    """The styles that can be sent, and why the others cannot; those she had are in neither."""
    wanted = [sku for sku in skus if sku not in had]
    styles, sizes = Style.objects.in_bulk(wanted), Rental.objects.sizes_of(wanted)
    away: dict[str, list[str]] = {}
    for piece in Rental.objects.out_on(ask.day, wanted):
        away.setdefault(piece.sku, []).append(piece.size)
    left_out = {}
    for sku, style in styles.items():
        stock = stock_of(style.attributes, style.acquired_on, style.retired_on, sizes.get(sku, ()))
        if why := stock.why_not(ask.day, ask.size, away.get(sku, [])):
            left_out[sku] = why
    return {sku: style for sku, style in styles.items() if sku not in left_out}, left_out


def _suggestion(entry: _Entry, styles: dict[str, Style], own: dict[str, Style]) -> Suggestion:
    named = tuple(Because(own[mine], amount) for mine, amount in entry.because if mine in own)
    return Suggestion(styles[entry.sku], entry.score, entry.source, entry.base, named)
