"""Show the lanes past the people, and hand out what they passed by."""

import json as json_format
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from truther.flow.lanes import FIELDS, LaneLine, passed_rows, report
from truther.management.export import Form, add_options, write_file, write_rows
from truther.management.tables import print_columns

TITLES = ("lane", "decides from", "promised error", "passed by", "looked at", "wrong", "promise")


class Command(BaseCommand):
    """`lanes show`, `lanes export`: what DeepDress decides alone, which nobody has verified."""

    help = "Show the lanes of the model that serves, or write every photo they passed by, newest first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what to do."""
        actions = parser.add_subparsers(dest="action", required=True)
        show = actions.add_parser("show", help="lanes, thresholds, and what looks behind them found")
        show.add_argument("--json", action="store_true", help="answer with one JSON document")
        export = actions.add_parser("export", help="write what was passed by; none of it is verified")
        add_options(export)

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        """Do it."""
        if action == "export":
            self._export(options["format"], options["out"])
            return
        lines = report()
        if options["json"]:
            self.stdout.write(json_format.dumps([asdict(line) for line in lines], indent=2))
        elif lines:
            print_columns(self.stdout, TITLES, [_row(line) for line in lines])
        else:
            self.stdout.write("The model that serves has no lane: people see everything.")

    def _export(self, form: Form, path: Path | None) -> None:
        if path is None:
            write_rows(self.stdout, form, FIELDS, passed_rows())
            return
        count = write_file(path, form, FIELDS, passed_rows())
        self.stderr.write(f"{count} photos that nobody has verified written to {path}")


def _row(line: LaneLine) -> tuple[str, ...]:
    threshold = "never" if line.threshold is None else f"{line.threshold:.4f}"
    counts = (line.passed, line.looked_at, line.wrong)
    return (line.lane, threshold, f"{line.promised:g}", *map(str, counts), line.verdict)
