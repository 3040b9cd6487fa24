"""How sure an answer is by the votes on one photo, when each counts by how often its person is right.

One coin per person: with chance `accuracy` the true answer, else one of the others, all alike. Every answer
is as likely as any other before the first vote; the model has no say. Sums are logarithms, in nats.

Source: Dawid and Skene, Applied Statistics 28 (1979), with one accuracy instead of a matrix for each person.
"""

import math
from collections.abc import Mapping

ANSWERS = 5  # what can be said of a photo: three styles offered, none of these, not a dress
AVERAGE = 0.9  # how often people are right of whom nothing is known: the mean of Beta(9, 1)
SUREST = 0.99  # nobody counts for more, however right so far


def weight(accuracy: float) -> float:
    """Return what one person's word adds to the score of an answer, never less than nothing.

    Somebody who is right less often than chance adds nothing: no vote may count against what it says.
    """
    known = min(max(accuracy, 1 / ANSWERS), SUREST)
    return max(math.log(known * (ANSWERS - 1) / (1 - known)), 0.0)


def certainty(scores: Mapping[str, float], answer: str) -> float:
    """Return the probability of one answer, in (0, 1).

    Args:
        scores: sum of weights by answer; what nobody said may be left out, of what could be said.
        answer: the answer asked about.
    """
    others = [score for each, score in scores.items() if each != answer]
    others += [0.0] * (ANSWERS - 1 - len(others))
    behind = _log_sum(others) - scores.get(answer, 0.0)
    return 1 / (1 + math.exp(behind)) if behind < 0 else math.exp(-behind) / (1 + math.exp(-behind))


def votes_missing(scores: Mapping[str, float], answer: str, threshold: float) -> int:
    """Return how many votes of average people would make an answer as sure as the threshold; 0 when it is."""
    missing, more = 0, dict(scores)
    while certainty(more, answer) < threshold:
        missing += 1
        more[answer] = scores.get(answer, 0.0) + missing * weight(AVERAGE)
    return missing


def _log_sum(scores: list[float]) -> float:
    top = max(scores)
    return top + math.log(math.fsum(math.exp(score - top) for score in scores))
