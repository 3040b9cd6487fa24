"""Speed and memory as ratios within one run: against implicit, and against the same formulas in NumPy."""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from recsys.bench.measured import SCALES, Facts
from recsys.refusal import require_package
from recsys.tables import Table

HELP = "Time fits and folding in on one thread, against implicit and plain NumPy; and peak memory."
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
# task: what is measured, its unit, how many of them a second or GB is
MEASURED = {
    "rsvd": ("RSVD, 100 L-BFGS-B iterations, 100k values, k 10", "s", 1.0),
    "epoch": ("iALS epoch, k 32 (implicit: 3 CG steps)", "s", 1.0),
    "fold": ("fold in one user, k 32", "us", 1e6),
    "memory": ("iALS fit, k 32, peak of the process", "GB", 1.0),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `bench speed`."""
    parser.add_argument("--scale", choices=SCALES, default="full", help="how many users, items and pairs")


def run(options: argparse.Namespace, progress: Callable[[int, int], None]) -> Sequence[Table]:
    """One table: a row for each measurement, ratios above 1 where ours is the faster.

    Raises:
        MissingExtra: implicit or numba is not installed.
    """
    require_package("numba", install="numba")
    require_package("implicit", install="implicit")
    rows = []
    with TemporaryDirectory() as folder:
        pairs = int(_measure("prepare", options.scale, folder)["pairs"])
        for done, (task, (title, unit, times)) in enumerate(MEASURED.items(), 1):
            rows.append(_row(title, unit, times, _measure(task, options.scale, folder)))
            progress(done, len(MEASURED))
    users, items, _ = SCALES[options.scale]
    return [Table(f"One thread; {users:,} users, {items:,} items, {pairs:,} drawn pairs", rows)]


def _row(title: str, unit: str, times: float, facts: Facts) -> dict[str, str | float | None]:
    row: dict[str, str | float | None] = {"measured": title, "unit": unit, "ours": facts["ours"] * times}
    for other in ("implicit", "numpy"):
        seconds = facts.get(other)
        row[other] = None if seconds is None else seconds * times
        row[f"{other} / ours"] = None if seconds is None else seconds / facts["ours"]
    return row


def _measure(task: str, scale: str, folder: str) -> Facts:
    command = [sys.executable, "-m", "recsys.bench.measured", task, scale, folder]
    root = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
    done = subprocess.run(
        command, env={**os.environ, **ONE_THREAD, "PYTHONPATH": path}, stdout=subprocess.PIPE, check=True
    )
    facts: Facts = json.loads(done.stdout)
    return facts
