"""What the command line does; each command takes the parsed options and returns one JSON document."""

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from classifier.decode import Undecodable, decode
from classifier.runs import RunError, read_facts
from classifier.snapshot import SnapshotError

if TYPE_CHECKING:  # torch takes seconds to load: only the commands that need it do so
    from classifier.train import Progress, TrainConfig

Answer = dict[str, Any]


class WrongSetting(ValueError):
    """--set names no setting of the recipe, or gives it a value of another type."""


REFUSALS = (SnapshotError, RunError, Undecodable, WrongSetting, ArithmeticError, FileNotFoundError)


def studio_snapshot(options: argparse.Namespace) -> Answer:
    """Draw a snapshot."""
    from classifier.studio_snapshot import StudioPlan, Use, write_studio_snapshot

    use: Use = "benchmark" if options.benchmark else "training"
    plan = StudioPlan(options.styles, options.photos_per_style, options.negatives, options.seed, use)
    with progress_bar("drawing", "pictures") as show:
        made = write_studio_snapshot(options.out, plan, processes=options.processes, on_drawn=show)
    return {"id": made.id, "sha256": made.sha256, "styles": len(made.styles), "photos": len(made.photos)}


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


def evaluate_run(options: argparse.Namespace) -> Answer:
    """Measure a run."""
    from classifier.evaluate import evaluate

    return evaluate(options.run, options.snapshot, options.split, device=options.device).summary()


def compare_runs(options: argparse.Namespace) -> Answer:
    """Measure two runs and their difference."""
    from classifier.evaluate import compare, evaluate

    runs = options.champion, options.challenger
    before, after = (evaluate(run, options.snapshot, options.split, device=options.device) for run in runs)
    difference = asdict(compare(before, after))
    return {"champion": before.summary(), "challenger": after.summary(), "top3": difference}


def build_index(options: argparse.Namespace) -> Answer:
    """Build an index, as a promotion would."""
    from classifier.embedded import embed_snapshot
    from classifier.predict import DeepDress
    from classifier.snapshot import read_snapshot

    model = DeepDress.load(options.run, options.device)
    index = embed_snapshot(model, read_snapshot(options.snapshot)).index(model)
    index.save(options.out)
    return {"index": str(options.out), "version": index.version, "styles": len(index)}


def predict_files(options: argparse.Namespace) -> Answer:
    """Name the styles on picture files."""
    from classifier.index import StyleIndex
    from classifier.predict import DeepDress

    model, index = DeepDress.load(options.run, options.device), StyleIndex.load(options.index)
    images = [decode(path.read_bytes()) for path in options.pictures]
    predictions = model.predict(images, index, options.top)
    return {str(path): asdict(found) for path, found in zip(options.pictures, predictions, strict=True)}


def ship_run(options: argparse.Namespace) -> Answer:
    """Make a small copy of a run."""
    from classifier.ship import ship

    size_bytes = ship(options.run, options.out)
    return {"run": str(options.out), "bytes": size_bytes}


def show_card(options: argparse.Namespace) -> Answer:
    """Show the facts of a run."""
    return asdict(read_facts(options.run))


@contextmanager
def progress_bar(text: str, unit: str) -> Iterator[Callable[..., None]]:
    """A bar with rate and remaining time on standard error; yields a function of (done, total, note)."""
    with tqdm(desc=text, unit=f" {unit}", dynamic_ncols=True) as bar:

        def show(done: int, total: int, note: str = "") -> None:
            bar.total = total
            bar.set_postfix_str(note, refresh=False)
            bar.update(done - bar.n)

        yield show
