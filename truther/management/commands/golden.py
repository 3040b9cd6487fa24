"""Hand out the golden records."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from truther.flow.golden import export_golden


class Command(BaseCommand):
    """Export what is sure: photo -> exact style."""

    help = "Write every golden record, oldest first, as JSON Lines or CSV."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the form and the file."""
        actions = parser.add_subparsers(dest="action", required=True)
        export = actions.add_parser("export", help="write all records")
        export.add_argument("--format", choices=("jsonl", "csv"), default="jsonl")
        export.add_argument("--out", type=Path, help="a file; standard output when left out")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file whole or not at all."""
        if options["out"] is None:
            export_golden(options["format"], self.stdout)
            return
        path: Path = options["out"]
        part = path.with_name(f"{path.name}.part")
        with part.open("w", encoding="utf-8", newline="") as out:
            count = export_golden(options["format"], out)
        part.replace(path)
        self.stderr.write(f"{count} golden records written to {path}")
