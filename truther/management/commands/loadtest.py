"""Put many people at once before the real server, on a house of any size, and measure."""

import json
import os
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from truther.config import ROOT
from truther.load.crowd import Pace
from truther.load.furnish import Size
from truther.load.trial import NotOurs, Trial, load, stand_up
from truther.management.tables import print_columns
from truther.rules.walk import MOST_ROOM

VOTES_A_PHOTO = 5
OUTBOX = 5  # votes that the page sends together
LOW = 3  # cards left when it asks for more
THINKING_SECONDS = 2.5
TITLES = (
    *("photos", "votes", "people", "outbox", "vote p50/p95 ms", "refill p50/p95 ms", "cards", "loops/s"),
    *("late", "errors", "lost", "repeats", "over cap", "load"),
)


class Command(BaseCommand):
    """Measure votes and refills under load."""

    help = "Build a database of any size, put people before the real server, and print how long it takes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take who plays, for how long, and over what."""
        parser.add_argument("--people", type=int, help="people at once (200; 32 in a race)")
        parser.add_argument("--seconds", type=float, help="how long they play (60; 20 in a race)")
        parser.add_argument(
            "--photos", type=int, nargs="+", help="photos of each house (100000; 30000 in a race)"
        )
        parser.add_argument("--votes", type=int, nargs="+", help="votes of each house (five a photo)")
        parser.add_argument(
            "--race", action="store_true", help="no thinking: votes a second, alone and batched"
        )
        parser.add_argument(
            "--keep", type=Path, metavar="FOLDER", help="build the houses there, and reuse them"
        )
        parser.add_argument("--processes", type=int, default=2, help="processes the people are spread over")
        parser.add_argument("--json", action="store_true", help="print one JSON document")
        parser.add_argument("--here", action="store_true", help="one size, over TRUTHER_DATA_DIR as it is")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run every size in a process of its own, whose settings name its folder; then print."""
        race = options["race"]
        people = options["people"] or (32 if race else 200)
        seconds = options["seconds"] or (20.0 if race else 60.0)
        sizes = _sizes(options["photos"] or [30_000 if race else 100_000], options["votes"])
        if options["here"]:
            one_by_one, as_the_page = (1, MOST_ROOM), (OUTBOX, LOW)
            paces = [Pace(seconds, 0.0, *habit) for habit in (one_by_one, as_the_page)]
            paces = paces if race else [Pace(seconds, THINKING_SECONDS, *as_the_page)]
            self._here(sizes[0], paces, people, options["processes"])
            return
        flags = [f"--people={people}", f"--seconds={seconds}", f"--processes={options['processes']}"]
        flags += ["--race"] if race else []
        trials = [trial for size in sizes for trial in self._apart(size, flags, options["keep"])]
        if options["json"]:
            self.stdout.write(json.dumps([asdict(trial) for trial in trials], indent=2))
        else:
            self._print(trials)
        broken = [trial for trial in trials if not trial.clean]
        if broken:
            raise CommandError(
                f"{len(broken)} of {len(trials)} trials went wrong: {'; '.join(_wrongs(broken))}"
            )

    def _here(self, size: Size, paces: list[Pace], people: int, processes: int) -> None:
        try:
            stand_up(size, self.stderr.write)
        except NotOurs as refusal:
            raise CommandError(str(refusal)) from refusal
        trials = load(size, paces, people=people, processes=processes)
        self.stdout.write(json.dumps([asdict(trial) for trial in trials]))

    def _apart(self, size: Size, flags: list[str], keep: Path | None) -> list[Trial]:
        with _folder(size, keep) as folder:
            environment = {
                name: value for name, value in os.environ.items() if not name.startswith("TRUTHER_")
            }
            environment |= {
                "TRUTHER_DATA_DIR": str(folder),
                "TRUTHER_PROFILE": "demo",
            }
            command = [sys.executable, str(ROOT / "manage.py"), "loadtest", "--here", *flags]
            command += [f"--photos={size.photos}", f"--votes={size.votes}"]
            done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=False, text=True)
            if done.returncode:
                raise CommandError("The load test broke off; what went wrong stands above.")
        found = json.loads(done.stdout.splitlines()[-1])
        return [Trial(**(one | {"errors": tuple(one["errors"])})) for one in found]

    def _print(self, trials: list[Trial]) -> None:
        rows = [
            (
                f"{trial.photos:,}",
                f"{trial.votes_before:,}",
                str(trial.people),
                str(trial.outbox),
                f"{trial.vote_p50:.1f} / {trial.vote_p95:.1f}",
                f"{trial.refill_p50:.1f} / {trial.refill_p95:.1f}",
                f"{trial.cards_a_refill:.1f}",
                f"{trial.loops_a_second:.1f}",
                str(trial.late),
                *(str(len(trial.errors)), str(trial.lost), str(trial.repeats), str(trial.over_cap)),
                f"{trial.load_average:.1f}",
            )
            for trial in trials
        ]
        print_columns(self.stdout, TITLES, rows)
        first, last = trials[0], trials[-1]
        if last.photos > first.photos:
            self.stdout.write(
                f"from {first.photos:,} to {last.photos:,} photos, p50 and p95: {_growth(first, last)}"
            )


def _growth(first: Trial, last: Trial) -> str:
    """Say how many times as long everything takes; of refills only where they bring as many cards."""
    votes = f"votes times {last.vote_p50 / first.vote_p50:.2f} and {last.vote_p95 / first.vote_p95:.2f}"
    if abs(last.cards_a_refill - first.cards_a_refill) > 1:
        return f"{votes}; refills bring too different numbers of cards to be compared: fewer --people"
    grown = (last.refill_p50 / first.refill_p50, last.refill_p95 / first.refill_p95)
    return f"{votes}, refills times {grown[0]:.2f} and {grown[1]:.2f}"


def _sizes(photos: list[int], votes: list[int] | None) -> list[Size]:
    if votes is None:
        return [Size(count, VOTES_A_PHOTO * count) for count in photos]
    if len(votes) != len(photos):
        raise CommandError("Give as many --votes as --photos, or none: then there are five a photo.")
    return [Size(*pair) for pair in zip(photos, votes, strict=True)]


@contextmanager
def _folder(size: Size, keep: Path | None) -> Iterator[Path]:
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="truther-load-") as name:
            yield Path(name)
    else:
        folder = keep.resolve() / f"{size.photos}-{size.votes}"
        folder.mkdir(parents=True, exist_ok=True)
        yield folder


def _wrongs(trials: list[Trial]) -> Iterator[str]:
    for trial in trials:
        counts = {"errors": len(trial.errors), "lost": trial.lost, "repeats": trial.repeats}
        counts |= {"over the cap": trial.over_cap, "refused": trial.refused}
        yield ", ".join(f"{count} {name}" for name, count in counts.items() if count)
        yield from trial.errors[:3]
