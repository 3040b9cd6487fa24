"""What one model said of the pictures behind its index, kept so that each picture is looked at once."""

import json
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors import safe_open
from safetensors.numpy import save_file

Vector = npt.NDArray[np.float32]
FORMAT = "deepdress-vectors/1"
LONG_AGO = datetime.fromtimestamp(0, UTC)


@dataclass
class VectorBook:
    """Embeddings by picture, with a note of what the index was last built from."""

    vectors: dict[str, Vector] = field(default_factory=dict)  # (dim,) by the sha256 of the original
    built_from: str = ""  # hash of the styles and the golden records
    changed_at: datetime = LONG_AGO  # photos scored before this met other prototypes
    caught_up: str = ""  # `built_from` of the index that every undecided photo has met

    @classmethod
    def load(cls, path: Path) -> "VectorBook":
        """Read a book; an empty one when there is none yet."""
        if not path.exists():
            return cls()
        with safe_open(path, framework="numpy") as file:
            notes, matrix = file.metadata(), file.get_tensor("vectors")
        if notes.get("format") != FORMAT:
            return cls()  # of another release: it only saves work, and is made anew
        return cls(
            vectors=dict(zip(json.loads(notes["pictures"]), matrix, strict=True)),
            built_from=notes["built_from"],
            changed_at=datetime.fromisoformat(notes["changed_at"]),
            caught_up=notes["caught_up"],
        )

    def save(self, path: Path) -> None:
        """Write the book at once or not at all."""
        notes = {
            "pictures": json.dumps(list(self.vectors)),
            "format": FORMAT,
            "built_from": self.built_from,
            "changed_at": self.changed_at.isoformat(),
            "caught_up": self.caught_up,
        }
        matrix = np.stack([*self.vectors.values()]) if self.vectors else np.zeros((0, 1), np.float32)
        beside = path.with_name(f".{path.name}.{os.getpid()}")
        save_file({"vectors": np.ascontiguousarray(matrix)}, beside, metadata=notes)
        beside.replace(path)
