"""What the commands share: refusals, answers, progress bars, and how a command is listed."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from tqdm import tqdm

from classifier.decode import Undecodable
from classifier.runs import RunError
from classifier.snapshot import SnapshotError

Answer = dict[str, Any]
Command = Callable[[argparse.Namespace], Answer]


class WrongSetting(ValueError):
    """--set names no setting of the recipe, or gives it a value of another type."""


REFUSALS = (SnapshotError, RunError, Undecodable, WrongSetting, ArithmeticError, FileNotFoundError)


class Listing(Protocol):
    """Adds one command to the parser and returns its own parser."""

    def __call__(self, name: str, run: Command, text: str) -> argparse.ArgumentParser: ...


@contextmanager
def progress_bar(text: str, unit: str) -> Iterator[Callable[..., None]]:
    """A bar with rate and remaining time on standard error; yields a function of (done, total, note)."""
    with tqdm(desc=text, unit=f" {unit}", dynamic_ncols=True) as bar:

        def show(done: int, total: int, note: str = "") -> None:
            bar.total = total
            bar.set_postfix_str(note, refresh=False)
            bar.update(done - bar.n)

        yield show


def print_table(answer: Answer) -> None:
    """Two columns for people: names and values, nested ones with dots."""
    rows = list(flat(answer))
    width = max((len(name) for name, _ in rows), default=0)
    for name, value in rows:
        print(f"{name:<{width}}  {value}")


def flat(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    """Walk through a JSON document, a (path, text) pair per leaf."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from flat(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, (list, tuple)):
        for number, inner in enumerate(value):
            yield from flat(inner, f"{name}.{number}")
    else:
        yield name, f"{value:.4f}" if isinstance(value, float) else str(value)
