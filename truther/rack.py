"""The rack of recommenders: where each run lies, which one serves, and what served before.

    recommenders/runs/<id>/        a fitted model, never overwritten
    recommenders/champion          a link to the run that serves, moved by one rename
    recommenders/history.jsonl     what served when, who said so, and why

Knows neither the database nor the recommenders themselves: the web process may ask it at any time.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from classifier.registry import Entry, reigns
from classifier.registry.folder import Event
from classifier.runs import write_whole
from truther.config import config

WHOLE = "run.json"  # written last into a run's folder
TASTES = "tastes.json"  # what its latent factors are about, where it has any


class NothingEarlier(LookupError):
    """No recommender served before the one that serves."""


def run_folder(run_id: str) -> Path:
    """Where a run lies, or will lie."""
    return _rack() / "runs" / run_id


def is_run(run_id: str) -> bool:
    """Whether a whole run of that name lies here."""
    return bool(run_id) and (run_folder(run_id) / WHOLE).is_file()


def tastes(run_id: str) -> dict[str, Any]:
    """What the latent factors of a run's night are about (flow/recommend/tastes); {} where it has none."""
    path = run_folder(run_id) / TASTES
    found: dict[str, Any] = json.loads(path.read_text()) if run_id and path.is_file() else {}
    return found


def block_files() -> list[Path]:
    """The files of all runs that name customers, those of a fit that was cut off too."""
    return sorted((_rack() / "runs").glob("*/blocks/*.npz"))


def champion() -> str:
    """Name the run that serves; "" while none does."""
    link = _rack() / "champion"
    return link.readlink().name if link.is_symlink() else ""


def history() -> list[Entry]:
    """Every change, oldest first; one cut off before it was written down is there as "found"."""
    path = _rack() / "history.jsonl"
    lines = path.read_text().splitlines() if path.exists() else []
    entries = [Entry(**json.loads(line)) for line in lines]
    serving, last = champion(), entries[-1].run if entries else ""
    return entries if serving in ("", last) else [*entries, Entry("", "found", serving, last, "", "")]


def line() -> list[str]:
    """The runs that stand in line and still lie here, the one that serves last."""
    return [run_id for run_id in reigns(history()) if is_run(run_id)]


def earlier() -> str:
    """Name the run that served before the champion did.

    Raises:
        NothingEarlier: there is none.
    """
    before = [run_id for run_id in line() if run_id != champion()]
    if not before:
        raise NothingEarlier("No other recommender has served before: there is none to go back to.")
    return before[-1]


def let_serve(run_id: str, *, at: datetime, by: str, why: str, again: bool = False) -> None:
    """Let a run serve from now on; repeating it changes nothing.

    Raises:
        LookupError: there is no whole run of that name.
    """
    if not is_run(run_id):
        raise LookupError(f"There is no recommender {run_id} in {_rack()}.")
    with _alone():
        entries, before = history(), champion()
        if before != run_id:
            _point(run_id)
            event: Event = "rolled back" if again else "promoted"
            entries.append(Entry(at.isoformat(), event, run_id, before, by, why))
        body = "".join(f"{json.dumps(asdict(entry), ensure_ascii=False)}\n" for entry in entries)
        write_whole(_rack() / "history.jsonl", body.encode())


def _rack() -> Path:
    return config.data_dir / "recommenders"


def _point(run_id: str) -> None:
    beside = _rack() / f".champion.{os.getpid()}"
    beside.unlink(missing_ok=True)
    beside.symlink_to(Path("runs") / run_id)
    beside.replace(_rack() / "champion")


@contextmanager
def _alone() -> Iterator[None]:
    """Keep other processes out; the system lets go when a process dies."""
    with (_rack() / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
