"""What is served, and what is asked about it."""

import argparse
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from classifier.checkpoint import read_tensors, write_tensors
from classifier.index.prototypes import unit
from classifier.model import DressNet
from classifier.predict import DeepDress
from classifier.refusal import Refusal
from classifier.runs import SHIPPED, read_facts, write_facts
from classifier.synthetic import PictureSpec, design_styles, picture

PHOTO_PX = (1080, 1350)  # what Instagram hands out
QUALITY = 88


class NoPictures(Refusal, ValueError):
    """The folder holds no JPEG."""


def pictures(folder: Path | None, count: int, seed: int) -> list[bytes]:
    """JPEGs of a folder, or street photos from the studio.

    Raises:
        NoPictures: there are none.
    """
    if folder is not None:
        found = [path.read_bytes() for path in sorted(folder.rglob("*.jp*g"))]
        if not found:
            raise NoPictures(f"{folder} holds no JPEG: name a folder with *.jpg in it")
        return found
    styles = design_styles(max(1, count), seed=seed)
    by_sku = {style.sku: style for style in styles}
    return [_jpeg(PictureSpec("dress", style.sku, seed + n), by_sku) for n, style in enumerate(styles)]


def champion(folder: Path, options: argparse.Namespace) -> Path:
    """The run that serves, linked from `folder`/champion, with an index of random styles beside it."""
    run: Path = options.run or SHIPPED
    if options.trunk:
        run = random_run(folder / f"random-{options.trunk}", options.trunk, options.size, options.seed)
    link = folder / "champion"
    link.symlink_to(run.resolve())
    write_index(folder, run, options.styles, options.seed)
    return run.resolve()


def random_run(run: Path, trunk: str, size_px: int, seed: int) -> Path:
    """A run nobody trained: as quick as a trained one, and as good as a guess."""
    torch.manual_seed(seed)
    facts, bundle = read_facts(SHIPPED), read_tensors(SHIPPED / "weights.safetensors")
    net = DressNet(trunk, facts.dim)
    run.mkdir(parents=True)
    tensors = {f"net.{name}": tensor for name, tensor in net.state_dict().items()}
    kept = {name: bundle.tensors[name] for name in ("shift", "negatives")}
    write_tensors(run / "weights.safetensors", tensors | kept, {})
    write_facts(run, replace(facts, id=run.name, trunk=trunk, size_px=size_px))
    return run


def write_index(folder: Path, run: Path, styles: int, seed: int) -> None:
    """An index of random styles for a run, where the model process looks for it."""
    index = DeepDress.load(run, "cpu").new_index()
    directions = unit(np.random.default_rng(seed).normal(size=(styles, len(index.shift))).astype(np.float32))
    for number in range(styles):
        index.add(f"style-{number:06d}", studio=directions[[number]])
    index.save(folder / f"index-{run.name}.safetensors")


def _jpeg(spec: PictureSpec, by_sku: dict) -> bytes:  # type: ignore[type-arg]  # of the studio's own styles
    content = io.BytesIO()
    picture(spec, by_sku, size_px=PHOTO_PX).save(content, "JPEG", quality=QUALITY)
    return content.getvalue()
