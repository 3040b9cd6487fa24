"""What made a run: the code, the packages, the decoder, and the data in numbers."""

import hashlib
import platform
from collections import Counter
from importlib.metadata import version
from pathlib import Path

from classifier.decode import DRAFT_PX
from classifier.snapshot import SPLITS, Snapshot

PACKAGE = Path(__file__).parents[1]


def provenance() -> dict[str, str]:
    """Which code this is; the hash is of every Python file of the package, the commit only what Git says."""
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        digest.update(f"{path.relative_to(PACKAGE)}\n".encode() + path.read_bytes())
    return {
        "sha256": digest.hexdigest(),
        "commit": _commit(PACKAGE.parent / ".git"),
        "python": platform.python_version(),
        "torch": version("torch"),
        "decoder": f"Pillow {version('pillow')}, JPEGs drafted at {DRAFT_PX} px or more, RGB, upright",
    }


def counts_of(snapshot: Snapshot) -> dict[str, object]:
    """How much there was to learn from."""
    labels = {split: Counter(photo.label for photo in snapshot.of(split)) for split in SPLITS}
    return {
        "styles": len(snapshot.styles),
        "styles_on_offer": sum(style.active for style in snapshot.styles),
        "studio_shots": sum(len(style.images) for style in snapshot.styles),
        "photos": {split: dict(sorted(counts.items())) for split, counts in labels.items()},
        "owners": len({photo.owner for photo in snapshot.photos if photo.owner}),
        "audited": sum("audit" in photo.tags for photo in snapshot.photos),
    }


def _commit(git: Path) -> str:
    """The commit that is checked out, or "" where there is no repository; read, so that git is not needed."""
    try:
        if git.is_file():  # a worktree: the file names the folder
            git = Path(git.read_text().removeprefix("gitdir:").strip())
        head = (git / "HEAD").read_text().strip()
        if not head.startswith("ref: "):
            return head
        name = head.removeprefix("ref: ")
        shared = git / (git / "commondir").read_text().strip() if (git / "commondir").exists() else git
        if (shared / name).exists():
            return (shared / name).read_text().strip()
        packed = (shared / "packed-refs").read_text().splitlines()
        return next((line.split()[0] for line in packed if line.endswith(f" {name}")), "")
    except OSError:
        return ""
