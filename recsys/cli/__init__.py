"""The command line: `python -m recsys COMMAND`; each family of commands lists its own."""

import argparse
import json
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from recsys.cli import answering, benching, checking, judging, keeping, telling
from recsys.cli.common import PRINTED, REFUSALS, Answer, Command, shared_options, write
from recsys.kernels.choice import threads

FAMILIES = (judging, keeping, answering, telling, checking, benching)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; expected refusals are one line on standard error and exit code 1."""
    options = parser().parse_args(arguments)
    try:
        with nullcontext() if options.threads is None else threads(options.threads):
            answer: Answer = options.command(options)
        say(answer, options.json)
    except REFUSALS as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return answer.code


def say(answer: Answer, where: str | None) -> None:
    """Print what people read, or one JSON document, or keep that in a file."""
    document = json.dumps(answer.document, indent=1, allow_nan=False) + "\n"
    if where not in (None, PRINTED):
        write(Path(str(where)), document)
    print(document if where == PRINTED else answer.text(), end="")


def parser() -> argparse.ArgumentParser:
    """All commands and their options."""
    top = argparse.ArgumentParser(prog="python -m recsys", description="Recommenders, without the app.")
    listed = top.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Command, text: str, *, keeps: bool = False) -> argparse.ArgumentParser:
        shared = [shared_options(keeps=keeps)]
        added = listed.add_parser(name, parents=shared, help=text, description=text)
        added.set_defaults(command=run)
        return added

    for family in FAMILIES:
        family.register(command)
    return top
