"""Look at the rules that settle photos, try them, and put one in force."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from truther.flow import amend
from truther.models import VoteRule
from truther.rules import crowd, trial
from truther.rules.consensus import Rule
from truther.rules.parameters import KINDS, problems_in

# What our first simulation gave, before anything was built: votes a photo, right, right under stress.
BEFORE = {
    "one vote": (1.0, 0.900, 0.857),
    "first to 2, cap 5": (2.2, 0.992, 0.959),
    "first to 3, cap 7": (3.3, 0.999, 0.982),
    "posterior .99, cap 7": (2.4, 0.997, 0.979),
    "posterior .99, cap 7, model’s prior": (2.3, 0.996, 0.973),
}
CROWD_BEFORE = {"one-coin EM, Beta(9, 1)": 0.953, "majority": 0.951, "full Dawid-Skene": 0.914}

Report = tuple[Any, list[str]]  # dataclasses for machines, lines for people


class Command(BaseCommand):
    """The rules as data: list, table, crowd, preview, activate."""

    help = "List the versions of the rule; try rules on simulated or stored votes; put one in force."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what to do, and a rule's parameters."""
        parser.add_argument("--json", action="store_true", help="print one JSON document")
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("list", help="every version, and how many golden records it settled")
        table = actions.add_parser("table", help="rules on simulated votes, beside our first figures")
        table.add_argument("--photos", type=int, default=20_000)
        table.add_argument("--seed", type=int, default=1)
        counting = actions.add_parser("crowd", help="EM, majority and Dawid-Skene on simulated people")
        counting.add_argument("--votes", type=int, default=3281)
        counting.add_argument("--seeds", type=int, default=20)
        for action, words in (
            ("preview", "what a rule would change on the stored votes"),
            ("activate", "add a rule as a new version and count new votes by it"),
        ):
            one = actions.add_parser(action, help=words)
            one.add_argument("rule", choices=KINDS)
            one.add_argument("--first-to", type=int, default=2)
            one.add_argument("--posterior", type=float, default=0.99)
            one.add_argument("--min-humans", type=int, default=2)
            one.add_argument("--cap", type=int, default=5)
            if action == "activate":
                one.add_argument("--why", required=True)
                one.add_argument("--author", default="command line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what was asked, and print what came of it."""
        report, lines = getattr(self, f"_{options['action']}")(options)
        if options["json"]:
            rows = [asdict(one) for one in report] if isinstance(report, list) else asdict(report)
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2, default=str))
            return
        for line in lines:
            self.stdout.write(line.rstrip())

    def _list(self, options: dict[str, Any]) -> Report:
        found, lines = amend.versions(now=timezone.now()), []
        for version in found:
            by = f"{version.author or 'shipped'}, {version.created_at:%Y-%m-%d %H:%M}"
            mark = "*" if version.active else " "
            lines.append(f"{mark} {version.rule.version:<20} {version.golden:>8} golden  {by}")
            lines.append(f"  {version.rule.words}{f': {version.why}' if version.why else ''}")
        return found, lines

    def _table(self, options: dict[str, Any]) -> Report:
        if options["photos"] < 1:
            raise CommandError("Try the rules on at least one photo.")
        tried, lines = list(trial.try_rules(photos=options["photos"], seed=options["seed"])), []
        for world in trial.WORLDS:
            lines.append(f"{world.name}; {options['photos']} photos, seed {options['seed']}")
            lines.append(f"  {'rule':<36} {'votes':>6} {'right':>7} {'contested':>9}   at first")
            lines += [_line(one) for one in tried if one.world == world.name]
        return tried, lines

    def _crowd(self, options: dict[str, Any]) -> Report:
        if options["votes"] < 1 or options["seeds"] < 1:
            raise CommandError("Count at least one vote of at least one crowd.")
        counted = crowd.count_crowds(options["votes"], seeds=range(options["seeds"]))
        lines = [
            f"{options['votes']} votes, {options['seeds']} crowds: share of the photos that come out right"
        ]
        lines += [
            f"  {way.name:<26} {way.right:.3f}   at first {CROWD_BEFORE[way.name]:.3f}" for way in counted
        ]
        return counted, lines

    def _preview(self, options: dict[str, Any]) -> Report:
        found = amend.preview(_rule(options), now=timezone.now())
        of = "" if found.photos == found.of else f" of {found.of}, drawn by lot"
        lines = [found.rule.words, f"  against {found.against.version}: {found.against.words}"]
        lines.append(f"{found.photos} photos with votes looked at{of}")
        for kind, words in amend.KINDS.items():
            lines.append(f"  {found.counts[kind]:>7} {words}")
            examples = found.examples[kind]
            lines += [f"          {one.photo_id}: {one.before} -> {one.after}" for one in examples]
        return found, [*lines, _side("now", found.before), _side("then", found.after)]

    def _activate(self, options: dict[str, Any]) -> Report:
        now = timezone.now()
        based_on = VoteRule.objects.active_rule(now=now).version
        said = {"author": options["author"], "why": options["why"]}
        try:
            named = amend.activate(_rule(options), **said, based_on=based_on, now=now)
        except amend.Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        followed = amend.bring_in_step(now=now)
        return named, [f"{named.version} is in force: {named.words}; {followed} photos followed."]


def _rule(options: dict[str, Any]) -> Rule:
    names = ("rule", "first_to", "posterior", "min_humans", "cap")
    parameters = {name: options[name] for name in names} | {"tie": "expert"}
    if problems := problems_in(parameters):
        told = (f"--{name.replace('_', '-')}: {problem}" for name, problem in problems.items())
        raise CommandError("\n".join(told))
    return Rule("tried", **parameters)


def _line(one: trial.Tried) -> str:
    measured = f"{one.votes:>6.2f} {one.right:>7.4f} {one.contested:>9.4f}"
    return f"  {one.rule:<36} {measured}   {_at_first(one)}"


def _side(name: str, side: amend.Side) -> str:
    votes = "-" if side.votes is None else f"{side.votes:.2f}"
    stands = f"{side.settled} settled, {side.contested} contested, {side.open} open"
    return f"  {name:<5} {stands}; {votes} votes a photo settled by people"


def _at_first(one: trial.Tried) -> str:
    if one.rule not in BEFORE or one.world not in ("calm", "stress"):
        return ""
    votes, right, stressed = BEFORE[one.rule]
    return f"{votes:.1f} votes, {right:.3f}" if one.world == "calm" else f"{stressed:.3f}"
