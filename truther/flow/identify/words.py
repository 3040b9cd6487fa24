"""What the model saw, with the catalogue's words beside its skus."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from truther.flow.identify.wire import ModelAway
from truther.models import Style

logger = logging.getLogger(__name__)
TIMES = ("decode", "queue", "forward", "search", "total")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One style that the picture may show."""

    sku: str
    name: str
    designer: str
    probability: float


@dataclass(frozen=True, slots=True)
class Identification:
    """What the model sees in one picture; candidates are the best first and at most three."""

    candidates: tuple[Candidate, ...]
    p_dress: float
    model_version: str
    milliseconds: float
    p_listed: float | None = None  # given that it is a dress; None from a model that does not say
    timings: Mapping[str, float] | None = None  # milliseconds by step


def named(answers: Sequence[Any]) -> list[Identification]:
    """Put the catalogue's words beside the skus; what left the catalogue meanwhile is not offered.

    Raises:
        ModelAway: an answer is none.
    """
    try:
        skus = {str(found["sku"]) for answer in answers for found in answer["candidates"]}
        styles = Style.objects.active().in_bulk(sorted(skus))
        return [_named(answer, styles) for answer in answers]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        logger.error("The model process answered something else: %r", answers)
        raise ModelAway from error


def _named(answer: Any, styles: Mapping[str, Style]) -> Identification:
    times, listed = answer.get("timings"), answer.get("p_listed")
    return Identification(
        candidates=tuple(
            Candidate(style.id, style.name, style.designer, float(found["probability"]))
            for found in answer["candidates"]
            if (style := styles.get(str(found["sku"])))
        ),
        p_dress=float(answer["p_dress"]),
        model_version=str(answer["model_version"]),
        milliseconds=float(answer["milliseconds"]),
        p_listed=None if listed is None else float(listed),
        timings=None if times is None else {name: float(times[name]) for name in TIMES},
    )
