"""What there is to tell a person after a vote: kind words, and never before the vote."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from truther.models.compared import Compared
from truther.models.golden import Golden, Verdict
from truther.models.photos import Photo
from truther.models.players import Player
from truther.models.sessions import Serve, ServeReason
from truther.models.styles import Style
from truther.models.votes import Choice, Vote

Kind = Literal["settled", "find", "agreed", "known"]
PLAIN = ("neckline", "sleeve", "length", "silhouette", "pattern", "colour")  # what everybody can see
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True, slots=True)
class News:
    """One sentence or two about a photo the person has just answered."""

    kind: Kind
    words: str


@dataclass(frozen=True, slots=True)
class Known:
    """What is known by now about the photos of a few votes."""

    records: Mapping[str, Golden]
    tallies: Mapping[str, Mapping[str, int]]
    styles: Mapping[str, Style]
    options: Mapping[str, Sequence[str]]  # what was offered, by serve, where it matters

    def name_of(self, sku: str) -> str:
        """Return what people call a style."""
        return self.styles[sku].name or sku if sku in self.styles else sku


def news_of(votes: Iterable[Vote], person_id: str) -> dict[str, News]:
    """Return the news about a person's votes that stand, by vote; none for who does not want any.

    Somebody who saw it differently is told nothing, except where the answer was known before. A blind second
    look is answered like any vote on a photo that others have settled.
    """
    standing = [vote for vote in votes if vote.live and vote.choice != Choice.CANT_TELL]
    if not standing or not Player.objects.of(person_id).enjoys("news"):
        return {}
    known = _read(standing)
    told = {vote.pk: _known(vote, known) if _is_gold(vote) else _found_out(vote, known) for vote in standing}
    return {vote_id: news for vote_id, news in told.items() if news is not None}


def _read(votes: Sequence[Vote]) -> Known:
    photo_ids = [vote.photo_id for vote in votes]
    records = Golden.objects.in_bulk(photo_ids)
    skus = {vote.style for vote in votes} | {record.style for record in records.values()}
    doubted = [vote.serve_id for vote in votes if _is_gold(vote) and vote.choice == Choice.NONE]
    return Known(
        records=records,
        tallies=dict(Photo.objects.filter(pk__in=photo_ids).values_list("pk", "tally")),
        styles=Style.objects.in_bulk(sorted(skus - {""})),
        options=dict(Serve.objects.filter(pk__in=doubted).values_list("pk", "options")) if doubted else {},
    )


def _is_gold(vote: Vote) -> bool:
    return vote.audit and vote.reason == ServeReason.GOLD


def _confirms(record: Golden, vote: Vote) -> bool:
    said = Compared(record.verdict, record.style, record.settled_at)
    return said.confirms(vote.choice, vote.style)


def _found_out(vote: Vote, known: Known) -> News | None:
    """Return what came of a vote on a photo whose answer nobody had told before."""
    record = known.records.get(vote.photo_id)
    if record is not None and not _confirms(record, vote):
        return None
    it = f"the {known.name_of(vote.style)}"
    if record is not None and vote.choice == Choice.STYLE and vote.place < 0:
        return News("find", f"Your find: nobody had offered {it}.")
    if record is not None and vote.counts and record.settled_at == vote.cast_at:
        return News("settled", f"You settled this one: {it if vote.style else 'not a dress'}.")
    others = known.tallies.get(vote.photo_id, {}).get(vote.answer, 0) - vote.counts
    return _agreed(others, vote, it) if others > 0 else None


def _agreed(others: int, vote: Vote, it: str) -> News:
    number = NUMBERS[others] if others < len(NUMBERS) else str(others)
    who = "One other person" if others == 1 else f"{number.capitalize()} others"
    said = {Choice.NONE: "found none of these", Choice.NOT_DRESS: "saw no dress here"}
    return News("agreed", f"{who} {said.get(Choice(vote.choice), f'saw {it}')} too.")


def _known(vote: Vote, known: Known) -> News | None:
    """Return what was known of a photo before; None when it was unsettled meanwhile."""
    record = known.records.get(vote.photo_id)
    if record is None:
        return None
    it = {Verdict.NOT_DRESS: "not a dress", Verdict.UNLISTED: "a dress, but none of ours"}.get(
        Verdict(record.verdict), f"the {known.name_of(record.style)}"
    )
    if _confirms(record, vote):
        who = "The stylists say" if record.by_expert else "Everybody asked says"
        return News("known", f"{who} so too: {it}.")
    if (
        vote.choice == Choice.NONE
        and record.style
        and record.style not in known.options.get(vote.serve_id, [])
    ):
        return News("known", f"None of these, indeed. It is {it}.")
    return News("known", f"This one is known: it is {it}.{_difference(vote, record, known)}")


def _difference(vote: Vote, record: Golden, known: Known) -> str:
    """Return by what the chosen style can be told from the true one, if the catalogue says."""
    chosen, true = known.styles.get(vote.style), known.styles.get(record.style)
    if chosen is None or true is None:
        return ""
    both = true.attributes.keys() & chosen.attributes.keys()
    apart = [trait for trait in both if true.attributes[trait] != chosen.attributes[trait]]
    plain = [trait for trait in PLAIN if trait in apart] or sorted(apart)
    return f" The {plain[0]} tells the two apart." if plain else ""
