"""Latent factors made readable: the most extreme items of each, and what those have in common."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from recsys.models.base import Array, Recommender, Rows
from recsys.refusal import BadParameter

Attributes = Mapping[int, Sequence[str]]  # column of an item: what it is, such as "colour: red"


@dataclass(frozen=True, slots=True)
class Trait:
    """An attribute that is more frequent at one end of a factor than in the catalogue."""

    attribute: str
    share: float  # among the items of this end
    usual: float  # among all items that have attributes

    @property
    def lift(self) -> float:
        """How many times more frequent."""
        return self.share / self.usual


@dataclass(frozen=True, slots=True)
class End:
    """One end of a factor."""

    items: tuple[int, ...]  # columns, the most extreme first
    traits: tuple[Trait, ...]  # the most telling first


@dataclass(frozen=True, slots=True)
class Factor:
    """One axis along which the items differ."""

    share: float  # of the variance of the item factors
    low: End
    high: End


def factors_of(
    model: Recommender,
    attributes: Attributes | None = None,
    *,
    items: Rows | None = None,
    extremes: int = 8,
    most: int = 5,
) -> list[Factor]:
    """The principal axes of the item factors, the one that explains most first.

    Factors as a fit leaves them may be turned at will without a change of any score; their principal axes
    are the same for every turn. The sign of an axis is chosen so that its most extreme item is high.

    Args:
        attributes: of items, by column; items without any do not count for what is usual.
        items: the columns to describe, such as those that enough users took; all when None.
        extremes: items at each end; most: traits at each end.

    Raises:
        NotFitted; BadParameter: the model has no factors of items, or extremes is below 1 or above the items.
    """
    model.need_fit()
    factors: Array | None = getattr(model, "item_factors", None)
    if factors is None:
        raise BadParameter(f"{model.name} has no latent factors; als, rsvd, biasmf and ials do")
    columns = np.arange(len(factors)) if items is None else np.unique(np.asarray(items, np.int64))
    if not 1 <= extremes <= len(columns):
        raise BadParameter(f"extremes={extremes}: between 1 and {len(columns)}, the number of items")
    here = factors[columns].astype(np.float64)
    centred = here - here.mean(axis=0)
    asked = set(columns.tolist())
    known = {column: those for column, those in (attributes or {}).items() if column in asked}
    left, sizes, _ = np.linalg.svd(centred, full_matrices=False)
    total = float((sizes**2).sum()) or 1.0
    answer = []
    for axis, size in enumerate(sizes.tolist()):
        along = left[:, axis] * size
        if along[np.argmax(np.abs(along))] < 0:
            along = -along
        order = np.argsort(along, kind="stable")
        low, high = (columns[part].tolist() for part in (order[:extremes], order[::-1][:extremes]))
        answer.append(Factor(size**2 / total, _end(low, known, most), _end(high, known, most)))
    return answer


def _end(items: list[int], attributes: Attributes, most: int) -> End:
    here = [set(attributes[item]) for item in items if attributes.get(item)]
    everywhere = [set(those) for those in attributes.values() if those]
    traits = []
    for attribute in sorted(set().union(*here)):
        usual = _share(attribute, everywhere)
        trait = Trait(attribute, _share(attribute, here), usual)
        if trait.share > usual and sum(attribute in those for those in here) > 1:  # one item is no pattern
            traits.append(trait)
    return End(tuple(items), tuple(sorted(traits, key=_surprise, reverse=True)[:most]))


def _share(attribute: str, those: Sequence[set[Any]]) -> float:
    return sum(attribute in one for one in those) / len(those)


def _surprise(trait: Trait) -> float:
    """Frequent and rare elsewhere: the trait's term of the divergence between the two shares."""
    return trait.share * float(np.log(trait.lift))
