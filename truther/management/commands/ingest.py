"""Bring photos in: from a folder, a file, or what was posted under a hashtag."""

import os
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from truther.flow import ingest
from truther.management.tables import print_json, print_rejections, print_table
from truther.sources.graph_errors import GraphError
from truther.sources.media import StorageFull


class Command(BaseCommand):
    """Take in what is new; running it again changes nothing."""

    help = "Ingest an instaloader folder (.jpg + .json.xz), a JSON Lines file, or a hashtag's last 24 hours."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say where the photos are."""
        source = parser.add_mutually_exclusive_group(required=True)
        source.add_argument("path", nargs="?", type=Path, help="a folder or a file")
        source.add_argument("--hashtag", metavar="TAG", help="ask the Instagram Graph API")
        parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, metavar="N")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        """Bring them in and say what came of it."""
        try:
            report = self._ingest(**options)
        except (ingest.NothingToIngest, GraphError, StorageFull) as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            print_json(self.stdout, report)
        else:
            print_table(self.stdout, "count", asdict(report) | {"rejected": len(report.rejected)})
            print_rejections(self.stdout, report.rejected)
        if report.rejected and not report.photos + report.unchanged:
            raise SystemExit(1)

    def _ingest(
        self, path: Path | None, hashtag: str | None, processes: int, **options: Any
    ) -> ingest.IngestReport:
        if path is not None:
            return ingest.ingest_path(path, now=timezone.now(), processes=processes)
        return ingest.ingest_hashtag(str(hashtag), now=timezone.now(), processes=processes)
