"""The bench of the experts: contested photos, disputed audits and what DeepDress doubts, as cards."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from truther.models.audits import Audit, looks_at
from truther.models.cards import Shown, shown
from truther.models.photos import Photo
from truther.models.styles import Style
from truther.models.votes import Choice, Vote

OPTIONS = 3
MANY = 1000  # more cases than that are not counted
WORDS: Mapping[str, str] = {
    Choice.NONE: "none of these",
    Choice.NOT_DRESS: "not a dress",
    Choice.CANT_TELL: "can’t tell",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case(Shown):
    """One photo that people disagree about and how they do; their choices come first among its options."""

    said: tuple[tuple[str, int], ...]  # answer in words, votes; most votes first
    left: int  # cases on the bench from this one on; at most MANY
    doubt: str = ""  # what DeepDress sees instead, in words, where it disagrees with what people settled


def next_cases(person_id: str, *, most: int, first: str = "") -> list[Case]:
    """Return what this expert has not spoken on: contested photos, newest first, then disputed audits.

    Among those are photos that people settled and DeepDress sees otherwise; their cases say so.

    First votes and second looks at a disputed photo are counted together, so that nothing tells which of them
    became golden.

    Args:
        most: how many cases to return.
        first: the photo that comes before all others, if it waits: one whose judgement was taken back.
    """
    contested = Photo.objects.contested().exclude(pk__in=Vote.objects.unsure_of(person_id))
    disputed = _disputed(person_id)
    left = min(contested[:MANY].count() + len(disputed), MANY)
    asked = [first] if first in disputed or contested.filter(pk=first).exists() else []
    newest = contested.exclude(pk=first).values_list("pk", flat=True)[:most]
    names = list(dict.fromkeys([*asked, *newest, *disputed]))[:most]
    photos, looks = Photo.objects.with_posts(names), looks_at([name for name in names if name in disputed])
    doubts = dict(Audit.objects.suspected().filter(pk__in=names).values_list("pk", "found"))
    return [
        _case(
            photos[name],
            Counter(ballot.answer for ballot in looks.get(name, ())),
            left - number,
            doubts.get(name, "") if name in disputed else "",
        )
        for number, name in enumerate(names)
        if name in photos
    ]


def offered(photo: Photo) -> list[str]:
    """Return the styles of a photo's case: what people chose, what DeepDress sees instead, its candidates."""
    doubts = Audit.objects.suspected().filter(pk=photo.pk).values_list("found", flat=True)
    chosen = sorted(photo.tally, key=lambda answer: (-photo.tally[answer], answer))
    return list(dict.fromkeys([*_skus_in(chosen), *_skus_in(doubts), *_candidates(photo)]))


def _skus_in(answers: Iterable[str]) -> list[str]:
    return [answer.removeprefix("style:") for answer in answers if answer.startswith("style:")]


def _candidates(photo: Photo) -> list[str]:
    return [candidate["sku"] for candidate in photo.candidates]


def _disputed(person_id: str) -> list[str]:
    """Return the photos of disputed audits but for those the expert has answered: they need other eyes."""
    names = list(Audit.objects.disputed().values_list("pk", flat=True)[:MANY])
    if not names:
        return []
    settled = set(Photo.objects.settled().filter(pk__in=names).values_list("pk", flat=True))
    mine = Vote.objects.standing_on(names, person_id)
    return [name for name in names if name in settled and name not in mine]


def _case(photo: Photo, looks: Mapping[str, int], left: int, doubt: str) -> Case:
    votes: Counter[str] = Counter(photo.tally) + Counter(looks)
    tally = sorted(votes.items(), key=lambda item: (-item[1], item[0]))
    chosen = _skus_in(answer for answer, _ in tally)
    skus = list(dict.fromkeys([*chosen, *_skus_in([doubt]), *_candidates(photo)]))
    styles = Style.objects.in_bulk(skus)
    offered = [sku for sku in skus if sku in styles and (sku in chosen or not styles[sku].retired_on)]
    names = {f"style:{style.pk}": style.name for style in styles.values()}
    return Case(
        said=tuple((names.get(answer, WORDS.get(answer, answer)), votes) for answer, votes in tally),
        left=left,
        doubt=names.get(doubt, WORDS.get(doubt, doubt)),
        **shown(photo, offered[:OPTIONS], styles),
    )
