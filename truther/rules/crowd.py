"""A crowd with known truth, and three ways to count it: what one number a person buys over a majority."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, median

import numpy as np
from numpy.typing import NDArray

from truther.rules import accuracy
from truther.rules.posterior import ANSWERS

LOOKS = 2.4  # votes a photo
MEDIAN_VOTES = 14  # of a person
SPREAD = 1.0  # standard deviation of the logarithm of a person's votes
SMOOTHING = 0.01  # added to each cell of a confusion matrix, so that nothing is impossible
ROUNDS = 100

Vote = tuple[str, str, str]  # photo, person, answer


@dataclass(frozen=True, slots=True)
class Crowd:
    """Votes, and what is true."""

    votes: tuple[Vote, ...]
    truths: Mapping[str, str]
    accuracies: Mapping[str, float]

    @property
    def median_votes(self) -> float:
        """Votes of the person in the middle."""
        return median(Counter(person for _, person, _ in self.votes).values())


@dataclass(frozen=True, slots=True)
class Counted:
    """One way to count, over several crowds."""

    name: str
    right: float  # mean share of the photos that somebody answered
    seeds: int


def gather(votes: int, *, seed: int) -> Crowd:
    """Make a crowd: accuracies spread as Beta(9, 1), a few people with many votes and many with few.

    Errors are spread evenly over the other answers. Nobody answers a photo twice.
    """
    chance = np.random.default_rng(seed)
    photos = max(round(votes / LOOKS), 1)
    truths = [f"style:{number}" for number in chance.integers(ANSWERS, size=photos)]
    cast: list[Vote] = []
    accuracies: dict[str, float] = {}
    while len(cast) < votes:
        wanted = round(float(np.exp(chance.normal(np.log(MEDIAN_VOTES), SPREAD))))
        count = min(max(wanted, 1), votes - len(cast), photos)
        person = f"person-{len(accuracies):05d}"
        accuracies[person] = float(chance.beta(9, 1))
        for photo in chance.choice(photos, size=count, replace=False):
            truth = truths[photo]
            others = [f"style:{number}" for number in range(ANSWERS) if f"style:{number}" != truth]
            right = chance.random() < accuracies[person]
            cast.append((f"photo-{photo:06d}", person, truth if right else str(chance.choice(others))))
    return Crowd(
        tuple(cast), {f"photo-{number:06d}": truth for number, truth in enumerate(truths)}, accuracies
    )


def count_crowds(votes: int, *, seeds: Sequence[int]) -> list[Counted]:
    """Count the same crowds in each way."""
    crowds = [gather(votes, seed=seed) for seed in seeds]
    return [
        Counted(name, mean(_right(count(crowd.votes), crowd) for crowd in crowds), len(crowds))
        for name, count in WAYS.items()
    ]


def majority(votes: Sequence[Vote]) -> dict[str, str]:
    """Return the answer most people gave to each photo; of equals, the first given."""
    tallies: dict[str, Counter[str]] = {}
    for photo, _, answer in votes:
        tallies.setdefault(photo, Counter())[answer] += 1
    return {photo: tally.most_common(1)[0][0] for photo, tally in tallies.items()}


def one_coin(votes: Sequence[Vote]) -> dict[str, str]:
    """Return the likeliest answer of each photo, with one accuracy for each person."""
    return dict(accuracy.estimate(votes).answers)


def dawid_skene(votes: Sequence[Vote]) -> dict[str, str]:
    """Return the likeliest answer of each photo, with a confusion matrix for each person.

    Maximum likelihood, begun at the shares of the votes.

    Source: Dawid and Skene, Applied Statistics 28 (1979).
    """
    columns = (np.unique(column, return_inverse=True) for column in zip(*votes, strict=True))
    (photos, photo), (people, person), (answers, answer) = columns
    beliefs = np.zeros((len(photos), len(answers)))
    np.add.at(beliefs, (photo, answer), 1.0)
    beliefs /= beliefs.sum(axis=1, keepdims=True)
    for _ in range(ROUNDS):
        beliefs = _ds_round(beliefs, photo, person, answer, len(people))
    return dict(zip(photos.tolist(), answers[beliefs.argmax(axis=1)].tolist(), strict=True))


WAYS: Mapping[str, Callable[[Sequence[Vote]], dict[str, str]]] = {
    "one-coin EM, Beta(9, 1)": one_coin,
    "majority": majority,
    "full Dawid-Skene": dawid_skene,
}


def _ds_round(
    beliefs: NDArray[np.float64],
    photo: NDArray[np.int64],
    person: NDArray[np.int64],
    answer: NDArray[np.int64],
    people: int,
) -> NDArray[np.float64]:
    """Make one turn of EM; beliefs (photos, answers) sum to 1 in each row."""
    kinds = beliefs.shape[1]
    confusion = np.full((people, kinds, kinds), SMOOTHING)  # [person, said, true]
    np.add.at(confusion, (person, answer), beliefs[photo])
    confusion /= confusion.sum(axis=1, keepdims=True)
    scores = np.tile(np.log(beliefs.mean(axis=0) + SMOOTHING / len(beliefs)), (len(beliefs), 1))
    np.add.at(scores, photo, np.log(confusion[person, answer]))
    scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    fresh: NDArray[np.float64] = scores / scores.sum(axis=1, keepdims=True)
    return fresh


def _right(said: Mapping[str, str], crowd: Crowd) -> float:
    return sum(crowd.truths[photo] == answer for photo, answer in said.items()) / len(said)
