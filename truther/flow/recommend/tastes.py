"""What a night's latent factors are about: the styles at both ends of each, and what those have in common."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys.data import Interactions
from recsys.evaluate.run import model_of
from recsys.models.base import Recommender
from recsys.models.blend import Blend
from recsys.models.factor import FactorModel
from recsys.models.factors import End, Factor, factors_of
from recsys.models.registry import make
from truther.models import Style

AXES, ENOUGH_AXES = 6, 2  # a model with a single axis often knows how popular styles are and nothing else
LEAST_SHARE = 0.02  # of the variance: an axis below it is noise
EXTREMES = 8  # styles at each end
WORDS = 4  # attributes of an end
FEWEST_WEARERS = 3  # of a style that may stand for anything: a single customer is no taste
TELLING, IN_COMMON = 1.5, 3 / 8  # so many times as often as everywhere, in so many of an end's styles
UNSAID = {"sizes", "pieces"}  # attributes about the stock


def told(
    model: Recommender, metrics: Mapping[str, Any], data: Interactions, looks: NDArray[Any] | None
) -> dict[str, Any]:
    """The factors of the model, or else of the best that was judged with more than one axis; {} without any.

    Returns: {"spec", "axes": [{"share", "low", "high"}]}; an end has "skus" and "traits", which are trios of
    an attribute, its share of this end and its share of all styles that were looked at.
    """
    wearers = np.bincount(data.csr.indices, minlength=data.n_items)
    worn = np.flatnonzero(wearers >= FEWEST_WEARERS)
    if len(worn) < 2 * EXTREMES:
        return {}
    words = _attributes(data, wearers, worn)
    single: dict[str, Any] = {}
    for spec, one in _with_factors(model, metrics, data, looks):
        factors = factors_of(one, words, items=worn, extremes=EXTREMES, most=2 * WORDS)[:AXES]
        axes = [_axis(factor, data) for factor in factors if factor.share >= LEAST_SHARE]
        if len(axes) >= ENOUGH_AXES:
            return {"spec": spec, "axes": axes}
        single = single or {"spec": spec, "axes": axes}
    return single


def _with_factors(
    model: Recommender, metrics: Mapping[str, Any], data: Interactions, looks: NDArray[Any] | None
) -> Iterator[tuple[str, Recommender]]:
    """The model itself or a part of it, then the models that were judged, the best first, fitted here."""
    for one in (model, *(model.models if isinstance(model, Blend) else ())):
        if isinstance(one, FactorModel):
            yield one.name, one
    judged = metrics.get("models", [])
    n = str(metrics.get("main_n"))
    for entry in sorted(judged, key=lambda entry: -(entry["at"][n]["ndcg"]["mean"] or 0.0)):
        if isinstance(make(entry["spec"]), FactorModel):
            yield entry["spec"], model_of(entry["spec"], looks).fit(data)


def _attributes(data: Interactions, wearers: NDArray[Any], worn: NDArray[Any]) -> dict[int, list[str]]:
    """By column: what the catalogue says of a style, and whether the quarter worn most or least has it."""
    few, many = np.quantile(wearers[worn], [0.25, 0.75])
    styles = Style.objects.in_bulk([str(data.items[column]) for column in worn.tolist()])
    found = {}
    for column in worn.tolist():
        style = styles.get(str(data.items[column]))
        words = [] if style is None else _words(style)
        often = "worn often" if wearers[column] > many else "worn rarely" if wearers[column] < few else ""
        found[column] = [*words, often] if often else words
    return found


def _words(style: Style) -> list[str]:
    """Attributes as words that can be read without their names where they say enough: "colour: red"."""
    said = {"category": style.category, "designer": style.designer, **style.attributes}
    return [
        f"{name}: {value}"
        for name, value in said.items()
        if name not in UNSAID and isinstance(value, str) and value not in ("", "none")
    ]


def _axis(factor: Factor, data: Interactions) -> dict[str, Any]:
    """An axis with its ends; what both ends have in common tells nothing apart."""
    low, high = (_telling(end) for end in (factor.low, factor.high))
    common = {trait[0] for trait in low} & {trait[0] for trait in high}
    ends = {
        name: {
            "skus": [str(data.items[column]) for column in end.items],
            "traits": [trait for trait in traits if trait[0] not in common][:WORDS],
        }
        for name, end, traits in (("low", factor.low, low), ("high", factor.high, high))
    }
    return {"share": round(factor.share, 4), **ends}


def _telling(end: End) -> list[tuple[str, float, float]]:
    return [
        (trait.attribute, round(trait.share, 4), round(trait.usual, 4))
        for trait in end.traits
        if trait.lift >= TELLING and trait.share >= IN_COMMON
    ]
