"""List the models, take one in, put one before the gate, go back to an earlier one, tell what served."""

import json as json_format
from dataclasses import asdict
from getpass import getuser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from classifier.runs import RunError
from classifier.snapshot import SnapshotError
from truther.flow import classify, examine, promote
from truther.models import ModelRun
from truther.shelf import NoEarlierChampion, RunMissing

LINE = "{model:<12} {role:<11} {top1:<10} {top3:<10} {verdict}"
CHANGE = "{at:<20} {event:<12} {run:<12} {before:<14} {by:<12} {why}"


class Command(BaseCommand):
    """`model list`, `challenge FOLDER`, `install FOLDER`, `rollback [RUN]`, `history`."""

    help = (
        "List the trained models with their gate's verdict, take one in, or let an earlier one serve again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to do."""
        actions = parser.add_subparsers(dest="action", required=True)
        listing = actions.add_parser("list", help="every model, the newest first")
        told = actions.add_parser("history", help="what served when, who said so, and why")
        back = actions.add_parser("rollback", help="let an earlier model serve again")
        back.add_argument("run", nargs="?", default="", help="which one (what served before the champion)")
        taking = actions.add_parser("install", help="take in a run folder and let it serve")
        taking.add_argument("folder", type=Path, help="what `python -m classifier train --out` wrote")
        daring = actions.add_parser("challenge", help="put a run trained elsewhere before the gate")
        daring.add_argument("folder", type=Path, help="it serves only if it beats the champion")
        daring.add_argument("--snapshot", default="", help="whose holdout to ask about (the newest)")
        for action in (back, taking):
            action.add_argument("--why", default="", help="for the history")
        for action in (listing, told, back, taking, daring):
            action.add_argument("--json", action="store_true", help="answer with one JSON document")

    def handle(self, *args: Any, action: str, json: bool, **options: Any) -> None:
        """Do it."""
        classify.champion(now=timezone.now())
        if action == "rollback":
            self._let_serve(options["run"], options["why"] or "Rolled back on the command line.")
        elif action == "install":
            self._take_in(options["folder"].resolve(), options["why"] or "Installed on the command line.")
        elif action == "challenge":
            self._challenge(options["folder"].resolve(), options["snapshot"])
        found = [asdict(entry) for entry in promote.history()] if action == "history" else self._models()
        if json:
            self.stdout.write(json_format.dumps(found, indent=2))
            return
        for row in found:
            self.stdout.write(_change(row) if action == "history" else LINE.format(**_words(row)))

    def _models(self) -> list[dict[str, Any]]:
        return [_facts(model) for model in ModelRun.objects.newest_first()]

    def _take_in(self, folder: Path, why: str) -> None:
        try:
            run = promote.take_in(folder, now=timezone.now())
            classify.refresh_index(now=timezone.now(), run_id=run)
            promote.promote(run, now=timezone.now(), by=getuser(), why=why)
        except (RunMissing, RunError) as error:
            raise CommandError(str(error)) from error
        self._say(run)

    def _challenge(self, folder: Path, snapshot: str) -> None:
        now = timezone.now()
        try:
            run = promote.take_in(folder, now=now)
            verdict = examine.judge(run, now=now, snapshot_id=snapshot or examine.newest_snapshot())
            if verdict.promoted:
                classify.refresh_index(now=now, run_id=run)
                promote.promote(run, now=now, by=getuser(), why="Beat the champion before the gate.")
        except (examine.NoHoldout, RunMissing, RunError, SnapshotError) as error:
            raise CommandError(str(error)) from error
        for reason in verdict.reasons:
            self.stderr.write(reason)
        if verdict.promoted:
            self._say(run)
        else:
            self.stderr.write(f"Model {verdict.champion_id} stays.")

    def _let_serve(self, run: str, why: str) -> None:
        try:
            target = promote.earlier_model(run)
            classify.refresh_index(now=timezone.now(), run_id=target)
            promote.rollback(target, now=timezone.now(), by=getuser(), why=why)
        except (promote.UnknownModel, NoEarlierChampion, RunMissing, RunError) as error:
            raise CommandError(str(error)) from error
        self._say(target)

    def _say(self, target: str) -> None:
        self.stderr.write(f"Model {target} serves. Undecided photos are scored by it in the next night,")
        self.stderr.write("or at once with: manage.py classify --again")


def _facts(model: ModelRun) -> dict[str, Any]:
    return {
        "model": model.id,
        "role": model.role,
        "parent": model.parent,
        "trained_at": model.trained_at.isoformat(),
        "top1": model.metrics.get("top1"),
        "top3": model.metrics.get("top3"),
        "promoted": model.gate.get("promoted"),
        "reasons": model.gate.get("reasons", []),
        "checks": model.gate.get("checks", []),
        "taken_down": model.taken_down,
    }


def _words(facts: dict[str, Any]) -> dict[str, str]:
    shares = {
        name: f"{name} {facts[name]:.3f}" if facts[name] is not None else "" for name in ("top1", "top3")
    }
    verdict = " ".join(facts["reasons"]) or ("came with the code" if not facts["parent"] else "not judged")
    verdict = " ".join([verdict, *facts["taken_down"].get("sentences", [])])
    return {"model": facts["model"], "role": facts["role"], "verdict": verdict} | shares


def _change(entry: dict[str, Any]) -> str:
    before = f"after {entry['before']}" if entry["before"] else ""
    return CHANGE.format(**entry | {"at": entry["at"][:19] or "-", "before": before})
