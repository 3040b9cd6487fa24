"""Take pictures down for good."""

from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from truther.flow import takedown
from truther.management.tables import print_json, print_table


class Command(BaseCommand):
    """Delete bytes, thumbnails, scores and golden records; keep a keyed hash so that they stay away."""

    help = "Take photos, and every copy of the same pictures, down for good."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say which, and why."""
        parser.add_argument("photo", nargs="+", help="id of a photo")
        parser.add_argument("--reason", required=True, help="for the record")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, photo: list[str], reason: str, json: bool, **options: Any) -> None:
        """Take them down and say what went."""
        report = takedown.take_down(photo, reason=reason, now=timezone.now())
        if json:
            print_json(self.stdout, report)
        else:
            told = {name: ", ".join(ids) or "-" for name, ids in asdict(report).items() if name != "files"}
            told["snapshots that lost a photo"] = told.pop("snapshots")
            told["models marked"] = told.pop("models")
            print_table(self.stdout, "photos", told | {"files deleted": report.files})
        if report.unknown and not report.removed + report.already:
            raise SystemExit(1)
