"""Commands that make snapshots."""

import argparse
from pathlib import Path

from classifier.cli.common import Answer, Listing, progress_bar
from classifier.layouts import NAMES


def register(command: Listing) -> None:
    """List the commands of this family."""
    gather = command("snapshot", make_snapshot, "Make a snapshot from exports or folders of pictures.")
    gather.add_argument("source", type=Path, help="golden.jsonl or .csv, or the folder of a data set")
    gather.add_argument("--layout", choices=("auto", *NAMES), default="auto")
    gather.add_argument("--images", type=Path, help="where the photos of an export lie (images/ beside it)")
    gather.add_argument("--studio", type=Path, help="for an export: a folder of studio shots per sku")
    gather.add_argument(
        "--only", default="", help="one category of DeepFashion (Dresses) or Street2Shop (dresses)"
    )
    gather.add_argument("--skip-bad", action="store_true", help="leave out what is wrong, and name it")
    gather.add_argument("--dry-run", action="store_true", help="read everything, count, write nothing")
    gather.add_argument("--out", type=Path, required=True)

    draw = command("studio-snapshot", studio_snapshot, "Draw a snapshot with the procedural studio.")
    draw.add_argument("--styles", type=int, required=True)
    draw.add_argument("--photos-per-style", type=int, default=6)
    draw.add_argument("--negatives", type=int, default=0, help="pictures of no style in stock")
    draw.add_argument("--seed", type=int, required=True)
    draw.add_argument("--benchmark", action="store_true", help="put everything in the holdout split")
    draw.add_argument("--processes", type=int, default=1)
    draw.add_argument("--out", type=Path, required=True)


def make_snapshot(options: argparse.Namespace) -> Answer:
    """Make a snapshot from what lies on disk."""
    from classifier.layouts import Asked, read_layout, write_collection

    asked = Asked(options.images, options.studio, options.only)
    collection = read_layout(options.source, options.layout, asked)
    with progress_bar("reading", "pictures") as show:
        out = None if options.dry_run else options.out
        made = write_collection(out, collection, skip_bad=options.skip_bad, on_read=show)
    told: Answer = {"id": made.snapshot.id, "sha256": made.snapshot.sha256} if made.snapshot else {}
    told |= {"written": str(out or ""), "layout": collection.id, "counts": made.counts}
    return told | {"left_out": list(made.left_out), "duplicates": list(made.duplicates)}


def studio_snapshot(options: argparse.Namespace) -> Answer:
    """Draw a snapshot."""
    from classifier.studio_snapshot import StudioPlan, Use, write_studio_snapshot

    use: Use = "benchmark" if options.benchmark else "training"
    plan = StudioPlan(options.styles, options.photos_per_style, options.negatives, options.seed, use)
    with progress_bar("drawing", "pictures") as show:
        made = write_studio_snapshot(options.out, plan, processes=options.processes, on_drawn=show)
    return {"id": made.id, "sha256": made.sha256, "styles": len(made.styles), "photos": len(made.photos)}
