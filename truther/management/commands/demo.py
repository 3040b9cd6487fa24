"""`manage.py demo`: an invented catalogue, invented posts, and people who only rehearse."""

import json
import time
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from truther import demo
from truther.management.tables import print_table


class Command(BaseCommand):
    """Fill catalogue and posts through the rooms that take in real ones."""

    help = "Fill an empty installation with the demo, or let simulated people vote on it (demo profile only)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say how much, and from which seed."""
        parser.add_argument("--styles", type=int, default=300, help="styles in the catalogue")
        parser.add_argument("--photos", type=int, default=3000, help="photos in the posts, about")
        parser.add_argument("--seed", type=int, default=7, help="the same seed invents the same demo")
        parser.add_argument("--slices", type=int, help="stop after so many slices; the next call goes on")
        parser.add_argument("--go-on", action="store_true", help="go on with the demo that was begun here")
        parser.add_argument("--votes", type=int, help="instead: let simulated people cast so many votes")
        parser.add_argument(
            "--look",
            action="store_true",
            help="instead: compare the model with the truth, on undecided photos",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        """Fill, or vote, and say what is there."""
        self.began, self.quiet = time.monotonic(), options["json"]
        try:
            result = self._result(options)
        except demo.DemoRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["json"]:
            self.stdout.write(json.dumps(result))
            return
        if options["slices"] or options["go_on"]:
            return  # a part of a longer filling, whose steps have been said
        shown = {name.replace("_", " "): _plain(value) for name, value in result.items()}
        print_table(self.stdout, "demo", shown)
        if options["votes"] and result["votes"] < options["votes"]:
            self.stdout.write("Nothing is open for anybody any more: run `manage.py nightly`, then go on.")

    def _result(self, options: dict[str, Any]) -> dict[str, Any]:
        if options["votes"]:
            return demo.rehearse(votes=options["votes"], seed=options["seed"], now=timezone.now())
        return asdict(demo.look()) if options["look"] else self._fill(options)

    def _fill(self, options: dict[str, Any]) -> dict[str, Any]:
        numbers = {name: options[name] for name in ("styles", "photos", "seed")}
        if options["go_on"]:
            plan = demo.begun()
            if plan is None:
                raise CommandError("No demo was begun here: leave --go-on out.")
            numbers = {"styles": plan.styles, "photos": plan.photos, "seed": plan.seed}
        return asdict(demo.fill(**numbers, slices=options["slices"], now=timezone.now(), say=self._say))

    def _say(self, step: str) -> None:
        if not self.quiet:
            self.stdout.write(f"{time.monotonic() - self.began:8.1f} s  {step}")
            self.stdout.flush()


def _plain(value: float | None) -> str:
    """A count as it is, a share or a time with three digits."""
    return "-" if value is None else f"{value:.3f}" if isinstance(value, float) else str(value)
