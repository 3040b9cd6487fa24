"""`bench folder DIR`: the retrieval table for a shop's own pictures, in any layout that `snapshot` reads."""

import argparse
import sys
from pathlib import Path
from typing import Any, Final

from classifier.runs import SHIPPED

HELP: Final = "Find the photos of a folder-per-sku data set, or of a snapshot, in its catalogue."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to measure, and by which methods."""
    parser.add_argument("folder", type=Path, help="a snapshot, or any layout that `snapshot` understands")
    parser.add_argument("--cold", action="store_true", help="search every photo, with studio shots alone")
    parser.add_argument("--runs", type=Path, nargs="*", default=[SHIPPED], help="trainings of ours (v0)")
    parser.add_argument("--only", default="", help="one category, where the layout has several")
    parser.add_argument("--skip-bad", action="store_true", help="leave out what cannot be read")
    add_method_arguments(parser)


def add_method_arguments(parser: argparse.ArgumentParser) -> None:
    """What all retrieval benchmarks have in common."""
    parser.add_argument("--seeds", type=int, default=3, help="trainings of each network")
    parser.add_argument("--softmax-steps", type=int, default=1000, help="0 leaves the story's convnet out")
    parser.add_argument("--features", default="efficientnet-lite0", help='published network, "" for none')
    parser.add_argument(
        "--out", type=Path, help="where finished parts are kept, so that a killed run goes on"
    )


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Measure and return the tables."""
    from classifier.bench.retrieval import ours
    from classifier.bench.task import task_of
    from classifier.snapshot import read_snapshot

    task = task_of(read_snapshot(snapshot_folder(options)), cold=options.cold)
    return answer_of(options, task, [ours(options.runs, device=options.device)] if options.runs else [])


def answer_of(
    options: argparse.Namespace, task: Any, of_ours: list[Any], teacher: Path | None = None
) -> dict[str, Any]:
    """The tables of a task, with the baselines that the options ask for."""
    from classifier.bench import retrieval
    from classifier.bench.parts import Parts

    methods = retrieval.floors()
    if options.softmax_steps:
        methods.append(retrieval.softmax(options.seeds, steps=options.softmax_steps, device=options.device))
    if options.features:
        methods.append(retrieval.frozen(options.features, teacher, device=options.device))
    parts = Parts(options.out / "parts" if options.out else None)
    found = retrieval.measure_all(task, [*methods, *of_ours], parts, say)
    tables = [table.json() for table in retrieval.tables_of(task, found)]
    return {"snapshot": task.snapshot.id, "sha256": task.snapshot.sha256, "photos": task.n, "tables": tables}


def say(part: str) -> None:
    """Tell on standard error what is measured now."""
    print(f"measuring: {part}", file=sys.stderr, flush=True)  # noqa: T201  # progress, for people


def snapshot_folder(options: argparse.Namespace) -> Path:
    """The folder itself when it is a snapshot; else one made of it under --out."""
    from classifier.layouts import Asked, LayoutError, read_layout, write_collection

    if (options.folder / "snapshot.json").exists():
        return Path(options.folder)
    if options.out is None:
        raise LayoutError(f"{options.folder} is no snapshot: name a folder to put one into (--out)")
    made = Path(options.out) / "snapshot"
    if not made.exists():
        collection = read_layout(options.folder, "auto", Asked(only=options.only))
        write_collection(made, collection, skip_bad=options.skip_bad)
    return made
