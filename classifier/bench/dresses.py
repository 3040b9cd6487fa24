"""`bench dresses-v1`: dresses never seen in training, found on street photos by two studio shots each."""

import argparse
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from classifier.bench.folder import add_method_arguments, answer_of, say
from classifier.bench.parts import Parts
from classifier.refusal import Refusal
from classifier.tables import Row, Table

if TYPE_CHECKING:  # torch takes seconds to load
    from classifier.train import TrainConfig

HELP: Final = "Find dresses never seen in training among hundreds, by two studio shots each."
# What the table's `ours` is trained with: half an hour on two quiet cores.
RECIPE: Final[dict[str, Any]] = {
    "trunk": "resnet-tiny",
    "size_px": 96,
    "sizes": "48:0.3,64:0.4",
    "steps": 7000,
    "styles_per_batch": 32,
    "photos_per_style": 3,
    "others_per_batch": 28,
    "studio_only_styles": False,
    "scale": 24.0,
    "margin": 0.1,
    "warmup": 0.1,
    "contrast": 1.0,
    "contrast_end": 0.5,
    "contrast_scale": 12.0,
    "look_alikes": 0.5,
}


class NothingToTrainOn(Refusal, ValueError):
    """Trainings were asked for, but there is no folder to put them into."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How much to draw, and what to train."""
    parser.add_argument("--skus", type=int, default=400, help="dresses on offer; 400 and 2000 are published")
    parser.add_argument("--seed", type=int, default=1, help="of the drawings")
    parser.add_argument(
        "--data", type=Path, help="where train/ and test-SKUS/ lie or are drawn (OUT/data-SEED)"
    )
    parser.add_argument("--processes", type=int, default=1, help="that draw")
    parser.add_argument("--runs", type=Path, nargs="*", help="trainings made before; none are made then")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="change the recipe")
    add_method_arguments(parser)


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Draw what is missing, train what is missing, and return the tables.

    Raises:
        NothingToTrainOn: neither --out nor --runs was given.
    """
    from classifier.bench.retrieval import ours
    from classifier.bench.task import task_of
    from classifier.snapshot import read_snapshot

    if options.out is None and options.runs is None:
        raise NothingToTrainOn(
            "name a folder for trainings and finished parts (--out), or trainings (--runs)"
        )
    data = options.data or options.out / f"data-{options.seed}"
    draw(data, options)
    task = task_of(read_snapshot(data / f"test-{options.skus}"))
    spent = [] if options.runs is not None else train_all(data / "train", options)
    runs = options.runs if options.runs is not None else [Path(str(row["run"])) for row in spent]
    taught = [float(row["CPU s"]) for row in spent]  # type: ignore[arg-type]
    methods = [ours(runs, device=options.device, taught_s=taught)] if runs else []
    answer = answer_of(options, task, methods, data / "train")
    if spent:
        answer["tables"].append(Table("Trainings of ours", spent).json())
    return answer


def draw(data: Path, options: argparse.Namespace) -> None:
    """Draw the two snapshots, unless they are whole; what a killed drawing left is used."""
    from classifier.cli.common import progress_bar

    wanted = {"train": data / "train", "test": data / f"test-{options.skus}"}
    if options.runs is not None and not options.features:
        del wanted["train"]  # nothing is taught
    for part, folder in wanted.items():
        if (folder / "snapshot.json").is_file():
            continue
        from classifier.bench import dresses_v1

        plan = dresses_v1.plan_of(options.skus, seed=options.seed)
        write = dresses_v1.write_train if part == "train" else dresses_v1.write_test
        with progress_bar(f"drawing {part}", "pictures") as show:
            write(folder, plan, processes=options.processes, on_drawn=show)


def train_all(snapshot: Path, options: argparse.Namespace) -> list[Row]:
    """A training per seed under --out/runs, those that are there already as they are; what each cost."""
    from classifier.cli.common import progress_bar
    from classifier.cli.training import recipe
    from classifier.train import TrainConfig, train

    parts, rows = Parts(options.out / "parts"), list[Row]()
    for seed in range(options.seeds):
        config = recipe(TrainConfig(**RECIPE | {"seed": seed}), options.set)
        run = options.out / "runs" / f"ours-{seed}"
        run.parent.mkdir(parents=True, exist_ok=True)
        say(f"training {run.name}")
        with progress_bar("training", "steps") as show:

            def make(config: "TrainConfig" = config, run: Path = run, show: Any = show) -> dict[str, Any]:
                cpu, wall = time.process_time(), time.monotonic()
                train(
                    snapshot,
                    run,
                    config,
                    on_progress=lambda now: show(now.step, now.steps, f"loss {now.loss:.3f}"),
                    device=options.device,
                )
                cost = {"CPU s": time.process_time() - cpu, "wall s": time.monotonic() - wall}
                return {"run": str(run), "seed": config.seed, "steps": config.steps} | cost

            rows.append(parts.once("training", {"run": str(run)} | asdict(config), make))
    return rows
