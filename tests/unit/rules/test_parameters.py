"""Parameters that make no rule are told in sentences, each beside its name."""

from dataclasses import asdict
from typing import Any

import pytest

from truther.rules.consensus import FIRST_TO_2, Rule
from truther.rules.parameters import problems_in

PARAMETERS = {name: value for name, value in asdict(FIRST_TO_2).items() if name != "version"}
POSTERIOR = {"rule": "posterior"}


@pytest.mark.parametrize(
    ("changed", "name", "words"),
    [
        ({"rule": "majority"}, "rule", "first_to or posterior"),
        ({"tie": "coin"}, "tie", "experts"),
        ({"first_to": 6}, "first_to", "raise the cap"),
        ({"first_to": 0}, "first_to", "whole number"),
        ({"first_to": "2"}, "first_to", "whole number"),
        ({"min_humans": 6}, "min_humans", "raise the cap"),
        ({"min_humans": True}, "min_humans", "whole number"),
        ({"cap": 0}, "cap", "whole number"),
        ({"cap": 26}, "cap", "at most 25"),
        (POSTERIOR | {"min_humans": 1}, "min_humans", "At least two"),
        (POSTERIOR | {"posterior": 1.0}, "posterior", "below 1"),
        (POSTERIOR | {"posterior": 0.5}, "posterior", "above 0.5"),
        (POSTERIOR | {"posterior": float("nan")}, "posterior", "above 0.5"),
        (POSTERIOR | {"posterior": "0.99"}, "posterior", "above 0.5"),
        (POSTERIOR | {"posterior": 0.999, "cap": 2}, "posterior", "only 0.996923 sure"),
    ],
)
def test_what_is_wrong_is_named(changed: dict[str, Any], name: str, words: str) -> None:
    problems = problems_in(PARAMETERS | changed)

    assert list(problems) == [name]
    assert words in problems[name]


def test_all_that_is_wrong_is_told_at_once() -> None:
    assert problems_in(PARAMETERS | {"first_to": 9, "min_humans": 6}).keys() == {"first_to", "min_humans"}
    both = problems_in(PARAMETERS | POSTERIOR | {"posterior": 99, "min_humans": 1})
    assert both.keys() == {"posterior", "min_humans"}


def test_what_a_kind_does_not_use_is_not_looked_at() -> None:
    assert problems_in(PARAMETERS | {"posterior": None}) == {}
    assert problems_in(PARAMETERS | POSTERIOR | {"first_to": None}) == {}


def test_a_rule_cannot_be_made_of_them() -> None:
    with pytest.raises(ValueError, match=r"bad\.v1 cannot settle anything: At least two"):
        Rule("bad.v1", "posterior", min_humans=1)


def test_a_rule_says_itself_in_words() -> None:
    assert FIRST_TO_2.words == "first to 2 alike, of at least 2 and at most 5 people"
    sure = Rule("p.v1", "posterior", cap=7, posterior=0.995)
    assert sure.words == "99.5 % sure, by at least 2 alike, of at most 7 people"
