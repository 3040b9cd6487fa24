"""Commands that make snapshots."""

import argparse
from pathlib import Path

from classifier.cli.common import Answer, Listing, progress_bar


def register(command: Listing) -> None:
    """List the commands of this family."""
    draw = command("studio-snapshot", studio_snapshot, "Draw a snapshot with the procedural studio.")
    draw.add_argument("--styles", type=int, required=True)
    draw.add_argument("--photos-per-style", type=int, default=6)
    draw.add_argument("--negatives", type=int, default=0, help="pictures of no style in stock")
    draw.add_argument("--seed", type=int, required=True)
    draw.add_argument("--benchmark", action="store_true", help="put everything in the holdout split")
    draw.add_argument("--processes", type=int, default=1)
    draw.add_argument("--out", type=Path, required=True)


def studio_snapshot(options: argparse.Namespace) -> Answer:
    """Draw a snapshot."""
    from classifier.studio_snapshot import StudioPlan, Use, write_studio_snapshot

    use: Use = "benchmark" if options.benchmark else "training"
    plan = StudioPlan(options.styles, options.photos_per_style, options.negatives, options.seed, use)
    with progress_bar("drawing", "pictures") as show:
        made = write_studio_snapshot(options.out, plan, processes=options.processes, on_drawn=show)
    return {"id": made.id, "sha256": made.sha256, "styles": len(made.styles), "photos": len(made.photos)}
