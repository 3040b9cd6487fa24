"""Finished parts of a long benchmark: kept as files, so that a killed one goes on where it was."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classifier.runs import write_whole

Part = dict[str, Any]  # what JSON can hold


@dataclass(frozen=True, slots=True)
class Parts:
    """A folder of finished parts, a JSON file each; None keeps nothing."""

    folder: Path | None

    def once(self, name: str, settings: Mapping[str, Any], make: Callable[[], Part]) -> Part:
        """Return the kept part of that name and those settings, or make it and keep it.

        Other settings (another seed, recipe or data hash) give another file: a kept part never answers for
        something else. What `make` returns has been through JSON either way.
        """
        if self.folder is None:
            return _plain(make())
        text = json.dumps(settings, sort_keys=True, default=str)
        path = self.folder / f"{name}-{hashlib.sha256(text.encode()).hexdigest()[:12]}.json"
        if path.is_file():
            kept: Part = json.loads(path.read_bytes())["result"]
            return kept
        result = _plain(make())
        self.folder.mkdir(parents=True, exist_ok=True)
        whole = {"name": name, "settings": json.loads(text), "result": result}
        write_whole(path, (json.dumps(whole, indent=1) + "\n").encode())
        return result


def _plain(result: Part) -> Part:
    plain: Part = json.loads(json.dumps(result))
    return plain
