"""How often each person is right, and what is true, both learned from the votes: one coin for each person.

Expectation and maximisation in turn: what is true follows from the people's accuracies, their accuracies from
what is true, until neither moves. A full confusion matrix for each person would need hundreds of votes of
everybody; one number with a prior needs a dozen (docs/adr/0003-vote-rule.md).

Source: Dawid and Skene, Applied Statistics 28 (1979), in its one-coin form.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from truther.rules.posterior import ANSWERS

# Beta(9, 1): everybody begins with ten imagined answers, nine of them right. The mean is kept, not the mode,
# which would be 1 for somebody new; as a step of EM it is the mode under Beta(10, 2), so it still converges.
PRIOR_RIGHT, PRIOR_WRONG = 9.0, 1.0
STILL = 1e-6  # no accuracy moves by more: done
MOST_ROUNDS = 500

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of one person."""

    accuracy: float  # share of answers that are right, in (0, 1)
    answers: int  # on photos that others have answered too, or whose truth is known


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the votes say of people and photos."""

    people: Mapping[str, Person]
    answers: Mapping[str, str]  # the likeliest of each photo; of equals, the first in the alphabet
    rounds: int
    converged: bool


@dataclass(frozen=True, slots=True)
class _Table:
    """The votes as numbers: a pair is one photo with one answer that somebody gave."""

    people: list[str]
    pairs: list[tuple[str, str]]  # sorted: those of one photo stand together
    person: Ints  # (votes,)
    pair: Ints  # (votes,)
    compared: Floats  # (votes,): 1 where others answered too or the truth is known, else 0
    photo: Ints  # (pairs,)
    begins: Ints  # (photos,): each photo's first pair
    unseen: Floats  # (photos,): answers nobody gave
    known: NDArray[np.bool_]  # (pairs,): the photo's truth is known
    true: Floats  # (pairs,): 1 where the pair is that truth


def estimate(votes: Iterable[tuple[str, str, str]], known: Mapping[str, str] | None = None) -> Estimate:
    """Return how often people are right and what is likeliest true, the same for votes in any order.

    Args:
        votes: photo, person, answer; at most one for each photo and person, without "can't tell".
        known: the truth of photos on which it is sure; it is not asked what the votes say of those.
    """
    table = _table_of(votes, known or {})
    if not table.people:
        return Estimate({}, {}, 0, converged=True)
    answers = np.bincount(table.person, weights=table.compared)
    accuracy = np.full(len(table.people), PRIOR_RIGHT / (PRIOR_RIGHT + PRIOR_WRONG))
    rounds, moved = 0, np.inf
    while moved > STILL and rounds < MOST_ROUNDS:
        chances = _chances(table, accuracy)
        right = np.bincount(table.person, weights=chances[table.pair] * table.compared)
        fresh = (PRIOR_RIGHT + right) / (PRIOR_RIGHT + PRIOR_WRONG + answers)
        moved, accuracy, rounds = float(np.abs(fresh - accuracy).max()), fresh, rounds + 1
    people = {
        name: Person(float(share), int(count))
        for name, share, count in zip(table.people, accuracy, answers, strict=True)
    }
    return Estimate(people, _likeliest(table, _chances(table, accuracy)), rounds, moved <= STILL)


def _chances(table: _Table, accuracy: Floats) -> Floats:
    """Return the probability of each pair, its photo's answer being the true one; (pairs,) in [0, 1]."""
    weights = np.log(accuracy * (ANSWERS - 1) / (1 - accuracy))
    scores = np.bincount(table.pair, weights=weights[table.person], minlength=len(table.pairs))
    top = np.maximum(np.maximum.reduceat(scores, table.begins), 0.0)  # 0: the score of what nobody said
    mass = np.exp(scores - top[table.photo])
    whole = np.add.reduceat(mass, table.begins) + table.unseen * np.exp(-top)
    return np.where(table.known, table.true, mass / whole[table.photo])


def _likeliest(table: _Table, chances: Floats) -> dict[str, str]:
    best: dict[str, tuple[float, str]] = {}
    for (photo, answer), chance in zip(table.pairs, chances.tolist(), strict=True):
        if photo not in best or chance > best[photo][0]:
            best[photo] = (chance, answer)
    return {photo: answer for photo, (_, answer) in best.items()}


def _table_of(votes: Iterable[tuple[str, str, str]], known: Mapping[str, str]) -> _Table:
    cast = sorted(votes)  # sums of floats depend on the order: the same votes give the same digits
    pairs = sorted({(photo, answer) for photo, _, answer in cast})
    people = sorted({person for _, person, _ in cast})
    pair_number = {pair: number for number, pair in enumerate(pairs)}
    person_number = {person: number for number, person in enumerate(people)}
    photos = list(dict.fromkeys(photo for photo, _ in pairs))
    photo_number = {photo: number for number, photo in enumerate(photos)}
    photo = np.array([photo_number[name] for name, _ in pairs], np.int64)
    pair = np.array([pair_number[name, answer] for name, _, answer in cast], np.int64)
    is_known = np.array([name in known for name, _ in pairs], np.bool_)
    voters = np.bincount(photo[pair], minlength=len(photos)) if cast else photo
    alone = voters[photo[pair]] < 2 if cast else np.zeros(0, np.bool_)
    return _Table(
        people=people,
        pairs=pairs,
        person=np.array([person_number[person] for _, person, _ in cast], np.int64),
        pair=pair,
        compared=(~alone | is_known[pair]).astype(np.float64),
        photo=photo,
        begins=np.searchsorted(photo, np.arange(len(photos))),
        unseen=np.maximum(ANSWERS - np.bincount(photo, minlength=len(photos)), 0).astype(np.float64),
        known=is_known,
        true=np.array([known.get(name) == answer for name, answer in pairs], np.float64),
    )
