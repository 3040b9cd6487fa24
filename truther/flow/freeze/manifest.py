"""The manifest of a frozen batch: which photo is which style, as immutable lines under one hash."""

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from classifier.snapshot import split_of
from truther.models import Golden

FORMAT = "truther-manifest/1"
LINES, FACTS = "manifest.jsonl", "manifest.json"


class ManifestMismatch(RuntimeError):
    """The manifest on disk is not the one this batch would have, or was altered."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The golden records of one batch."""

    sha256: str  # of the lines
    photo_ids: tuple[str, ...]
    carried: int  # photos that were undecided and went on into the next batch


def is_written(folder: Path) -> bool:
    """Whether a whole manifest lies there."""
    return (folder / FACTS).exists()


def write_manifest(
    folder: Path, *, batch_id: str, frozen_at: datetime, golden: Sequence[Golden], carried: int
) -> None:
    """Write lines first and facts last, each whole or not at all; nobody may write to either afterwards."""
    body = "".join(_line(record) for record in sorted(golden, key=lambda record: record.id)).encode()
    facts = {
        "format": FORMAT,
        "batch": batch_id,
        "frozen_at": frozen_at.isoformat(),
        "golden": len(golden),
        "carried": carried,
        "sha256": hashlib.sha256(body).hexdigest(),
    }
    folder.mkdir(parents=True, exist_ok=True)
    _write_for_ever(folder / LINES, body)
    _write_for_ever(folder / FACTS, (json.dumps(facts, indent=2) + "\n").encode())


def read_manifest(folder: Path, *, frozen_at: datetime) -> Manifest:
    """Read a manifest and check that it is what was written.

    Raises:
        ManifestMismatch: it is of another freezing (an old data folder under a new database), or was altered.
    """
    facts: dict[str, Any] = json.loads((folder / FACTS).read_bytes())
    body = (folder / LINES).read_bytes()
    if hashlib.sha256(body).hexdigest() != facts["sha256"]:
        raise ManifestMismatch(f"{folder / LINES} was altered: its hash is another one.")
    if datetime.fromisoformat(facts["frozen_at"]) != frozen_at:
        raise ManifestMismatch(f"{folder} holds the manifest of {facts['frozen_at']}, not of {frozen_at}.")
    photo_ids = tuple(json.loads(line)["photo"] for line in body.splitlines())
    return Manifest(facts["sha256"], photo_ids, facts["carried"])


def _line(golden: Golden) -> str:
    row = {
        "photo": golden.id,
        "sha256": golden.sha256,
        "verdict": golden.verdict,
        "style": golden.style,
        "fit": golden.fit,
        "votes": golden.votes,
        "agreement": round(golden.agreement, 6),
        "rule": golden.rule_version,
        "model": golden.model_version,
        "split": split_of(golden.owner, golden.id),
    }
    return json.dumps(row, sort_keys=True, ensure_ascii=False, separators=(",", ":")) + "\n"


def _write_for_ever(path: Path, content: bytes) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.chmod(0o444)
    beside.replace(path)
