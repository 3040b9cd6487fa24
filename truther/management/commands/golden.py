"""Hand out the golden records."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from truther.flow.golden import FIELDS, rows
from truther.management.export import add_options, write_file, write_rows


class Command(BaseCommand):
    """Export what is sure: photo -> exact style."""

    help = "Write every golden record, oldest first, as JSON Lines or CSV."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the form and the file."""
        actions = parser.add_subparsers(dest="action", required=True)
        export = actions.add_parser("export", help="write all records")
        add_options(export)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file whole or not at all."""
        form, path = options["format"], options["out"]
        if path is None:
            write_rows(self.stdout, form, FIELDS, rows())
            return
        self.stderr.write(f"{write_file(path, form, FIELDS, rows())} golden records written to {path}")
