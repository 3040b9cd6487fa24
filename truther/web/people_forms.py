"""What the pages of the people accept, checked at the door: wishes, bonus rounds, smiles."""

from collections.abc import Mapping
from typing import NamedTuple

from django import forms
from django.http import QueryDict

from truther.config import config
from truther.rules.keys import DEFAULTS, chosen


class Feature(NamedTuple):
    """One part of the game that can be switched off."""

    name: str
    title: str
    words: str
    on: bool


class KeyField(NamedTuple):
    """One action and its key, as the form shows it."""

    action: str
    words: str
    usual: str
    key: str
    problem: str


FEATURES = {
    "points": ("Points", "for seeing what is settled later; never for speed"),
    "streak": ("Streak", "days in a row; weekends and one weekday a week are free"),
    "goal": ("Daily goal", "the ring, set by your own usual day"),
    "badges": ("Badges", "one drawn for each milestone"),
    "teams": ("Teams", "what the teams come to in a week"),
    "neighbours": ("Neighbours", "who is just before and after you; off, nobody sees you either"),
    "recap": ("Recap", "a few words at the end of a sitting"),
    "bonus": ("Bonus rounds", "five questions for fun after every thirty photos"),
    "album": ("Puppy album", "the nicest photos that were no dress at all"),
    "news": ("News", "what became of an answer, told softly while you play"),
}
ACTIONS = {
    "one": "First dress",
    "two": "Second dress",
    "three": "Third dress",
    "none": "None of these",
    "not_dress": "Not a dress",
    "cant_tell": "Can’t tell",
    "fit": "Fit to show, or not",
    "zoom": "Look closer",
    "search": "Search by name",
    "undo": "Undo",
    "help": "Show the keys",
}


class FeaturesForm(forms.Form):
    """The parts of the game that stay on."""

    on = forms.MultipleChoiceField(choices=[(name, name) for name in FEATURES], required=False)

    def off(self) -> list[str]:
        """Return the parts of this house's game that a valid form leaves out."""
        return [name for name in config.game if name not in self.cleaned_data["on"]]


class KeysForm:
    """A key for every action; an empty field means the usual one."""

    def __init__(self, data: QueryDict) -> None:
        self.data = data

    def keys(self) -> dict[str, str]:
        """Return the keys as typed, each cut to what can be told apart; the rules say which can be used."""
        return {action: self.data.get(action, "")[:2] or usual for action, usual in DEFAULTS.items()}


class BonusForm(forms.Form):
    """An answer in a bonus round; empty: passed over."""

    photo = forms.CharField(max_length=64)
    said = forms.CharField(max_length=64, required=False)


class SmileForm(forms.Form):
    """A smile at a photo of the album, or its taking back; `page` leads back to where it was."""

    photo = forms.CharField(max_length=64)
    on = forms.BooleanField(required=False)
    page = forms.IntegerField(min_value=1, max_value=10_000, required=False)


class PageForm(forms.Form):
    """Which page of a list."""

    page = forms.IntegerField(min_value=1, max_value=10_000, required=False)


def features(off: object) -> list[Feature]:
    """Return what there is in this house's game, and what of it is on for somebody."""
    without = off if isinstance(off, list) else []
    return [Feature(name, *FEATURES[name], name not in without) for name in config.game]


def key_fields(keys: Mapping[str, str], problems: Mapping[str, str]) -> list[KeyField]:
    """Return the actions with their keys, and what is wrong with them."""
    now = chosen(keys)
    return [
        KeyField(action, words, DEFAULTS[action], now[action], problems.get(action, ""))
        for action, words in ACTIONS.items()
    ]
