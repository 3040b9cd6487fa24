"""The shelf of trained models: where each run lies, which one serves, and the index that belongs to it."""

from datetime import UTC, datetime
from pathlib import Path

from classifier.registry import NoEarlierChampion, Registry, RunMissing
from classifier.runs import SHIPPED
from truther.config import config

__all__ = [
    "NoEarlierChampion",
    "RunMissing",
    "alias",
    "champion_id",
    "index_file",
    "picture_file",
    "point_to",
    "registry",
    "run_folder",
    "snapshot_folder",
    "vectors_file",
]


def registry() -> Registry:
    """The runs, who serves, who wants to, and what served before."""
    return Registry(config.data_dir)


def run_folder(run_id: str) -> Path:
    """Where a run lies, or will lie."""
    return registry().run_folder(run_id)


def snapshot_folder(snapshot_id: str) -> Path:
    """Where a snapshot, or a batch's manifest, lies or will lie."""
    return config.data_dir / "snapshots" / snapshot_id


def alias() -> Path:
    """The symbolic link that names the champion; the model process follows it."""
    return registry().alias


def index_file(run_id: str) -> Path:
    """The index of the styles on offer, as one model sees them."""
    return config.data_dir / "models" / f"index-{run_id}.safetensors"


def vectors_file(run_id: str) -> Path:
    """What one model said of the pictures behind its index, kept so that each is looked at once."""
    return config.data_dir / "models" / f"vectors-{run_id}.safetensors"


def picture_file(sha256: str) -> Path:
    """The 256 px WebP of a picture, which training and serving look at."""
    return config.data_dir / "media" / "web" / sha256[:2] / f"{sha256}-256.webp"


def champion_id() -> str:
    """Name the run that serves; on a new shelf, put the shipped model there first.

    Raises:
        RunMissing: the alias points at a run that is gone.
    """
    if not alias().is_symlink():
        if not run_folder(SHIPPED.name).exists():
            registry().install(SHIPPED)
        point_to(SHIPPED.name, why="It came with the code.")
    return registry().champion()


def point_to(run_id: str, *, at: datetime | None = None, by: str = "", why: str = "") -> None:
    """Move the champion's alias in one step: a reader sees the old run or the new one, never none.

    Raises:
        RunMissing: there is no such run. RunError, UnsafeRun: it is not whole, or may not be served.
    """
    registry().promote(run_id, at=at or datetime.now(UTC), by=by, why=why)
