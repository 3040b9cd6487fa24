"""The keys of the game: what each does, and which keys people may choose instead."""

from collections.abc import Mapping

DEFAULTS = {
    "one": "1",
    "two": "2",
    "three": "3",
    "none": "0",
    "not_dress": "n",
    "cant_tell": "?",
    "fit": "f",
    "zoom": "z",
    "search": "/",
    "undo": "u",
    "help": "h",
}


def chosen(wishes: Mapping[str, str]) -> dict[str, str]:
    """Return the key of every action: the one wished for, else the usual one."""
    return {action: wishes.get(action, usual) for action, usual in DEFAULTS.items()}


def wishes_of(keys: Mapping[str, str]) -> dict[str, str]:
    """Return what of these keys is worth remembering: those that are not the usual ones."""
    return {action: key for action, key in keys.items() if key != DEFAULTS[action]}


def problems(keys: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with these keys, a sentence for each action; nothing when they can be used.

    One character that a key prints: Tab, Enter, Escape and the space bar belong to the browser, and a
    screen reader takes its own keys away before the page sees them.

    Args:
        keys: a key for every action, in lower case.
    """
    found = {}
    for action, key in keys.items():
        same = [other for other in keys if other != action and keys[other] == key]
        if len(key) != 1 or not key.isprintable() or key.isspace():
            found[action] = "Take one letter, digit or sign: not the space bar, Tab, Enter or Escape."
        elif same:
            found[action] = f"“{key}” is taken twice: every action needs a key of its own."
    return found
