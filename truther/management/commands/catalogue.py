"""Bring the catalogue in, or take styles out of it."""

import os
from argparse import ArgumentParser
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from truther.flow import catalogue
from truther.management.tables import print_json, print_rejections, print_table
from truther.sources.catalogue_file import CatalogueUnreadable
from truther.sources.media import StorageFull


class Command(BaseCommand):
    """Import adds and updates, retire takes out of what is offered."""

    help = "Import the catalogue from CSV or JSON Lines, or retire styles."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say what to do with which styles."""
        actions = parser.add_subparsers(dest="action", required=True)
        importing = actions.add_parser("import", help="add and update styles from a file")
        importing.add_argument("file", type=Path, help=".csv, or JSON Lines; columns: see docs/data.md")
        importing.add_argument("--images", type=Path, metavar="DIR", help="where image paths start")
        importing.add_argument("--processes", type=int, default=os.cpu_count() or 1, metavar="N")
        retiring = actions.add_parser("retire", help="never offer these styles again")
        retiring.add_argument("sku", nargs="+")
        retiring.add_argument("--day", type=date.fromisoformat, help="since when (today)")
        for action in (importing, retiring):
            action.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it and say what came of it."""
        if options["action"] == "import":
            self._import(**options)
        else:
            self._retire(**options)

    def _import(self, file: Path, images: Path | None, processes: int, json: bool, **options: Any) -> None:
        try:
            report = catalogue.import_catalogue(
                file, images_dir=images, now=timezone.now(), processes=processes
            )
        except (CatalogueUnreadable, StorageFull) as error:
            raise CommandError(str(error)) from error
        if json:
            print_json(self.stdout, report)
        else:
            counts = asdict(report) | {"rejected": len(report.rejected)}
            print_table(self.stdout, "styles", counts)
            print_rejections(self.stdout, report.rejected)
        if report.rejected and not report.added + report.changed + report.unchanged:
            raise SystemExit(1)

    def _retire(self, sku: list[str], day: date | None, json: bool, **options: Any) -> None:
        now = timezone.now()
        report = catalogue.retire(sku, day=day or now.date(), now=now)
        if json:
            print_json(self.stdout, report)
        else:
            told = {name: ", ".join(skus) or "-" for name, skus in asdict(report).items()}
            print_table(self.stdout, "styles", told)
        if report.unknown and not report.retired + report.already:
            raise SystemExit(1)
