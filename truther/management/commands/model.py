"""List the models, take one in, and go back to an earlier one."""

import json as json_format
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from classifier.runs import RunError
from truther.flow import classify, promote
from truther.models import ModelRun
from truther.shelf import RunMissing

LINE = "{model:<12} {role:<11} {top1:<10} {top3:<10} {verdict}"


class Command(BaseCommand):
    """`model list`, `model install FOLDER`, `model rollback [RUN]`."""

    help = (
        "List the trained models with their gate's verdict, take one in, or let an earlier one serve again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to do."""
        actions = parser.add_subparsers(dest="action", required=True)
        listing = actions.add_parser("list", help="every model, the newest first")
        back = actions.add_parser("rollback", help="let an earlier model serve again")
        back.add_argument("run", nargs="?", help="which one (the champion's parent)")
        taking = actions.add_parser("install", help="take in a run folder and let it serve")
        taking.add_argument("folder", type=Path, help="what `python -m classifier train --out` wrote")
        for action in (listing, back, taking):
            action.add_argument("--json", action="store_true", help="answer with one JSON document")

    def handle(self, *args: Any, action: str, json: bool, **options: Any) -> None:
        """Do it."""
        classify.champion(now=timezone.now())
        if action == "rollback":
            self._let_serve(options["run"])
        elif action == "install":
            self._take_in(options["folder"].resolve())
        models = [_facts(model) for model in ModelRun.objects.newest_first()]
        if json:
            self.stdout.write(json_format.dumps(models, indent=2))
            return
        for model in models:
            self.stdout.write(
                "{model:<12} {role:<11} {top1:<10} {top3:<10} {verdict}".format(**_words(model))
            )

    def _take_in(self, folder: Path) -> None:
        try:
            run = promote.take_in(folder, now=timezone.now())
        except (RunMissing, RunError) as error:
            raise CommandError(str(error)) from error
        self._let_serve(run)

    def _let_serve(self, run: str | None) -> None:
        try:
            target = promote.earlier_model(run)
            classify.refresh_index(now=timezone.now(), run_id=target)
            promote.rollback(target)
        except (promote.UnknownModel, promote.NoEarlierModel, RunMissing) as error:
            raise CommandError(str(error)) from error
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
    }


def _words(facts: dict[str, Any]) -> dict[str, str]:
    shares = {
        name: f"{name} {facts[name]:.3f}" if facts[name] is not None else "" for name in ("top1", "top3")
    }
    verdict = " ".join(facts["reasons"]) or ("came with the code" if not facts["parent"] else "not judged")
    return {"model": facts["model"], "role": facts["role"], "verdict": verdict} | shares
