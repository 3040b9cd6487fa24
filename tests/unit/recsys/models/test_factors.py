"""Latent factors made readable."""

from typing import Any

import numpy as np
import pytest

from recsys.data import interactions
from recsys.models.factors import factors_of
from recsys.models.registry import make
from recsys.refusal import BadParameter, NotFitted


def model_with(factors):
    """An ALS whose item factors are these."""
    count = len(factors)
    model: Any = make("als", k=2, dtype="float64").fit(
        interactions(range(count), range(count), [1.0] * count)
    )
    model.item_factors = np.asarray(factors, np.float64)
    return model


LINE = [[-3.0, 0.1], [-2.0, -0.1], [0.0, 0.2], [2.0, -0.2], [4.0, 0.0]]


def test_the_first_factor_is_the_longest_axis_and_its_extreme_is_high():
    first, second = factors_of(model_with(LINE), extremes=2)

    assert first.high.items == (4, 3)
    assert first.low.items == (0, 1)
    assert first.share + second.share == pytest.approx(1)
    assert first.share > 0.99


def test_a_turn_of_the_factors_changes_nothing():
    turn = np.array([[0.6, -0.8], [0.8, 0.6]])

    plain, turned = (factors_of(model_with(f), extremes=2) for f in (LINE, np.array(LINE) @ turn))

    assert [one.high.items for one in plain] == [one.high.items for one in turned]
    assert [one.share for one in plain] == pytest.approx([one.share for one in turned])


def test_traits_are_what_one_end_has_more_often_than_the_catalogue():
    attributes = {
        0: ["red", "long"], 1: ["red", "short"], 2: ["blue", "long"], 3: ["blue", "long"], 4: ["blue"],
    }  # fmt: skip

    first, _ = factors_of(model_with(LINE), attributes, extremes=2)

    assert [trait.attribute for trait in first.low.traits] == ["red"]
    assert first.low.traits[0].lift == pytest.approx(1 / 0.4)
    assert [trait.attribute for trait in first.high.traits] == ["blue"]


def test_models_without_factors_or_fit_are_refused():
    with pytest.raises(NotFitted):
        factors_of(make("als"))
    fitted = make("popular").fit(interactions([0, 1], [0, 1]))
    with pytest.raises(BadParameter, match="popular has no latent factors"):
        factors_of(fitted)
    with pytest.raises(BadParameter, match="extremes=9: between 1 and 5"):
        factors_of(model_with(LINE), extremes=9)


def test_only_the_items_asked_for_are_described():
    attributes = {0: ["red"], 1: ["red"], 2: ["blue"], 3: ["blue"], 4: ["red"]}

    first, _ = factors_of(model_with(LINE), attributes, items=[3, 0, 1, 2], extremes=2)

    assert {first.high.items, first.low.items} == {(0, 1), (3, 2)}
    assert {trait.usual for end in (first.low, first.high) for trait in end.traits} == {0.5}
    with pytest.raises(BadParameter, match="extremes=2: between 1 and 1"):
        factors_of(model_with(LINE), items=[3], extremes=2)
