"""Sets of answers that hold the right one as often as promised, for each group of photos apart.

Split conformal prediction with the score 1 - P(answer) (LAC: Sadinle, Lei and Wasserman, JASA 2019): of all
sets with this coverage it makes the smallest on average, it needs no random numbers, and its coverage is
exact up to ties. APS (Romano et al. 2020) spends larger sets on coverage that adapts to each photo; what
we need to adapt to, cold or warm, is given by the groups, each with a quantile of its own (Mondrian; groups
of classes rather than classes: Ding et al., NeurIPS 2023). The price is that a set may be empty: a photo
unlike anything calibrated, which goes to people.

The promise is for photos drawn like those the quantiles come from, on average over such draws.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any, Self

import numpy as np

from classifier.calibrate.links import Bools, Floats, Rows

COLD, WARM, NOT_DRESS, UNLISTED = GROUPS = ("cold", "warm", "not_dress", "unlisted")
MIN_GROUP = 50  # photos; with fewer the coverage strays by more than four points


class TooFewPhotos(ValueError):
    """There are not enough photos to promise anything."""


@dataclass(frozen=True, slots=True)
class Quantile:
    """The largest 1 - P(answer) that still belongs to a set."""

    value: float
    n: int  # photos it comes from
    own: bool  # False: the group had too few, it is that of all groups together


@dataclass(frozen=True, slots=True)
class ConformalSets:
    """Quantiles by the group of the right answer: a cold style, a warm one, not a dress, not in stock."""

    miss: float  # share of the photos whose set may lack the right answer
    quantiles: Mapping[str, Quantile]

    def holds(self, p_answer: Floats, groups: Any) -> Bools:
        """Whether answers of these probabilities and groups (arrays that broadcast) belong to the set."""
        limit = np.vectorize({name: each.value for name, each in self.quantiles.items()}.get, otypes=[float])
        return np.asarray(1 - p_answer <= limit(groups))

    def style_limits(self, counts: Rows) -> Floats:
        """The least P(answer) (S,) with which styles of so many verified photos belong to a set."""
        cold, warm = (1 - self.quantiles[name].value for name in (COLD, WARM))
        return np.asarray(np.where(counts > 0, warm, cold))

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Self:
        """Read back what dataclasses.asdict made of it."""
        return cls(facts["miss"], {name: Quantile(**each) for name, each in facts["quantiles"].items()})


def fit_conformal(
    p_truth: Floats, groups: Any, miss: float = 0.1, min_group: int = MIN_GROUP
) -> ConformalSets:
    """Quantiles for all GROUPS from photos that taught nothing, not even the calibration.

    Args:
        p_truth: (N,) the probability given to each photo's right answer.
        groups: (N,) the name of each photo's group.
        miss: in (0, 1), the share that may be missed.

    Raises:
        TooFewPhotos: all together are fewer than a single group needs.
        ValueError: miss is out of range.
    """
    if not 0 < miss < 1:
        raise ValueError(f"the share that may be missed must lie between 0 and 1, not {miss}")
    scores, names = 1 - p_truth, np.asarray(groups)
    least = max(min_group, ceil(1 / miss - 1e-9) - 1)
    if len(scores) < least:
        raise TooFewPhotos(f"conformal sets need {least} photos kept apart, there are {len(scores)}")
    pooled = Quantile(quantile(scores, miss), len(scores), own=False)
    own = {name: scores[names == name] for name in GROUPS}
    return ConformalSets(
        miss,
        {
            name: Quantile(quantile(each, miss), len(each), own=True) if len(each) >= least else pooled
            for name, each in own.items()
        },
    )


def quantile(scores: Floats, miss: float) -> float:
    """The ceil((n + 1)(1 - miss))-th smallest score: the finite-sample correction of split conformal.

    1, which lets every answer in, where n is too small for that. Source: Vovk et al. 2005.
    """
    place = ceil((len(scores) + 1) * (1 - miss) - 1e-9)
    return float(np.sort(scores)[place - 1]) if place <= len(scores) else 1.0
