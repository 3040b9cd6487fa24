"""What the commands share: refusals, answers, progress bars, and how a command is listed."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from tqdm import tqdm

from classifier.decode import Undecodable
from classifier.refusal import Refusal
from classifier.runs import RunError
from classifier.snapshot import SnapshotError
from classifier.tables import Table

Answer = dict[str, Any]
Command = Callable[[argparse.Namespace], Answer]


class WrongSetting(ValueError):
    """--set names no setting of the recipe, or gives it a value of another type."""


REFUSALS = (Refusal, SnapshotError, RunError, Undecodable, WrongSetting, ArithmeticError, FileNotFoundError)


class Listing(Protocol):
    """Adds one command to the parser and returns its own parser."""

    def __call__(self, name: str, run: Command, text: str) -> argparse.ArgumentParser: ...


def shared_options(*, below: bool = False) -> argparse.ArgumentParser:
    """What every command understands; `below` another parser that has it too, only what is said is set."""
    shared = argparse.ArgumentParser(add_help=False)
    told = [
        shared.add_argument("--json", action="store_true", help="print one JSON document"),
        shared.add_argument("--threads", type=int, default=0, help="cores to use (default: torch decides)"),
        shared.add_argument("--device", default="auto", help="auto, cpu or cuda"),
    ]
    for option in told if below else ():
        option.default = argparse.SUPPRESS
    return shared


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
    """Two columns for people: names and values, nested ones with dots; then its tables and its text."""
    tables = [Table(**table) for table in answer.get("tables", ())]
    rows = list(flat({name: value for name, value in answer.items() if name not in ("tables", "text")}))
    width = max((len(name) for name, _ in rows), default=0)
    for name, value in rows:
        print(f"{name:<{width}}  {value}")
    for table in tables:
        print(f"\n{table.text()}")
    if "text" in answer:
        print(answer["text"], end="")


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
