"""A catalogue so small and plain that a few steps of training learn it."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from classifier.snapshot import SnapshotPhoto, SnapshotStyle, Split, write_snapshot
from classifier.train import train
from tests.tiny import TRAINING, dress, noise


@pytest.fixture(autouse=True)
def _one_thread():
    torch.set_num_threads(1)


def write_tiny_snapshot(folder: Path, *, styles: int, others: int, splits: Sequence[Split]) -> Path:
    """Write `styles` styles with a photo each per entry of `splits`, and `others` pictures of noise."""
    chance, rows, photos = np.random.default_rng(7), [], []
    (folder / "images").mkdir(parents=True)

    def keep(image: Image.Image, stem: str) -> str:
        image.save(folder / "images" / f"{stem}.png")
        return f"images/{stem}.png"

    for style in range(styles):
        shots = [keep(dress(style, chance, 245), f"studio-{style}-{view}") for view in range(2)]
        rows.append(SnapshotStyle(f"S{style}", active=True, images=tuple(shots)))
        for number, split in enumerate(splits):
            image = keep(dress(style, chance, 110), f"photo-{style}-{number}")
            photos.append(SnapshotPhoto(f"p{style}-{number}", image, "ann", split, "style", f"S{style}"))
    for number in range(others):
        image, split = keep(noise(chance), f"noise-{number}"), splits[number % len(splits)]
        photos.append(SnapshotPhoto(f"n{number}", image, "ben", split, "not_dress", kind="noise"))
    write_snapshot(folder, id=folder.name, created_at="2026-11-24T04:00:00Z", styles=rows, photos=photos)
    return folder


@pytest.fixture
def make_snapshot(tmp_path) -> Callable[..., Path]:
    """Write a snapshot under this test's own folder; four photos of each style teach by default."""

    def make(name: str = "snapshot", *, styles: int = 4, others: int = 8, splits=("train",) * 4) -> Path:
        return write_tiny_snapshot(tmp_path / name, styles=styles, others=others, splits=splits)

    return make


@pytest.fixture(scope="session")
def trained(tmp_path_factory) -> Path:
    """A folder with `snapshot` and a `run` of it, with enough photos in every split; to read only."""
    folder = tmp_path_factory.mktemp("trained")
    splits: Sequence[Split] = ("train", "train", "calibration", "holdout") * 8
    train(
        write_tiny_snapshot(folder / "snapshot", styles=5, others=120, splits=splits),
        folder / "run",
        TRAINING,
    )
    return folder
