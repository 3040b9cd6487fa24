"""Which model serves, which wants to, and what served before: a folder, two links and a list.

    <folder>/runs/<id>/             weights.safetensors, facts.json, metrics.jsonl, card.md, marks.json
    <folder>/models/champion        a link to the run that serves
    <folder>/models/challenger      a link to the run that wants to
    <folder>/models/history.jsonl   what served when, who said so, and why

A link is moved by one rename, so that a reader finds the old run or the new one and never none. It is moved
before the list is written: what the list lacks after a kill is found by looking at the link. Needs neither
torch nor Django.
"""

import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Literal

from safetensors import SafetensorError, safe_open

from classifier.refusal import Refusal
from classifier.runs import RunError, RunFacts, read_facts, write_whole

Event = Literal["promoted", "rolled back", "found"]

ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}")
PICKLES = (".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".bin", ".joblib")
WEIGHTS, FACTS = "weights.safetensors", "facts.json"


class RunMissing(Refusal, LookupError):
    """There is no such run."""


class NoChampion(Refusal, LookupError):
    """No run serves yet."""


class NoEarlierChampion(Refusal, LookupError):
    """Nothing served before the champion."""


class UnsafeRun(Refusal, RunError):
    """The folder holds pickles, which run code when they are loaded."""


class NameTaken(Refusal, RunError):
    """Another run has that name."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of champion."""

    at: str  # ISO 8601; "" when nobody saw it happen
    event: Event
    run: str
    before: str  # what served until then, or ""
    by: str
    why: str

    @property
    def moment(self) -> datetime | None:
        """When it was, where somebody saw it happen."""
        return datetime.fromisoformat(self.at) if self.at else None


class Registry:
    """The runs of one folder, and the roles they play; any number of processes may use it at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.runs, self.models = folder / "runs", folder / "models"

    def run_folder(self, run_id: str) -> Path:
        """Where a run lies, or will lie."""
        return self.runs / run_id

    @property
    def alias(self) -> Path:
        """The link that names the champion."""
        return self.models / "champion"

    def names(self) -> list[str]:
        """Every whole run, by name."""
        found = self.runs.iterdir() if self.runs.is_dir() else ()
        return sorted(run.name for run in found if ID.fullmatch(run.name) and (run / FACTS).is_file())

    def champion(self) -> str:
        """Name the run that serves.

        Raises:
            NoChampion: none was ever promoted. RunMissing: its folder is gone.
        """
        run_id = self.serving_or_none()
        if not run_id:
            raise NoChampion(f"No model serves in {self.folder} yet: promote a run first.")
        if not self._is_run(run_id):
            raise RunMissing(
                f"The champion is run {run_id}, but {self.run_folder(run_id)} is not a run folder."
            )
        return run_id

    def serving_or_none(self) -> str:
        """Name what the champion's link names, whole or not; "" when there is no link."""
        return self.alias.readlink().name if self.alias.is_symlink() else ""

    def challenger(self) -> str:
        """Name the run that waits for the gate's word; "" when none does."""
        link = self.models / "challenger"
        return link.readlink().name if link.is_symlink() else ""

    def install(self, source: Path) -> str:
        """Copy a run folder into the runs, whole or not at all, and return its name.

        A run that lies there already stays as it is.

        Raises:
            RunMissing, RunError, UnsafeRun: it is not a run folder that may be served.
            NameTaken: another run of that name lies there.
        """
        facts = require_servable(source)
        target = self.run_folder(facts.id)
        if not target.exists():
            self.runs.mkdir(parents=True, exist_ok=True)
            beside = target.with_name(f".{target.name}.{os.getpid()}")
            shutil.rmtree(beside, ignore_errors=True)
            shutil.copytree(source, beside)
            try:
                beside.rename(target)
            except OSError:  # another process was faster: a folder cannot replace one that has files
                if not target.is_dir():
                    raise
                shutil.rmtree(beside)
        if (target / FACTS).read_bytes() != (source / FACTS).read_bytes():
            raise NameTaken(f"{target} is another run called {facts.id}: train yours under a new name.")
        return facts.id

    def enter(self, run_id: str) -> None:
        """Name a run as the challenger.

        Raises:
            RunMissing: there is no such run.
        """
        self._require(run_id)
        with self._alone():
            self._point("challenger", run_id)

    def withdraw(self, run_id: str) -> None:
        """Let a run no longer be the challenger; changes nothing when it is not."""
        with self._alone():
            self._withdraw(run_id)

    def promote(self, run_id: str, *, at: datetime, by: str = "", why: str = "") -> None:
        """Let a run serve from now on; repeating it changes nothing.

        Raises:
            RunMissing, RunError, UnsafeRun: there is no such run, or it may not be served.
        """
        self._require(run_id)
        require_servable(self.run_folder(run_id))
        self._crown("promoted", run_id, at, by, why)

    def rollback(self, run_id: str = "", *, at: datetime, by: str = "", why: str = "") -> str:
        """Let the run serve that served before the champion, or the one named; returns its name.

        Raises:
            NoEarlierChampion: nothing served before. RunMissing, RunError, UnsafeRun: see promote().
        """
        target = run_id or self.earlier()
        self._require(target)
        require_servable(self.run_folder(target))
        self._crown("rolled back", target, at, by, why)
        return target

    def earlier(self) -> str:
        """Name the run that served before the champion did; one that was rolled back from does not count.

        Raises:
            NoEarlierChampion: nothing served before. NoChampion, RunMissing: see champion().
        """
        champion = self.champion()
        before = [run_id for run_id in reigns(self.history())[:-1] if self._is_run(run_id)]
        if not before:
            raise NoEarlierChampion(f"Model {champion} is the first one: there is none to go back to.")
        return before[-1]

    def history(self) -> list[Entry]:
        """Every change of champion, oldest first, the last of them the one that serves.

        A change that was cut off before it was written down is there as "found", as are the champion's
        ancestors in a folder that never kept a list.
        """
        path = self.models / "history.jsonl"
        entries = (
            [Entry(**json.loads(line)) for line in path.read_text().splitlines()] if path.exists() else []
        )
        champion = self.serving_or_none()
        if not champion:
            return entries
        if not entries:
            line = ["", *reversed(self.ancestors(champion)), champion]
            return [Entry("", "found", run, before, "", "") for before, run in pairwise(line)]
        last = entries[-1].run
        return entries if last == champion else [*entries, Entry("", "found", champion, last, "", "")]

    def ancestors(self, run_id: str) -> list[str]:
        """The runs of this folder that a run was trained on from, nearest first."""
        return ancestors_of(self.run_folder(run_id)) if self._is_run(run_id) else []

    def _crown(self, event: Event, run_id: str, at: datetime, by: str, why: str) -> None:
        with self._alone():
            entries = self.history()
            before = self.serving_or_none()
            if before != run_id:
                self._point("champion", run_id)
                entries.append(Entry(at.isoformat(), event, run_id, before, by, why))
            self._write(entries)
            self._withdraw(run_id)

    def _write(self, entries: Sequence[Entry]) -> None:
        body = "".join(f"{json.dumps(asdict(entry), ensure_ascii=False)}\n" for entry in entries)
        write_whole(self.models / "history.jsonl", body.encode())

    def _withdraw(self, run_id: str) -> None:
        if self.challenger() == run_id:
            (self.models / "challenger").unlink(missing_ok=True)

    def _point(self, name: str, run_id: str) -> None:
        beside = self.models / f".{name}.{os.getpid()}"
        beside.unlink(missing_ok=True)
        beside.symlink_to(Path("..") / "runs" / run_id)
        beside.replace(self.models / name)

    def _is_run(self, run_id: str) -> bool:
        return is_run(self.runs, run_id)

    def _require(self, run_id: str) -> None:
        if not self._is_run(run_id):
            raise RunMissing(f"There is no run {run_id} in {self.runs}.")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other processes out; the system lets go when a process dies."""
        self.models.mkdir(parents=True, exist_ok=True)
        with (self.models / ".lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def reigns(entries: Sequence[Entry]) -> list[str]:
    """The champions that stand in line, the one that serves last: going back takes away what came after."""
    line: list[str] = []
    for entry in entries:
        if entry.event != "promoted" and entry.run in line:
            del line[line.index(entry.run) + 1 :]
        elif not line or line[-1] != entry.run:
            line.append(entry.run)
    return line


def is_run(runs: Path, run_id: str) -> bool:
    """Whether a whole run of that name lies in a folder of runs."""
    return bool(ID.fullmatch(run_id)) and (runs / run_id / FACTS).is_file()


def ancestors_of(run: Path) -> list[str]:
    """The runs beside this one that it was trained on from, nearest first; it ends where one is missing."""
    found: list[str] = []
    parent = read_facts(run).parent
    while parent and parent not in found and is_run(run.parent, parent):
        found.append(parent)
        parent = read_facts(run.parent / parent).parent
    return found


def require_servable(run: Path) -> RunFacts:
    """Make sure that a folder is a whole run, of numbers and text alone; returns its facts.

    Raises:
        RunMissing: it is no run folder. RunError: a file is damaged, or its name cannot name a folder.
        UnsafeRun: it holds pickles.
    """
    if not (run / FACTS).is_file():
        raise RunMissing(f"{run} is not a run folder: it has no {FACTS}.")
    pickles = sorted(path.name for path in run.rglob("*") if path.suffix.lower() in PICKLES)
    if pickles:
        raise UnsafeRun(
            f"{run} holds {pickles[0]}: only safetensors are taken, remove it or convert it first."
        )
    facts = read_facts(run)
    if not ID.fullmatch(facts.id):
        raise RunError(f"{run / FACTS}: {facts.id!r} cannot name a run (letters, digits, . _ - up to 64)")
    try:
        with safe_open(run / WEIGHTS, framework="np"):
            return facts
    except FileNotFoundError as error:
        raise RunError(f"{run} is not a whole run: {WEIGHTS} is missing") from error
    except (SafetensorError, OSError) as error:
        raise RunError(f"{run / WEIGHTS} is damaged: {error}") from error
