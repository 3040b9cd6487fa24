"""Commands that make runs."""

import argparse
import json
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields, replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from classifier.cli.common import Answer, Listing, WrongSetting, progress_bar

if TYPE_CHECKING:  # torch takes seconds to load: only the commands that need it do so
    from classifier.train import Progress, TrainConfig

IS_FIRST = os.environ.get("RANK", "0") == "0"  # of the processes of torchrun, or alone


def register(command: Listing) -> None:
    """List the commands of this family."""
    learn = command("train", train_run, "Train a run from a snapshot; a killed training goes on.")
    learn.add_argument("--snapshot", type=Path, required=True)
    learn.add_argument("--out", type=Path, required=True, metavar="RUN")
    learn.add_argument("--init", type=Path, help="the run to continue from")
    learn.add_argument("--fine-tune", action="store_true", help="start from the recipe of a night")
    learn.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="change the recipe")

    find = command("lr-find", find_rate, "Sweep the learning rate and suggest one; no run is touched.")
    find.add_argument("--snapshot", type=Path, required=True)
    find.add_argument("--out", type=Path, metavar="FOLDER", help="where lr.json and lr.svg go")
    find.add_argument("--init", type=Path, help="the run to continue from")
    find.add_argument("--steps", type=int, default=100)
    find.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="change the recipe")

    copy = command("ship", ship_run, "Copy a run without its training head, in half precision.")
    copy.add_argument("run", type=Path)
    copy.add_argument("out", type=Path)


def train_run(options: argparse.Namespace) -> Answer:
    """Train a run; stopped by Ctrl-C it keeps its last step and says how to go on."""
    from classifier.train import TrainConfig, TrainingStopped, fine_tune_config, train

    config = recipe(fine_tune_config() if options.fine_tune else TrainConfig(), options.set)
    with stop_signals() as stop, progress_bar("training", "steps") as show:

        def report(progress: "Progress") -> None:
            rate = f"{progress.images_per_second:.0f} images/s"
            show(progress.step, progress.steps, f"loss {progress.loss:.3f}, {rate}")

        try:
            facts = train(
                options.snapshot,
                options.out,
                config,
                init=options.init,
                on_progress=report,
                device=options.device,
                is_asked_to_stop=stop.is_asked,
            )
        except TrainingStopped as stopped:
            if IS_FIRST:
                print(f"{type(stopped).__name__}: {stopped}", file=sys.stderr)
            raise SystemExit(128 + stop.signal) from stopped
    if not IS_FIRST:  # of the processes of torchrun one answers
        raise SystemExit(0)
    return asdict(facts)


def find_rate(options: argparse.Namespace) -> Answer:
    """Find a learning rate."""
    from classifier.runs import write_whole
    from classifier.train import TrainConfig
    from classifier.train.lr_find import drawing_of, find_lr

    config = recipe(TrainConfig(), options.set)
    with progress_bar("sweeping", "steps") as show:

        def report(progress: "Progress") -> None:
            show(progress.step, progress.steps, f"loss {progress.loss:.3f}")

        sweep = find_lr(
            options.snapshot,
            config,
            init=options.init,
            steps=options.steps,
            on_progress=report,
            device=options.device,
        )
    answer: Answer = {"suggestion": sweep.suggestion, "steps": len(sweep.rates)}
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        files = {"curve": options.out / "lr.json", "drawing": options.out / "lr.svg"}
        write_whole(files["curve"], (json.dumps(sweep.json(), indent=1) + "\n").encode())
        write_whole(files["drawing"], drawing_of(sweep))
        answer |= {name: str(path) for name, path in files.items()}
    elif options.json:
        answer |= sweep.json()
    return answer


class Stop:
    """Whether somebody asked this process to stop, and how."""

    signal = 0

    def is_asked(self) -> bool:
        """True from the first signal on."""
        return self.signal > 0

    def note(self, number: int, _: FrameType | None) -> None:
        """Take note of a signal; a second Ctrl-C does not wait for anything."""
        if self.signal and number == signal.SIGINT and "WORLD_SIZE" not in os.environ:
            raise KeyboardInterrupt
        self.signal = number  # torchrun passes a Ctrl-C on to processes that the terminal told already


@contextmanager
def stop_signals() -> Iterator[Stop]:
    """Take note of Ctrl-C and of a polite end, instead of dying of them."""
    stop, numbers = Stop(), (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, stop.note) for number in numbers]
    try:
        yield stop
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


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
