"""The command line: python -m classifier studio-snapshot|train|evaluate|compare|index|predict|ship|card."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from classifier import commands
from classifier.snapshot import SPLITS

Command = Callable[[argparse.Namespace], commands.Answer]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; expected refusals are one line on standard error and exit code 1."""
    options = parser().parse_args(arguments)
    if options.threads:
        import torch

        torch.set_num_threads(options.threads)
    try:
        answer: commands.Answer = options.command(options)
    except commands.REFUSALS as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    if options.json:
        print(json.dumps(answer, indent=2))
    else:
        print_table(answer)
    return 0


def parser() -> argparse.ArgumentParser:
    """All commands and their options."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--json", action="store_true", help="print one JSON document")
    shared.add_argument("--threads", type=int, default=0, help="cores to use (default: torch decides)")
    shared.add_argument("--device", default="auto", help="auto, cpu or cuda")
    top = argparse.ArgumentParser(prog="python -m classifier", description="DeepDress, without the app.")
    listed = top.add_subparsers(required=True, metavar="COMMAND")

    def command(
        name: str, run: Callable[[argparse.Namespace], commands.Answer], text: str
    ) -> argparse.ArgumentParser:
        added = listed.add_parser(name, parents=[shared], help=text, description=text)
        added.set_defaults(command=run)
        return added

    draw = command("studio-snapshot", commands.studio_snapshot, "Draw a snapshot with the procedural studio.")
    draw.add_argument("--styles", type=int, required=True)
    draw.add_argument("--photos-per-style", type=int, default=6)
    draw.add_argument("--negatives", type=int, default=0, help="pictures of no style in stock")
    draw.add_argument("--seed", type=int, required=True)
    draw.add_argument("--benchmark", action="store_true", help="put everything in the holdout split")
    draw.add_argument("--processes", type=int, default=1)
    draw.add_argument("--out", type=Path, required=True)

    learn = command("train", commands.train_run, "Train a run from a snapshot; a killed training goes on.")
    learn.add_argument("--snapshot", type=Path, required=True)
    learn.add_argument("--out", type=Path, required=True, metavar="RUN")
    learn.add_argument("--init", type=Path, help="the run to continue from")
    learn.add_argument("--fine-tune", action="store_true", help="start from the recipe of a night")
    learn.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="change the recipe")

    measure = command("evaluate", commands.evaluate_run, "Measure a run on one split of a snapshot.")
    measure.add_argument("run", type=Path)
    measure.add_argument("snapshot", type=Path)
    measure.add_argument("--split", choices=SPLITS, default="holdout")

    pair = command("compare", commands.compare_runs, "Compare two runs on the same photos, with an interval.")
    pair.add_argument("champion", type=Path)
    pair.add_argument("challenger", type=Path)
    pair.add_argument("snapshot", type=Path)
    pair.add_argument("--split", choices=SPLITS, default="holdout")

    build = command("index", commands.build_index, "Build the index of a snapshot's active styles.")
    build.add_argument("run", type=Path)
    build.add_argument("snapshot", type=Path)
    build.add_argument("--out", type=Path, required=True)

    ask = command("predict", commands.predict_files, "Name the styles on pictures.")
    ask.add_argument("run", type=Path)
    ask.add_argument("index", type=Path)
    ask.add_argument("pictures", type=Path, nargs="+")
    ask.add_argument("--top", type=int, default=3)

    ship = command("ship", commands.ship_run, "Copy a run without its training head, in half precision.")
    ship.add_argument("run", type=Path)
    ship.add_argument("out", type=Path)

    card = command("card", commands.show_card, "Show what a run is and how good it was.")
    card.add_argument("run", type=Path)
    return top


def print_table(answer: commands.Answer) -> None:
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


if __name__ == "__main__":
    sys.exit(main())
