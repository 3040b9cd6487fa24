"""The run folder: weights.safetensors, facts.json, metrics.jsonl. A model is always a run's id."""

import errno
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from classifier.calibrate import Calibration
from classifier.refusal import Refusal

FORMAT = "deepdress-run/2"
READABLE = (FORMAT, "deepdress-run/1")  # older: one sharpness, four columns of P(dress), no promises
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
SHIPPED = Path(__file__).parent / "weights" / "v0"


class RunError(ValueError):
    """The folder is not a whole, readable run."""


class NoRoom(Refusal, OSError):
    """The disk, or what this person may use of it, is full."""

    def __str__(self) -> str:
        return str(self.strerror)


class RunExists(RunError):
    """Another training already wrote a run of that name."""


@dataclass(frozen=True, slots=True)
class RunFacts:
    """All of a run that is not a tensor."""

    id: str
    trunk: str
    dim: int
    size_px: int
    snapshot: str
    snapshot_sha256: str
    parent: str  # the run it continued from, or ""
    config: Mapping[str, Any]
    calibration: Calibration
    calibrated_on: str  # the snapshot whose calibration split was large enough, or ""
    prior: float  # weight of the studio shots in a prototype, in photos
    metrics: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)  # how much there was to learn from
    code: Mapping[str, str] = field(default_factory=dict)  # what made it: package, commit, decoder


def read_facts(run: Path) -> RunFacts:
    """Read facts.json.

    Raises:
        RunError: there is none, or it is not of this format.
    """
    path = run / "facts.json"
    try:
        facts = json.loads(path.read_bytes())
        if facts.pop("format") not in READABLE:
            raise RunError(f"{path} is not in the format {FORMAT}")
        return RunFacts(calibration=Calibration.from_json(facts.pop("calibration")), **facts)
    except FileNotFoundError as error:
        raise RunError(f"{run} is not a run: facts.json is missing") from error
    except (json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise RunError(f"{path} is damaged: {error}") from error


def write_facts(run: Path, facts: RunFacts) -> None:
    """Write facts.json at once or not at all."""
    write_whole(
        run / "facts.json", (json.dumps({"format": FORMAT} | asdict(facts), indent=2) + "\n").encode()
    )


def write_whole(path: Path, content: bytes) -> None:
    """Put content at path so that no reader, and no crash, ever meets half of it.

    Raises:
        NoRoom: the disk is full; what was at path before is still there, and nothing beside it.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with needs_room(path):
            with beside.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise


@contextmanager
def needs_room(path: Path) -> Iterator[None]:
    """Say what a full disk means for a file that is written within.

    Raises:
        NoRoom: the disk is full.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        sentence = f"{path} could not be written: {error.strerror}; make room and do the same again"
        raise NoRoom(error.errno, sentence) from error
