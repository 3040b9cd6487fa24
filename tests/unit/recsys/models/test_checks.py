from collections.abc import Sequence
from typing import Literal

import pytest

from recsys.models import make
from recsys.models.checks import kinds_of
from recsys.refusal import BadParameter


@pytest.mark.parametrize(
    ("declared", "kinds"),
    [
        (int, {int}),
        (float | None, {float, type(None)}),
        (Literal["a", "b"], {Literal, str}),
        (Literal["a"] | None, {Literal, str, type(None)}),
        (Sequence[str], {Sequence[str]}),
    ],
)
def test_a_declaration_is_taken_apart_into_what_it_allows(declared, kinds):
    assert kinds_of(declared) == kinds


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ("als:k=2.5", "k=2.5: a whole number"),
        ("als:refit=1", "refit=1: True or False"),
        ("als:lam=True", "lam=True: a finite number"),
        ("als:lam=1e999", "lam=inf: a finite number"),
        ("popular:window_days=week", "window_days='week': a finite number or None"),
        ("als:dtype=32", "dtype='32': float32 or float64"),
        ("ubcf:rules=2015", "rules='2015'"),
    ],
)
def test_a_value_of_another_kind_is_named_with_what_is_wanted(spec, sentence):
    with pytest.raises(BadParameter, match=sentence):
        make(spec)


@pytest.mark.parametrize("spec", ["ubcf:rules=2014", "ubcf:rules='2014'", "ubcf: rules = 2014"])
def test_a_name_that_looks_like_a_number_needs_no_quotes(spec):
    assert make(spec).get_params()["rules"] == "2014"


def test_whole_numbers_may_stand_for_real_ones_and_none_for_nothing():
    assert make("als:lam=1").get_params()["lam"] == 1
    assert make("popular:window_days=None").get_params()["window_days"] is None
    assert make("ubcf:norms=None").get_params()["norms"] is None
