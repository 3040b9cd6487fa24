"""What the commands share: refusals, answers, and how a command is listed."""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from recsys.refusal import Refusal
from recsys.tables import Table

PRINTED = "-"  # --json without a file
REFUSALS = (Refusal, OSError)  # OSError: a folder that cannot be written, a full disk


@dataclass(frozen=True)
class Answer:
    """What a command found: a document for --json, tables and sentences for people."""

    document: dict[str, Any]
    tables: Sequence[Table] = ()
    sentences: Sequence[str] = field(default=())
    code: int = 0  # of the process

    def text(self) -> str:
        """For a terminal: tables, then sentences."""
        said = "".join(f"{sentence}\n" for sentence in self.sentences)
        return "\n".join([*(table.text() for table in self.tables), *([said] if said else [])])


Command = Callable[[argparse.Namespace], Answer]


class Listing(Protocol):
    """Adds one command to the parser and returns its own parser."""

    def __call__(
        self, name: str, run: Command, text: str, *, keeps: bool = False
    ) -> argparse.ArgumentParser: ...


def shared_options(*, keeps: bool = False, below: bool = False) -> argparse.ArgumentParser:
    """What every command understands.

    Args:
        keeps: --json may name a file (only for commands without arguments of their own, which it would eat).
        below: another parser has them too, so only what is said is set.
    """
    shared = argparse.ArgumentParser(add_help=False)
    text = "print one JSON document instead of tables"
    flag: dict[str, Any] = {"action": "store_const", "const": PRINTED, "help": text}
    file: dict[str, Any] = {
        "nargs": "?",
        "const": PRINTED,
        "metavar": "FILE",
        "help": f"{text}, or keep it in a file",
    }
    told = [
        shared.add_argument("--json", **(file if keeps else flag)),
        shared.add_argument("--threads", type=int, help="of kernels; BLAS then has one (default: all cores)"),
    ]
    for option in told if below else ():
        option.default = argparse.SUPPRESS
    return shared


def write(path: Path, text: str) -> None:
    """Write a file that takes its place only when it is whole; its folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.part")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
