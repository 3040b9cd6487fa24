"""`manage.py serve`: everything Truther needs, in one command that ends everything when it ends."""

import fcntl
import os
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from truther import demo
from truther.config import ROOT, config
from truther.engine import parts, prepare
from truther.engine.supervise import Supervisor, with_parent

STOP_SECONDS = 20.0  # for tasks at work; whatever is cut off is delivered again
SETUP = "setup"
Result = TypeVar("Result")


class Command(BaseCommand):
    """Prepare what is missing, then keep web, model, workers and clock alive."""

    help = "Prepare what is missing, then run web, model process, workers and clock until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say which parts; all of them when nothing is said."""
        parser.add_argument(
            "--only",
            metavar="PART,PART",
            default="",
            help=f"run just these of {SETUP}, {', '.join(parts.NAMES)}: for containers, which each run one",
        )
        parser.add_argument("--no-demo", action="store_true", help="leave an empty database empty")
        parser.add_argument("--styles", type=int, default=300, help="styles in the demo")
        parser.add_argument("--photos", type=int, default=3000, help="photos in the demo, about")
        parser.add_argument("--seed", type=int, default=7, help="seed of the demo")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, then serve."""
        self.began = time.monotonic()
        names = self._names(options["only"])
        with self._one_per_folder(wanted=not options["only"]):
            self._check_ports(names)
            if SETUP in names:
                self._prepare(options)
            self._serve(names, fill_rest=SETUP in names and not options["no_demo"] and demo.wanted())

    def _serve(self, names: tuple[str, ...], *, fill_rest: bool) -> None:
        running = parts.build(config, names)
        if not running:
            return
        if fill_rest:
            running.append(parts.demo_part())
        connections.close_all()  # a process that only watches needs none
        if "web" in names:
            self.stdout.write(
                f"\n  Truther: http://{_spoken(config.host)}:{config.port}/   (Ctrl+C ends it)\n\n"
            )
        self.stdout.flush()
        Supervisor(running, folder=ROOT, stop_seconds=STOP_SECONDS).run()

    def _prepare(self, options: dict[str, Any]) -> None:
        self._phase("databases up to date", prepare.migrate)
        self._phase("a model on the shelf", prepare.put_model_on_shelf)
        filling = None if options["no_demo"] else self._begin_first_slice(options)
        self._phase("static files gathered", prepare.collect_static)
        if config.demo:
            self._greet_admin(prepare.make_admin())
        if filling is not None and self._phase("demo: a first playable slice", filling.wait):
            raise CommandError("The demo could not be filled; the lines above say why.")

    def _greet_admin(self, password: str | None) -> None:
        if password is not None:
            self.stdout.write(
                f"\n  Admin: {prepare.ADMIN}   password: {password}   (shown once, kept nowhere)\n\n"
            )
            self.stdout.flush()

    def _begin_first_slice(self, options: dict[str, Any]) -> "subprocess.Popen[bytes] | None":
        """Start filling an empty house; the static files are gathered meanwhile."""
        if not demo.wanted() or demo.playable():
            return None
        numbers = [f"--{name}={options[name]}" for name in ("styles", "photos", "seed")]
        command = [sys.executable, str(ROOT / "manage.py"), "demo", "--slices", "1", *numbers]
        connections.close_all()
        # A process of its own: it loads torch, which this one, living as long as everything, need not hold.
        return subprocess.Popen(command, preexec_fn=with_parent(os.getpid()))

    def _phase(self, name: str, work: Callable[[], Result]) -> Result:
        """Do one piece of work and say how long it took, and when that was."""
        start = time.monotonic()
        result = work()
        now = time.monotonic()
        self.stdout.write(f"{now - self.began:6.1f} s  {name} ({now - start:.1f} s)")
        self.stdout.flush()
        return result

    def _names(self, only: str) -> tuple[str, ...]:
        known = (SETUP, *parts.NAMES)
        names = tuple(name.strip() for name in only.split(",") if name.strip()) or known
        unknown = [name for name in names if name not in known]
        if unknown:
            raise CommandError(f"There is no part {', '.join(unknown)}: choose from {', '.join(known)}.")
        return names

    def _check_ports(self, names: tuple[str, ...]) -> None:
        doors = {
            "web": (config.host, config.port, "TRUTHER_PORT"),
            "model": (config.model_host, config.model_port, "TRUTHER_MODEL_PORT"),
        }
        for name, (host, port, variable) in doors.items():
            if name in names and parts.busy_port(host, port):
                raise CommandError(
                    f"Port {port} on {host} is in use: stop what listens there, or set {variable} to another."
                )

    @contextmanager
    def _one_per_folder(self, *, wanted: bool) -> Iterator[None]:
        """Refuse a second complete Truther over one data folder; single parts may run as often as liked."""
        with (config.data_dir / "serve.lock").open("w") as lock:
            if wanted:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError as error:
                    raise CommandError(f"Truther already runs over {config.data_dir}.") from error
            yield


def _spoken(host: str) -> str:
    return "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 (compared, never bound)
