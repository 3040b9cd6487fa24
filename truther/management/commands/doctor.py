"""`manage.py doctor`: one table of what is well, what is not, and what to do."""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.table import Table
from rich.text import Text

from truther.config import config
from truther.doctor import Health, examine

COLOUR = {Health.OK: "green", Health.WARNING: "yellow", Health.FAILED: "red"}


class Command(BaseCommand):
    """Examine this installation; exit with 1 when something failed."""

    help = "Say in one table what is configured, reachable and missing; exit code 1 when something failed."
    requires_system_checks: list[str] = []  # they may need a database, and ours may be away

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Offer the answer for machines."""
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        """Examine, print, and say by the exit code how it went."""
        findings = examine(config)
        well = all(finding.health != Health.FAILED for finding in findings)
        if options["json"]:
            document = {"ok": well, "findings": [asdict(finding) for finding in findings]}
            self.stdout.write(json.dumps(document, indent=1))
        else:
            table = Table("", "", "What was found", "What to do")
            for finding in findings:
                health = Text(finding.health, style=COLOUR[finding.health])
                # Text, not str: an address in brackets is no markup.
                table.add_row(Text(finding.name), health, Text(finding.detail), Text(finding.advice))
            Console().print(table)
        if not well:
            sys.exit(1)
