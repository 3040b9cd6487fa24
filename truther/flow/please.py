"""For pleasure: bonus rounds and smiles. Kept for those who gave them, and never counted as votes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from truther.models import Bonus, Smile
from truther.models.album import picture_of
from truther.models.fields import milliseconds
from truther.models.pleasures import Riddle, bonus_id
from truther.models.twins import next_riddle, riddle_again

ROUND = 5  # questions
PASSED = ""  # the answer of whoever passes a question over


class NextRiddle(Protocol):
    """Finds the next question for a person."""

    def __call__(self, person_id: str, *, now: datetime) -> Riddle | None:
        """Return it, the same one until it is answered; None when there is none."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of round."""

    asks: str
    next: NextRiddle
    again: Callable[[str, str], Riddle | None]  # photo, person -> a question that was asked


KINDS: Mapping[str, Kind] = {"twins": Kind("Which of the two is it?", next_riddle, riddle_again)}


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a round."""

    kind: str
    asks: str
    number: int  # of the round, from 1
    riddle: Riddle


@dataclass(frozen=True, slots=True)
class Told:
    """An answer, and how it was."""

    number: int  # of the round, from 1
    riddle: Riddle
    answer: str
    right: bool | None  # None: passed over
    round_right: int  # of this round so far
    round_over: bool


class NothingToAsk(Exception):
    """There is no question for this person now; the text is a sentence for people."""


class Refusal(Exception):
    """An answer or a smile that cannot be kept; the text is a sentence for people."""


def next_question(person_id: str, *, kind: str, now: datetime) -> Question:
    """Return a person's next question: the same one until it is answered.

    Raises:
        NothingToAsk: too few photos are sure yet, or the person knows them all.
    """
    riddle = KINDS[kind].next(person_id, now=milliseconds(now))
    if riddle is None:
        raise NothingToAsk("No twins just now: a round is made of photos that others have settled.")
    return Question(kind, KINDS[kind].asks, Bonus.objects.answered(person_id, kind) % ROUND + 1, riddle)


def answer(person_id: str, *, kind: str, photo_id: str, said: str, now: datetime) -> Bonus:
    """Keep one answer, and return it; an answer given before stays as it was.

    Raises:
        Refusal: this was never asked, or it is none of the two.
    """
    riddle = KINDS[kind].again(photo_id, person_id)
    if riddle is None:
        raise Refusal("That question is not open any more. Take the next one.")
    options = [option.sku for option in riddle.options]
    if said not in (PASSED, *options):
        raise Refusal("Choose one of the two, or pass.")
    row = Bonus(
        id=bonus_id(person_id, kind, photo_id),
        person=person_id,
        kind=kind,
        photo_id=photo_id,
        options=options,
        answer=said,
        right=None if said == PASSED else said == riddle.true,
        answered_at=milliseconds(now),
    )
    return row if Bonus.objects.keep(row) else Bonus.objects.get(pk=row.pk)


def told(person_id: str, answer_id: str) -> Told | None:
    """Return one of a person's answers with its question, or None when there is no such answer any more."""
    row = Bonus.objects.of_person(person_id).filter(pk=answer_id).first()
    riddle = KINDS[row.kind].again(row.photo_id, person_id) if row else None
    if row is None or riddle is None:
        return None
    given = list(Bonus.objects.of_person(person_id).filter(kind=row.kind).reverse())
    place = [each.pk for each in given].index(row.pk)
    begins = place // ROUND * ROUND
    return Told(
        number=place - begins + 1,
        riddle=riddle,
        answer=row.answer,
        right=row.right,
        round_right=sum(each.right is True for each in given[begins : place + 1]),
        round_over=place - begins + 1 == ROUND,
    )


def smile(photo_id: str, *, person_id: str, on: bool, now: datetime) -> None:
    """Keep that a photo of the album made a person smile, or take it back; repeating changes nothing.

    Raises:
        Refusal: the photo does not hang in the album.
    """
    if not on:
        Smile.objects.take_back(photo_id, person_id)
    elif picture_of(photo_id, person_id) is None:
        raise Refusal("That photo does not hang in the album any more.")
    else:
        Smile.objects.keep(photo_id, person_id, now=milliseconds(now))
