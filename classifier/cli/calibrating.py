"""Commands that make a run's probabilities honest."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from classifier.cli.common import Answer, Listing

if TYPE_CHECKING:  # torch takes seconds to load: only the commands that need it do so
    from classifier.calibrate.renew import Renewal


def register(command: Listing) -> None:
    """List the commands of this family."""
    renew = command("calibrate", calibrate, "Calibrate a run anew on a snapshot's calibration split.")
    renew.add_argument("run", type=Path)
    renew.add_argument("snapshot", type=Path)
    renew.add_argument(
        "--out", type=Path, required=True, metavar="RUN", help="the new run; none is overwritten"
    )
    renew.add_argument(
        "--false-positives",
        type=float,
        default=0.02,
        help='share of the dresses that may be called "not a dress"',
    )
    renew.add_argument(
        "--miss", type=float, default=0.1, help="share of the photos whose set may lack the right answer"
    )
    renew.add_argument(
        "--lane-error",
        type=float,
        help="share of automatic decisions that may be wrong (default: no lanes, people see everything)",
    )
    renew.add_argument("--lane-confidence", type=float, default=0.95, help="with which that holds")
    renew.add_argument("--plots", type=Path, metavar="DIR", help="write reliability.svg and .json there")


def calibrate(options: argparse.Namespace) -> Answer:
    """Calibrate a run, and show both on the holdout."""
    from classifier.calibrate.fit import CalibrationPlan
    from classifier.calibrate.renew import calibrate_run
    from classifier.evaluate.tables import probabilities_table, promises_tables

    plan = CalibrationPlan(
        false_positives=options.false_positives,
        miss=options.miss,
        lane_error=options.lane_error,
        lane_confidence=options.lane_confidence,
    )
    renewal = calibrate_run(options.run, options.snapshot, options.out, plan, device=options.device)
    if options.plots:
        draw(options.plots, renewal)
    calibration = asdict(renewal.facts.calibration)
    answer: Answer = {"run": str(options.out), "calibrated_on": renewal.facts.calibrated_on}
    if options.json:
        both = {"before": renewal.before.summary(), "after": renewal.after.summary()}
        return answer | {"calibration": calibration} | both
    compared = probabilities_table({"before": renewal.before, "after": renewal.after})
    tables = [compared, *promises_tables(renewal.after)]
    shown = {name: calibration[name] for name in ("threshold", "sharpness", "notes")}
    return answer | shown | {"tables": [table.json() for table in tables]}


def draw(folder: Path, renewal: "Renewal") -> None:
    """Write the reliability of before and after, as a drawing and as numbers."""
    from classifier.calibrate.reliability import draw_reliability
    from classifier.runs import write_whole

    folder.mkdir(parents=True, exist_ok=True)
    series = {"before": renewal.before.reliability(), "after": renewal.after.reliability()}
    numbers = {name: [asdict(each) for each in bins] for name, bins in series.items()}
    write_whole(folder / "reliability.json", (json.dumps(numbers, indent=1) + "\n").encode())
    draw_reliability(folder / "reliability.svg", f"{renewal.facts.id}, first candidate", series)
