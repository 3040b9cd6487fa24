"""Commands that make runs."""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

from classifier.cli.common import Answer, Listing, WrongSetting, progress_bar

if TYPE_CHECKING:  # torch takes seconds to load: only the commands that need it do so
    from classifier.train import Progress, TrainConfig


def register(command: Listing) -> None:
    """List the commands of this family."""
    learn = command("train", train_run, "Train a run from a snapshot; a killed training goes on.")
    learn.add_argument("--snapshot", type=Path, required=True)
    learn.add_argument("--out", type=Path, required=True, metavar="RUN")
    learn.add_argument("--init", type=Path, help="the run to continue from")
    learn.add_argument("--fine-tune", action="store_true", help="start from the recipe of a night")
    learn.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="change the recipe")

    copy = command("ship", ship_run, "Copy a run without its training head, in half precision.")
    copy.add_argument("run", type=Path)
    copy.add_argument("out", type=Path)


def train_run(options: argparse.Namespace) -> Answer:
    """Train a run."""
    from classifier.train import TrainConfig, fine_tune_config, train

    config = recipe(fine_tune_config() if options.fine_tune else TrainConfig(), options.set)
    with progress_bar("training", "steps") as show:

        def report(progress: "Progress") -> None:
            show(progress.step, progress.steps, f"loss {progress.loss:.3f}")

        facts = train(
            options.snapshot,
            options.out,
            config,
            init=options.init,
            on_progress=report,
            device=options.device,
        )
    return asdict(facts)


def recipe(config: "TrainConfig", settings: Sequence[str]) -> "TrainConfig":
    """Change a recipe by NAME=VALUE.

    Raises:
        WrongSetting: there is no such setting, or the value is of another type.
    """
    known = {field.name: type(getattr(config, field.name)) for field in fields(config)}
    changes: Answer = {}
    for setting in settings:
        name, _, text = setting.partition("=")
        if name not in known:
            raise WrongSetting(f"{name!r} is not one of {', '.join(known)}")
        try:
            changes[name] = text if known[name] is str else known[name](json.loads(text))
        except ValueError as error:
            raise WrongSetting(f"{setting!r}: {error}") from error
    return replace(config, **changes)


def ship_run(options: argparse.Namespace) -> Answer:
    """Make a small copy of a run."""
    from classifier.ship import ship

    size_bytes = ship(options.run, options.out)
    return {"run": str(options.out), "bytes": size_bytes}
