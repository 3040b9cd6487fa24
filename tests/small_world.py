"""A catalogue, photos, votes and a model so small that a whole night over them takes seconds."""

import hashlib
import shutil
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from classifier.snapshot import SnapshotPhoto, SnapshotStyle, write_snapshot
from classifier.train import train
from tests import tiny
from tests.conftest import NOON
from tests.factories import make_photo, make_style
from truther.models import Photo, Vote
from truther.models.photos import State
from truther.shelf import picture_file, point_to, run_folder

STYLES = [f"S{number}" for number in range(len(tiny.COLOURS))]
HOUR = timedelta(hours=1)
TINY = replace(tiny.TRAINING, steps=60, checkpoint_every=60)


def dress(style: int, seed: int, ground: int) -> Image.Image:
    """One picture of a style on a grey ground."""
    return tiny.dress(style, np.random.default_rng([style, seed, ground]), ground)


def noise(seed: int) -> Image.Image:
    """No dress at all."""
    return tiny.noise(np.random.default_rng(seed))


def store(image: Image.Image, name: str) -> str:
    """Put a picture where the app looks for it, and return its sha256."""
    sha256 = hashlib.sha256(name.encode()).hexdigest()
    path = picture_file(sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, "WEBP")
    return sha256


def stock() -> None:
    """Fill the catalogue: six styles with two studio shots each."""
    for number, sku in enumerate(STYLES):
        make_style(sku, images=[store(dress(number, view, 245), f"studio-{sku}-{view}") for view in range(2)])


def truth_of(number: int) -> str:
    """What photo `number` shows: every seventh is no dress."""
    return "not_dress" if number % 7 == 6 else STYLES[number % len(STYLES)]


def post(count: int, *, first: int = 0, newest_at: datetime = NOON - HOUR) -> list[str]:
    """Bring in photos nobody has seen, an hour apart going back in time; twenty owners take turns."""
    photo_ids = []
    for number in range(first, first + count):
        truth = truth_of(number)
        image = noise(number) if truth == "not_dress" else dress(STYLES.index(truth), number, 110)
        photo = make_photo(
            f"p{number:03d}",
            taken_at=newest_at - (number - first) * HOUR,
            owner=f"owner{number % 20}",
            sha256=store(image, f"photo-{number}"),
            state=State.NEW,
            batch_id="",
            model_version="",
            p_dress=None,
            candidates=[],
            classified_at=None,
        )
        photo_ids.append(photo.id)
    return photo_ids


def vote(photo_id: str, person: str, answer: str, *, at: datetime) -> None:
    """Cast one vote: "none", "cant_tell", "not_dress" or a sku."""
    style = answer if answer in STYLES else ""
    Vote.objects.create(
        id=f"{photo_id}-{person}",
        photo_id=photo_id,
        person=person,
        choice="style" if style else answer,
        style=style,
        fit=True,
        cast_at=at,
    )
    Photo.objects.recount(photo_id, now=at)


def play(photo_ids: list[str], *, at: datetime) -> None:
    """Let ann and ben answer truly; every tenth photo gets one vote only, the one after it two "none"."""
    for photo_id in photo_ids:
        number = int(photo_id[1:])
        truth = truth_of(number)
        vote(photo_id, "ann", "none" if number % 10 == 1 else truth, at=at)
        if number % 10:
            vote(photo_id, "ben", "none" if number % 10 == 1 else truth, at=at)


def train_tiny(folder: Path) -> Path:
    """Train a model on the six styles, in a second, and return its run folder (named v0)."""
    torch.set_num_threads(1)
    snapshot = folder / "tiny-snapshot"
    (snapshot / "images").mkdir(parents=True)

    def keep(image: Image.Image, stem: str) -> str:
        image.save(snapshot / "images" / f"{stem}.png")
        return f"images/{stem}.png"

    styles, photos = [], []
    for number, sku in enumerate(STYLES):
        shots = tuple(keep(dress(number, view, 245), f"{sku}-{view}") for view in range(2))
        styles.append(SnapshotStyle(sku, active=True, images=shots))
        for seed in range(1000, 1004):
            image = keep(dress(number, seed, 110), f"{sku}-{seed}")
            photos.append(SnapshotPhoto(f"{sku}-{seed}", image, "ann", "train", "style", sku))
    for seed in range(1000, 1012):
        photos.append(SnapshotPhoto(f"n{seed}", keep(noise(seed), f"n{seed}"), "ben", "train", "not_dress"))
    write_snapshot(snapshot, id="tiny", created_at=NOON.isoformat(), styles=styles, photos=photos)
    train(snapshot, folder / "v0", TINY, device="cpu")
    return folder / "v0"


def install(run: Path) -> None:
    """Make a trained run the champion."""
    shutil.copytree(run, run_folder(run.name), dirs_exist_ok=True)
    point_to(run.name)
