"""Show what one session was dealt, and why."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from truther.flow import replay


class Command(BaseCommand):
    """Replay a walk from what is stored."""

    help = "Print a session's seed, start and every photo it dealt, in order, with the reason."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the session, or a person whose latest one is meant."""
        parser.add_argument("session", help="a session's id, or a person's name for their latest session")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the walk."""
        try:
            walked = replay.replay(options["session"])
        except replay.NoSuchSession as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["json"]:
            self.stdout.write(json.dumps(asdict(walked), default=str))
            return
        self.stdout.write(
            f"session {walked.session_id} of {walked.person} in {walked.batch_id}, seed {walked.seed}, "
            f"{walked.arm or 'plain'} arm, start {walked.start_photo_id or '-'}, "
            f"{'wrapped' if walked.wrapped else 'first lap'}"
        )
        self.stdout.write(f"{'':>4} {'photo':<28} {'taken':<16} {'reason':<7} {'chance':>6}  shown, as said")
        for step in walked.steps:
            shown = ", ".join(f"[{sku}]" if sku == step.style else sku for sku in step.options)
            said = step.choice or ("waiting" if step.waiting else "withdrawn")
            self.stdout.write(
                f"{step.number:>4} {step.photo_id:<28} {step.taken_at:%Y-%m-%d %H:%M} {step.reason:<7} "
                f"{step.propensity:>6.2f}  {shown or '-'}: {said}"
            )
