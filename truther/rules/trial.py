"""Rules tried on simulated votes: what each costs, and how often it is right when people err alike."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial

from truther.rules.accuracy import PRIOR_RIGHT, PRIOR_WRONG
from truther.rules.consensus import Ballot, Outcome, Rule, consensus_of
from truther.rules.posterior import ANSWERS, certainty, weight

START = datetime(2026, 1, 1, tzinfo=UTC)  # any moment: only the order of the votes counts


@dataclass(frozen=True, slots=True)
class World:
    """How people and the model err; shares and chances in [0, 1]."""

    name: str
    accuracy: float = 0.9  # people are right so often, on photos that are not hard
    alike: bool = True  # everybody is; otherwise accuracies are spread as Beta(9, 1), and the rule knows them
    careless: float = 0.0  # share of the votes by people right half of the time; the rule knows them too
    answers: int = 0  # by so many known answers the rule knows each person; 0: exactly
    hard: float = 0.0  # share of hard photos
    accuracy_hard: float = 0.6  # people on those; the rule does not know which they are
    drift: float = 0.0  # of the errors: take the model's first guess, when that is wrong
    guess: float = 0.85  # the model's first guess is right so often; its claims are spread, and true
    guess_hard: float = 0.5  # on hard photos, where it claims as much


CALM = World("calm")
STRESS = World("stress", hard=0.15, drift=0.6)
MIXED = World("mixed people", alike=False)
MIXED_STRESS = World("mixed, stress", alike=False, hard=0.15, drift=0.6)
CARELESS = World("careless, stress", alike=False, careless=0.2, hard=0.15, drift=0.6)
BARELY_KNOWN = replace(CARELESS, name="careless, stress, known by 14 answers each", answers=14)
WORLDS = (CALM, STRESS, MIXED, MIXED_STRESS, CARELESS, BARELY_KNOWN)


@dataclass(frozen=True, slots=True)
class Scene:
    """One photo: what is true, what the model guesses first, and what people say, in order."""

    truth: str
    guess: str
    claim: float  # how sure the model says it is of its guess
    ballots: tuple[Ballot, ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """One rule in one world."""

    rule: str
    world: str
    photos: int
    votes: float  # counted votes a photo, contested ones included
    right: float  # of what was settled, the share that is true
    contested: float  # share of photos that go to the experts


Settle = Callable[[Scene], Outcome]

RULES = (
    ("one vote", Rule("one", first_to=1, min_humans=1, cap=1)),
    ("first to 2, cap 5", Rule("two", first_to=2, cap=5)),
    ("first to 3, cap 7", Rule("three", first_to=3, cap=7)),
    ("posterior .98, cap 5", Rule("p98", "posterior", cap=5, posterior=0.98)),
    ("posterior .99, cap 5", Rule("p99", "posterior", cap=5, posterior=0.99)),
    ("posterior .99, cap 7", Rule("p99c7", "posterior", cap=7, posterior=0.99)),
)
WITH_PRIOR = (
    "posterior .99, cap 7, model’s prior",
    Rule("prior", "posterior", cap=7, posterior=0.99),
)


def try_rules(worlds: Sequence[World] = WORLDS, *, photos: int, seed: int) -> Iterator[Tried]:
    """Try every rule on the same photos and votes of each world.

    Args:
        worlds: the worlds to try them in.
        photos: simulated photos of each world.
        seed: the same seed gives the same table.
    """
    for world in worlds:
        scenes = list(scenes_of(world, photos=photos, seed=seed))
        for name, rule in RULES:
            yield _measured(name, world, scenes, partial(_by_votes, rule))
        name, rule = WITH_PRIOR
        yield _measured(name, world, scenes, partial(_with_prior, rule))


def scenes_of(world: World, *, photos: int, seed: int) -> Iterator[Scene]:
    """Make photos and the votes people would cast on them, one for each that a rule could ask for.

    The answers are all styles: "none of these" and "can't tell" call an expert by themselves.
    """
    chance = random.Random(f"{seed} {world.name}")
    answers = [f"style:{number}" for number in range(ANSWERS)]
    most = max(rule.cap for _, rule in (*RULES, WITH_PRIOR))
    for number in range(photos):
        truth, hard = chance.choice(answers), chance.random() < world.hard
        wrong = [answer for answer in answers if answer != truth]
        claim = chance.betavariate(world.guess / (1 - world.guess), 1)
        model_right = chance.random() < (claim * world.guess_hard / world.guess if hard else claim)
        guess = truth if model_right else chance.choice(wrong)
        ballots = []
        for place in range(most):
            known = world.accuracy if world.alike else chance.betavariate(9, 1)
            known = 0.5 if chance.random() < world.careless else known
            right = chance.random() < (known * world.accuracy_hard / world.accuracy if hard else known)
            drifts = chance.random() < world.drift and guess != truth
            said = truth if right else guess if drifts else chance.choice(wrong)
            cast_at = START + timedelta(minutes=place)
            believed = _believed(known, world.answers, chance)
            ballots.append(Ballot(f"{number}-{place}", f"p{place}", said, cast_at, accuracy=believed))
        yield Scene(truth, guess, claim, tuple(ballots))


def _believed(accuracy: float, answers: int, chance: random.Random) -> float:
    """Return what an estimate by so many known answers makes of a person; the truth when there are none."""
    if not answers:
        return accuracy
    right = sum(chance.random() < accuracy for _ in range(answers))
    return (PRIOR_RIGHT + right) / (PRIOR_RIGHT + PRIOR_WRONG + answers)


def _measured(name: str, world: World, scenes: Sequence[Scene], settle: Settle) -> Tried:
    votes = settled = right = contested = 0
    for scene in scenes:
        outcome = settle(scene)
        votes += outcome.votes
        settled += outcome.state == "settled"
        contested += outcome.state == "contested"
        right += outcome.answer == scene.truth
    photos = len(scenes)
    return Tried(name, world.name, photos, votes / photos, right / max(settled, 1), contested / photos)


def _by_votes(rule: Rule, scene: Scene) -> Outcome:
    return consensus_of(scene.ballots, rule)


def _with_prior(rule: Rule, scene: Scene) -> Outcome:
    """Let the model's first guess speak before the first vote: what no rule of ours does, to compare with."""
    scores = {scene.guess: weight(scene.claim)}
    for number, ballot in enumerate(scene.ballots[: rule.cap], start=1):
        scores[ballot.answer] = scores.get(ballot.answer, 0.0) + weight(ballot.accuracy)
        best = max(scores, key=lambda answer: (scores[answer], answer))
        if number >= rule.min_humans and certainty(scores, best) >= rule.posterior:
            return Outcome("settled", 0, number, answer=best)
    return Outcome("contested", 0, rule.cap, why="split")
