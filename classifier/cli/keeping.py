"""Commands that keep runs: which one serves, what served before, and what each of them is."""

import argparse
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from classifier.cli.common import Answer, Listing
from classifier.registry import Registry
from classifier.tables import Table


def register(command: Listing) -> None:
    """List the commands of this family."""
    keep = command("registry", keep_runs, "Say which run serves, let another one serve, or go back.")
    keep.add_argument("folder", type=Path, metavar="DIR", help="where runs/ and models/ lie")
    keep.add_argument("action", choices=ACTIONS, nargs="?", default="list")
    keep.add_argument("run", nargs="?", default="", help="a run of DIR, or for install the folder of one")
    keep.add_argument("--by", default="", help="who says so, for the history")
    keep.add_argument("--why", default="", help="the reason, for the history")

    card = command("card", show_card, "Print a run's model card: Markdown, or with --html or --json.")
    card.add_argument("run", type=Path)
    card.add_argument("--html", action="store_true", help="one page without anything from elsewhere")
    card.add_argument("--write", action="store_true", help="write card.md and card.html into the run folder")


def keep_runs(options: argparse.Namespace) -> Answer:
    """Do one thing with a folder of runs."""
    registry = Registry(options.folder)
    said = {"at": datetime.now(UTC), "by": options.by, "why": options.why}
    if options.action == "install":
        registry.install(Path(options.run))
    elif options.action == "promote":
        registry.promote(options.run, **said)
    elif options.action == "rollback":
        registry.rollback(options.run, **said)
    elif options.action == "history":
        return {"tables": [Table("History", [asdict(entry) for entry in registry.history()]).json()]}
    champion = registry.champion() if registry.alias.is_symlink() else ""
    runs = [{"run": name, "role": _role(registry, name, champion)} for name in registry.names()]
    return {"champion": champion, "challenger": registry.challenger(), "tables": [Table("Runs", runs).json()]}


ACTIONS = ("list", "install", "promote", "rollback", "history")


def show_card(options: argparse.Namespace) -> Answer:
    """Print a card, or write it into the run folder."""
    from classifier.registry.card import card_of, write_card

    card = card_of(options.run)
    if options.write:
        write_card(options.run)
        return {"written": [str(options.run / "card.md"), str(options.run / "card.html")]}
    if options.json:
        return dict(card.facts)
    return {"text": card.html() if options.html else card.markdown()}


def _role(registry: Registry, name: str, champion: str) -> str:
    return "champion" if name == champion else "challenger" if name == registry.challenger() else ""
