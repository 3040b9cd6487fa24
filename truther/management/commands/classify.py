"""Let the model look at photos."""

import json as json_format
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from truther.flow import classify, freeze


class Command(BaseCommand):
    """Score new photos, or all undecided ones again, and fill the open batch."""

    help = "Score new photos with the champion, then fill the open batch."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take how many and the form of the answer."""
        parser.add_argument("--limit", type=int, help="score at most so many new photos, the newest first")
        parser.add_argument("--again", action="store_true", help="score undecided photos of older models too")
        parser.add_argument("--json", action="store_true", help="answer with one JSON document")

    def handle(self, *args: Any, limit: int | None, again: bool, json: bool, **options: Any) -> None:
        """Score and print how many."""
        now = timezone.now()
        facts = {"model": classify.champion(now=now), "styles": classify.refresh_index(now=now)}
        facts["new"] = classify.classify_new(now=now, limit=limit)
        facts["again"] = classify.classify_again(now=now) if again else 0
        facts["topped_up"] = freeze.top_up(now=now)
        if json:
            self.stdout.write(json_format.dumps(facts))
            return
        for name, value in facts.items():
            self.stdout.write(f"{name.replace('_', ' '):<10} {value}")
