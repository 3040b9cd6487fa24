"""`manage.py rentals`: bring rentals in, or forget a customer's."""

from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from truther.flow import rentals
from truther.management.tables import print_json, print_rejections, print_table
from truther.sources.rentals_file import RentalsUnreadable


class Command(BaseCommand):
    """Import adds and updates; forget deletes for good."""

    help = "Import rentals from CSV, TSV or Parquet, or forget a customer's."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say what to do."""
        actions = parser.add_subparsers(dest="action", required=True)
        importing = actions.add_parser("import", help="add and update rentals from a file")
        importing.add_argument("file", type=Path, help=".csv, .tsv or .parquet; columns: see docs/data.md")
        importing.add_argument("--rejects", type=Path, metavar="FILE", help="where rejected rows go")
        importing.add_argument("--dry-run", action="store_true", help="judge the whole file, write nothing")
        importing.add_argument("--json", action="store_true", help="print one JSON document")
        forgetting = actions.add_parser("forget", help="delete a customer's rentals and lists")
        forgetting.add_argument("customer")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it and say what came of it."""
        if options["action"] == "forget":
            count = rentals.forget(options["customer"])
            from truther.flow import recommend  # loads recsys: an import of rentals does not need it

            recommend.forget(options["customer"])
            self.stdout.write(
                f"{count} rentals deleted, and all lists and files of recommenders that named the customer "
                "rewritten; the next night fits without them."
            )
            return
        self._import(**options)

    def _import(self, file: Path, rejects: Path | None, dry_run: bool, json: bool, **options: Any) -> None:
        try:
            report = rentals.import_rentals(file, now=timezone.now(), rejects=rejects, dry_run=dry_run)
        except (RentalsUnreadable, OSError) as error:
            raise CommandError(str(error)) from error
        if json:
            print_json(self.stdout, report)
        else:
            counts = asdict(report) | {"rejected": len(report.rejected)}
            counts.pop("rejects_file")
            print_table(self.stdout, "rentals (nothing was written)" if dry_run else "rentals", counts)
            print_rejections(self.stdout, report.rejected)
            if report.rejects_file:
                self.stdout.write(f"The rejected rows lie in {report.rejects_file}: mend and import them.")
        if report.rejected and not report.added + report.changed + report.unchanged:
            raise SystemExit(1)
