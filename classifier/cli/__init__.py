"""The command line: `python -m classifier COMMAND`; each family of commands lists its own."""

import argparse
import json
import sys
from collections.abc import Sequence

from classifier.cli import benching, calibrating, churn, data, indexing, keeping, measuring, serving, training
from classifier.cli.common import REFUSALS, Answer, Command, print_table, shared_options

FAMILIES = (data, training, measuring, calibrating, indexing, serving, keeping, benching, churn)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; expected refusals are one line on standard error and exit code 1."""
    options = parser().parse_args(arguments)
    if options.threads:
        import torch

        torch.set_num_threads(options.threads)
    try:
        answer: Answer = options.command(options)
    except REFUSALS as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    if answer and options.json:  # an empty answer: the command has said everything itself
        print(json.dumps(answer, indent=2))
    else:
        print_table(answer)
    return 0


def parser() -> argparse.ArgumentParser:
    """All commands and their options."""
    shared = shared_options()
    top = argparse.ArgumentParser(prog="python -m classifier", description="DeepDress, without the app.")
    listed = top.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Command, text: str) -> argparse.ArgumentParser:
        added = listed.add_parser(name, parents=[shared], help=text, description=text)
        added.set_defaults(command=run)
        return added

    for family in FAMILIES:
        family.register(command)
    return top
