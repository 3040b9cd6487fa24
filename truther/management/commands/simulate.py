"""`manage.py simulate`: people with known habits play in simulated time; it is how a rule is chosen."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from truther.management.tables import print_tables
from truther.simulate.apart import Failed, simulate_apart
from truther.simulate.plan import Plan, WrongPlan
from truther.simulate.report import tables

USUAL = Plan()


class Command(BaseCommand):
    """Let simulated people play through the real web process, once for each rule, on the same world."""

    help = (
        "Let simulated people with known habits play photos with known truth through the real API, over a "
        "throw-away folder. The same seed gives the same walk and the same figures. Ends with status 1 when "
        "a photo was shown twice, a vote was lost, a cap was passed or a tally had drifted."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say how much of what."""
        parser.add_argument("--people", type=int, default=USUAL.people, help="people at play")
        parser.add_argument("--days", type=int, default=USUAL.days, help="working days; nights lie between")
        parser.add_argument("--seed", type=int, default=USUAL.seed, help="the same seed plays the same")
        parser.add_argument("--votes", type=int, default=USUAL.votes, help="votes that people want to cast")
        parser.add_argument("--photos", type=int, default=0, help="photos open at first; one to 2.4 votes")
        parser.add_argument("--styles", type=int, default=USUAL.styles, help="styles in the catalogue")
        parser.add_argument(
            "--hard", type=float, default=USUAL.hard, help="share of hard photos; 0: no stress"
        )
        parser.add_argument(
            "--rule", action="append", metavar="RULE", help="first_to:2, posterior:.99 ...; may be repeated"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        """Simulate one rule after the other, then compare."""
        names = ("people", "days", "seed", "votes", "photos", "styles", "hard")
        try:
            plans = [
                Plan(**{name: options[name] for name in names}, rule=rule)
                for rule in options["rule"] or [USUAL.rule]
            ]
            results = [simulate_apart(plan) for plan in plans]
        except (WrongPlan, Failed) as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["json"]:
            self.stdout.write(json.dumps(results))
        else:
            print_tables(self.stdout, tables(results))
        broken = [f"{result['plan']['rule']}: {said}" for result in results for said in result["broken"]]
        if broken:
            raise CommandError("\n".join(broken))
