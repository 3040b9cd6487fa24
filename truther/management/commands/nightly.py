"""Run a night in the foreground."""

import json
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from truther import night
from truther.models import NightRun
from truther.night import words


class Command(BaseCommand):
    """Freeze, retrain, judge, classify again: with progress, and a table at the end."""

    help = (
        "Run the night: freeze the batch, train and judge a challenger, score open photos again, move back."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the moment and the form of the answer."""
        parser.add_argument(
            "--at", type=_moment, help="the night's cut, ISO 8601, UTC unless it says otherwise (now)"
        )
        parser.add_argument("--json", action="store_true", help="answer with one JSON document")

    def handle(self, *args: Any, at: datetime | None, json: bool, **options: Any) -> None:
        """Run the night and print what it came to."""
        now = timezone.now()
        before = NightRun.objects.filter(state="done").values_list("pk", flat=True)
        done_before = (at or now).astimezone(UTC).date().isoformat() in before
        try:
            run = night.run_night(at or now, on_progress=None if json else self._show)
        except (night.NightBusy, night.NightOutOfOrder, night.StageFailed, night.NightFailed) as error:
            raise CommandError(str(error)) from error
        if json:
            self.stdout.write(_document(run))
            return
        if done_before:
            self.stdout.write(f"Night {run.id} was done before; for another one give --at with a later day.")
        self.stdout.write(f"night     {run.id}, cut at {run.at:%Y-%m-%d %H:%M:%S} UTC, {run.state}")
        for entry in run.stages:
            for number, sentence in enumerate(words.sentences(entry["name"], entry["result"])):
                self.stdout.write(f"{'' if number else entry['name']:<9} {sentence}")

    def _show(self, stage: str, text: str) -> None:
        self.stdout.write(f"{timezone.now():%H:%M:%S}  {stage:<9} {text}")
        self.stdout.flush()


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _document(run: NightRun) -> str:
    stages = {entry["name"]: entry for entry in run.stages}
    facts = {"night": run.id, "at": run.at.isoformat(), "state": run.state, "stages": stages}
    return json.dumps(facts, indent=2)
