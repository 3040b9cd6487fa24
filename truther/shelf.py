"""The shelf of trained models: where each run lies, which one serves, and the index that belongs to it."""

import os
import shutil
from pathlib import Path

from classifier.runs import SHIPPED
from truther.config import config


class RunMissing(LookupError):
    """The shelf holds no run of that name."""


def run_folder(run_id: str) -> Path:
    """Where a run lies, or will lie."""
    return config.data_dir / "runs" / run_id


def snapshot_folder(snapshot_id: str) -> Path:
    """Where a snapshot, or a batch's manifest, lies or will lie."""
    return config.data_dir / "snapshots" / snapshot_id


def alias() -> Path:
    """The symbolic link that names the champion; the model process follows it."""
    return config.data_dir / "models" / "champion"


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
    link = alias()
    if not link.is_symlink():
        install(SHIPPED)
        point_to(SHIPPED.name)
    run_id = link.readlink().name
    if not (run_folder(run_id) / "facts.json").is_file():
        raise RunMissing(f"The champion is run {run_id}, but {run_folder(run_id)} is not a run folder.")
    return run_id


def install(source: Path) -> None:
    """Copy a run folder into the runs, whole or not at all; one that lies there already stays as it is.

    Raises:
        RunMissing: the folder is not a run folder.
    """
    if not (source / "facts.json").is_file():
        raise RunMissing(f"{source} is not a run folder: it has no facts.json.")
    target = run_folder(source.name)
    if target.exists():
        return
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.rmtree(beside, ignore_errors=True)
    shutil.copytree(source, beside)
    try:
        beside.rename(target)
    except OSError:  # another process was faster: a folder cannot replace one that has files
        if not target.is_dir():
            raise
        shutil.rmtree(beside)


def point_to(run_id: str) -> None:
    """Move the champion's alias in one step: a reader sees the old run or the new one, never none.

    Raises:
        RunMissing: there is no such run.
    """
    if not (run_folder(run_id) / "facts.json").is_file():
        raise RunMissing(f"There is no run {run_id} in {run_folder(run_id).parent}.")
    link = alias()
    link.parent.mkdir(parents=True, exist_ok=True)
    beside = link.with_name(f".champion.{os.getpid()}")
    beside.unlink(missing_ok=True)
    beside.symlink_to(Path("..") / "runs" / run_id)
    beside.replace(link)
