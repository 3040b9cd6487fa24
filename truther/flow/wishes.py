"""What people wish for themselves: parts of the game they do without, keys of their own."""

from collections.abc import Collection, Mapping

from truther.config import FEATURES
from truther.models import Player
from truther.rules import keys


class BadKeys(Exception):
    """Keys that cannot be used; `problems` says a sentence for each action."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("These keys cannot be used.")
        self.problems = problems


def switch(person_id: str, off: Collection[str]) -> None:
    """Remember which parts of the game a person does without."""
    _remember(person_id, "off", [feature for feature in FEATURES if feature in off])


def choose_keys(person_id: str, chosen: Mapping[str, str]) -> None:
    """Remember a person's own keys.

    Args:
        chosen: action -> key; actions left out have their usual key, so that none at all is a reset.

    Raises:
        BadKeys: nothing was changed.
    """
    wanted = keys.chosen({action: key.lower() for action, key in chosen.items()})
    problems = keys.problems(wanted)
    if problems:
        raise BadKeys(problems)
    _remember(person_id, "keys", keys.wishes_of(wanted))


def _remember(person_id: str, name: str, value: object) -> None:
    wishes = Player.objects.of(person_id).wishes | {name: value}
    Player.objects.note(person_id, wishes=wishes)
