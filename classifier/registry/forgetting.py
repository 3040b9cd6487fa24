"""Photos leave a snapshot for good: their rows go, and the snapshot says how many it has lost."""

import hashlib
import json
from collections.abc import Collection
from pathlib import Path

from classifier.runs import write_whole
from classifier.snapshot import Split

MANIFEST, ROWS = "snapshot.json", "photos.jsonl"


def splits_of(folder: Path, images: Collection[str]) -> dict[str, Split]:
    """The split of each of these pictures that the snapshot holds a photo of."""
    rows = map(json.loads, (folder / ROWS).read_text(encoding="utf-8").splitlines())
    return {row["image"]: row["split"] for row in rows if row["image"] in images}


def forget_pictures(folder: Path, images: Collection[str]) -> int:
    """Take the photos with these pictures out of a snapshot; returns how many went, 0 the second time.

    Killed half-way, the snapshot can be read with its old rows until this is called again: the manifest is
    written first and knows both hashes.
    """
    body = (folder / ROWS).read_bytes()
    lines = body.splitlines(keepends=True)
    kept = [line for line in lines if json.loads(line)["image"] not in images]
    if len(kept) == len(lines):
        return 0
    styles = (folder / "styles.jsonl").read_bytes()
    before, after = (hashlib.sha256(styles + rows).hexdigest() for rows in (body, b"".join(kept)))
    manifest = json.loads((folder / MANIFEST).read_bytes())
    if manifest["sha256"] != after:  # else a call before this one was killed between the two files
        lost = manifest.get("lost", 0) + len(lines) - len(kept)
        manifest |= {"sha256": after, "before": before, "photos": len(kept), "lost": lost}
        write_whole(folder / MANIFEST, (json.dumps(manifest, indent=2) + "\n").encode())
    write_whole(folder / ROWS, b"".join(kept))
    return len(lines) - len(kept)
