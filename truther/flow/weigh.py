"""Weigh people's words: estimate from the votes how often each person is right."""

import logging
from dataclasses import dataclass
from datetime import datetime

from truther.models import Player
from truther.models.evidence import evidence
from truther.models.fields import milliseconds
from truther.rules import accuracy

logger = logging.getLogger(__name__)

MOST_VOTES = 300_000  # the latest; who has none among them keeps the estimate there is


@dataclass(frozen=True, slots=True)
class Estimated:
    """What an estimation came to."""

    people: int  # whose accuracy was written down
    known: int  # photos whose truth was known beforehand


def estimate(*, now: datetime) -> Estimated:
    """Estimate everybody's accuracy anew and write it down; votes cast from now on carry it.

    Votes that are stored keep the accuracy they were cast with, so that what they settled stays settled.
    """
    ground = evidence(MOST_VOTES)
    found = accuracy.estimate(ground.votes, ground.known)
    if not found.converged:
        logger.warning("accuracies still moved after %s rounds", found.rounds)
    at = milliseconds(now)
    for name, person in sorted(found.people.items()):
        Player.objects.note(name, accuracy=person.accuracy, answers_known=person.answers, accuracy_at=at)
    return Estimated(people=len(found.people), known=len(ground.known))
