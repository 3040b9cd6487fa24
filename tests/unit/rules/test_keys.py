"""Keys of one's own."""

import pytest

from truther.rules.keys import DEFAULTS, chosen, problems, wishes_of


def test_the_usual_keys_can_be_used():
    assert problems(DEFAULTS) == {}
    assert wishes_of(DEFAULTS) == {}


def test_only_other_keys_are_worth_remembering():
    wished = wishes_of(chosen({"one": "a", "two": "2"}))

    assert wished == {"one": "a"}
    assert chosen(wished)["one"] == "a"
    assert chosen(wished)["three"] == "3"


def test_two_keys_may_be_exchanged():
    assert problems(chosen({"one": "2", "two": "1"})) == {}


def test_a_key_taken_twice_is_said_of_both_actions():
    found = problems(chosen({"one": "n"}))

    assert set(found) == {"one", "not_dress"}
    assert "“n” is taken twice" in found["one"]


@pytest.mark.parametrize("key", ["", " ", "\t", "\n", "Tab", "Enter", "escape", "\x1b", "\u00a0", "ab"])
def test_only_one_printed_sign_is_a_key(key):
    assert set(problems(chosen({"help": key}))) == {"help"}


@pytest.mark.parametrize("key", ["ö", ";", "é", "7", "ж"])
def test_keys_of_other_keyboards_are_keys(key):
    assert problems(chosen({"help": key})) == {}
