"""Commands that say how good a run is."""

import argparse
from pathlib import Path

from classifier.cli.common import Answer, Listing, progress_bar
from classifier.snapshot import SPLITS


def register(command: Listing) -> None:
    """List the commands of this family."""
    measure = command("evaluate", evaluate_run, "Measure a run on one split of a snapshot.")
    measure.add_argument("run", type=Path)
    measure.add_argument("snapshot", type=Path)
    measure.add_argument("--split", choices=SPLITS, default="holdout")

    pair = command(
        "compare", compare_runs, "Let the gate rule over two runs: the same photos, slice by slice."
    )
    pair.add_argument("champion", type=Path)
    pair.add_argument("challenger", type=Path)
    pair.add_argument("snapshot", type=Path)
    pair.add_argument("--split", choices=SPLITS, default="holdout")

    power = command(
        "gate-power", gate_power, "Simulate how often the gate promotes what is better, equal, worse."
    )
    power.add_argument("--photos", type=int, nargs="+", default=[150, 500, 2000], help="sizes of the holdout")
    power.add_argument(
        "--change", type=float, nargs="+", default=[0.03, 0.0, -0.03], help="of the top-3 share"
    )
    power.add_argument("--trials", type=int, default=200, help="simulated nights for each line")
    power.add_argument("--seed", type=int, default=0)


def evaluate_run(options: argparse.Namespace) -> Answer:
    """Measure a run."""
    from classifier.evaluate import evaluate
    from classifier.evaluate.tables import metrics_tables

    metrics = evaluate(options.run, options.snapshot, options.split, device=options.device)
    if options.json:
        return metrics.summary()
    return {"tables": [table.json() for table in metrics_tables(metrics)]}


def compare_runs(options: argparse.Namespace) -> Answer:
    """Put two runs before the gate."""
    from classifier.gate.contest import contest
    from classifier.gate.table import checks_table

    held = contest(
        options.champion, options.challenger, options.snapshot, options.split, device=options.device
    )
    document = held.document()
    if options.json:
        return document
    return {"tables": [checks_table(held.ruling.checks).json()], "promoted": held.ruling.promoted} | {
        "reasons": list(held.ruling.reasons)
    }


def gate_power(options: argparse.Namespace) -> Answer:
    """Simulate the gate."""
    from classifier.gate.power import power_table
    from classifier.gate.table import power_as_tables

    with progress_bar("nights", "nights") as show:
        rows = power_table(
            sizes=options.photos,
            changes=options.change,
            trials=options.trials,
            seed=options.seed,
            on_trial=show,
        )
    return {"tables": [table.json() for table in power_as_tables(rows)]}
