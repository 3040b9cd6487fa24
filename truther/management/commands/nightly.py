"""Run a night in the foreground."""

import json
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from truther import night
from truther.models import NightRun


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
        for name, value in _table(run):
            self.stdout.write(f"{name:<22} {value}")

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


def _table(run: NightRun) -> list[tuple[str, str]]:
    results = {entry["name"]: entry["result"] or {} for entry in run.stages}
    frozen, gate, scored = results["freeze"], results["promote"], results["classify"]
    rows = [("night", f"{run.id}, cut at {run.at:%Y-%m-%d %H:%M:%S} UTC, {run.state}")]
    if "skipped" in frozen:
        rows.append(("frozen", frozen["skipped"]))
    else:
        rows += [
            ("frozen", f"{frozen['batch_id']}: {frozen['golden']} golden, {frozen['carried']} carried over"),
            ("manifest sha256", frozen["manifest_sha256"]),
            ("next batch", f"{frozen['next_batch_id']}, {results['top_up']['joined']} topped up"),
            ("moved back", f"from {_day(frozen['back_from'])} to {_day(frozen['back_to'])}"),
        ]
    if "skipped" in gate:
        rows.append(("training", gate["skipped"]))
    else:
        rows += [(f"{side} {gate[key]['run']}", _line(gate[key])) for side, key in SIDES]
        rows.append(("verdict", "promoted" if gate["promoted"] else "the champion stays"))
        rows += [("", reason) for reason in gate["reasons"]]
    rows.append(
        ("scored", f"{scored['new']} new, {scored['again']} again, against {scored['styles']} styles")
    )
    return rows


SIDES = (("champion", "champion"), ("challenger", "challenger"))


def _line(metrics: dict[str, Any]) -> str:
    return (
        f"top-1 {_share(metrics['top1'])}  top-3 {_share(metrics['top3'])} of {metrics['n']}, "
        f"non-dresses {_share(metrics['not_dress_recall'])} of {metrics['n_not_dress']}, "
        f"floors: colour {_share(metrics['colour_top3'])}, chance {_share(metrics['chance'])}"
    )


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _day(text: str | None) -> str:
    return text[:10] if text else "-"
