"""Commands that say how good a run is."""

import argparse
from dataclasses import asdict
from pathlib import Path

from classifier.cli.common import Answer, Listing
from classifier.runs import read_facts
from classifier.snapshot import SPLITS


def register(command: Listing) -> None:
    """List the commands of this family."""
    measure = command("evaluate", evaluate_run, "Measure a run on one split of a snapshot.")
    measure.add_argument("run", type=Path)
    measure.add_argument("snapshot", type=Path)
    measure.add_argument("--split", choices=SPLITS, default="holdout")

    pair = command("compare", compare_runs, "Compare two runs on the same photos, with an interval.")
    pair.add_argument("champion", type=Path)
    pair.add_argument("challenger", type=Path)
    pair.add_argument("snapshot", type=Path)
    pair.add_argument("--split", choices=SPLITS, default="holdout")

    card = command("card", show_card, "Show what a run is and how good it was.")
    card.add_argument("run", type=Path)


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


def show_card(options: argparse.Namespace) -> Answer:
    """Show the facts of a run."""
    return asdict(read_facts(options.run))
