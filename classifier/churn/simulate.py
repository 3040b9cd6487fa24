"""Night after night, in a folder that a killed simulation goes on in."""

import fcntl
import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from classifier.churn.night import Night, Town, live, read_night
from classifier.churn.settings import OtherSimulation, Settings
from classifier.churn.world import calendar
from classifier.gate import Limits
from classifier.runs import SHIPPED, read_facts, write_whole

OnNight = Callable[[Night, int], None]  # which night is over, of how many


def simulate(
    folder: Path,
    settings: Settings,
    *,
    nights: int,
    start: Path = SHIPPED,
    limits: Limits | None = None,
    device: str = "auto",
    on_night: OnNight | None = None,
) -> list[Night]:
    """Live through the archive's day and so many nights; called again it goes on after the last whole one.

    Args:
        start: the run that serves before the first night.
        limits: what the gate asks for.

    Raises:
        OtherSimulation: the folder holds one of other settings, or another process is at work in it.
        RunError: start is not a whole run. LossDiverged: see classifier.train.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        _claim(folder, settings, start)
        town = Town(folder, settings, start, limits, device)
        lived: list[Night] = []
        for day in calendar(settings, nights):
            if not town.night_folder(day.number).is_dir():
                live(town, day, lived[-1] if lived else None)
            lived.append(read_night(town.night_folder(day.number)))
            if on_night:
                on_night(lived[-1], nights)
        return lived


def _claim(folder: Path, settings: Settings, start: Path) -> None:
    """Write down whose folder it is, or make sure that it is ours."""
    weights = hashlib.sha256((start / "weights.safetensors").read_bytes()).hexdigest()
    ours = asdict(settings) | {"start": read_facts(start).id, "weights": weights}
    path = folder / "simulation.json"
    if not path.exists():
        write_whole(path, (json.dumps(ours, indent=1) + "\n").encode())
    theirs = json.loads(path.read_bytes())
    names = [name for name in ours if theirs.get(name) != ours[name]]
    if names:
        raise OtherSimulation(
            f"{folder} holds a simulation with another {', '.join(names)}: choose another folder"
        )


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other processes out; the system lets go when a process dies."""
    with (folder / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise OtherSimulation(f"another process is at work in {folder}: wait for it") from error
        yield
