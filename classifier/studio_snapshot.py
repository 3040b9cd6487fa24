"""Snapshots drawn by the procedural studio: what v0 is trained on, and what it is measured on."""

import io
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Literal

from PIL import Image

from classifier.runs import write_whole
from classifier.snapshot import (
    Label,
    Snapshot,
    SnapshotPhoto,
    SnapshotStyle,
    Split,
    split_of,
    write_snapshot,
)
from classifier.synthetic import PictureSpec, StyleSpec, design_styles, picture, studio_shot

Use = Literal["training", "benchmark"]
Size = tuple[int, int]  # width, height in pixels
# Drawn larger than kept: at the kept size grain and small patterns would look unlike a real, scaled photo.
SIZES: dict[Use, tuple[Size, Size]] = {
    "training": ((320, 400), (128, 160)),
    "benchmark": ((640, 800), (256, 320)),  # what the demo posts, and what its snapshots keep
}
VIEWS = 2
DRAWN_AT = "2026-01-01T00:00:00Z"  # a snapshot of drawings has no date of its own
# What is nearly a dress is drawn more often for training than for measuring.
OTHER_KINDS: dict[Use, str] = {
    "training": "separates unlisted person separates bag shoe separates unlisted person jewellery pet noise",
    "benchmark": "person bag unlisted shoe jewellery separates unlisted pet noise",
}
OnDrawn = Callable[[int, int], None]  # how many pictures of how many are done


@dataclass(frozen=True, slots=True)
class StudioPlan:
    """How much to draw.

    For "training", nine styles of ten teach: retired, so that they are never candidates, all their photos in
    the training split. The rest is on offer, and its photos are for calibration and holdout: every number is
    about styles never seen. For "benchmark" all styles are on offer and all photos are holdout.
    """

    styles: int
    photos_per_style: int
    others: int  # not a dress, or a dress not in stock
    seed: int
    use: Use = "training"


@dataclass(frozen=True, slots=True)
class Drawing:
    """One picture to draw: a studio view of a style, or a street photo."""

    file: str
    style: StyleSpec | None
    view: int = 0
    spec: PictureSpec | None = None
    use: Use = "training"


def write_studio_snapshot(
    folder: Path, plan: StudioPlan, *, processes: int = 1, on_drawn: OnDrawn | None = None
) -> Snapshot:
    """Draw a snapshot; pictures that are there already are kept, so that a killed run goes on."""
    (folder / "images").mkdir(parents=True, exist_ok=True)
    rows, photos, drawings = [], [], []
    for number, style in enumerate(design_styles(plan.styles, seed=plan.seed)):
        split = split_at(number, plan.use)
        shots = [f"images/{style.sku}-studio-{view}.webp" for view in range(VIEWS)]
        rows.append(SnapshotStyle(style.sku, split != "train", tuple(shots)))
        drawings += [Drawing(file, style, view, use=plan.use) for view, file in enumerate(shots)]
        for shot in range(plan.photos_per_style):
            spec = PictureSpec("dress", style.sku, plan.seed * 10_000_000 + number * 1000 + shot)
            photos.append(_photo(f"{style.sku}-{shot}", "style", split, spec))
            drawings.append(Drawing(photos[-1].image, style, spec=spec, use=plan.use))
    kinds = OTHER_KINDS[plan.use].split()
    for number in range(plan.others):
        kind = kinds[number % len(kinds)]
        spec = PictureSpec(kind, "", plan.seed * 10_000_000 + 9_000_000 + number)
        label: Label = "unlisted" if kind == "unlisted" else "not_dress"
        split = split_at(number // len(kinds), plan.use)
        photos.append(_photo(f"{kind}-{number}", label, split, spec))
        drawings.append(Drawing(photos[-1].image, None, spec=spec, use=plan.use))
    draw_all(folder, drawings, processes=processes, on_drawn=on_drawn)
    name = f"studio-{plan.use}-{plan.seed}-{plan.styles}"
    return write_snapshot(folder, id=name, created_at=DRAWN_AT, styles=rows, photos=photos)


def split_at(number: int, use: Use) -> Split:
    """Of every 50, the first 45 teach, two calibrate and three are held out."""
    if use == "benchmark":
        return "holdout"
    place = number % 50
    return "train" if place < 45 else "calibration" if place < 47 else "holdout"


def draw_all(
    folder: Path, drawings: Sequence[Drawing], *, processes: int = 1, on_drawn: OnDrawn | None = None
) -> None:
    """Draw what is not there yet, in as many processes."""
    missing = [drawing for drawing in drawings if not (folder / drawing.file).exists()]
    if not missing:
        return
    with ProcessPoolExecutor(processes) as pool:
        for number, _ in enumerate(pool.map(partial(_draw, folder), missing, chunksize=16), start=1):
            if on_drawn:
                on_drawn(number, len(missing))


def _draw(folder: Path, drawing: Drawing) -> None:
    drawn, kept = SIZES[drawing.use]
    if drawing.spec is None:
        assert drawing.style is not None
        image = studio_shot(drawing.style, view=drawing.view, size_px=drawn)
    else:
        known = {drawing.style.sku: drawing.style} if drawing.style else {}
        image = picture(drawing.spec, known, size_px=drawn)
    image = image.resize(kept, Image.Resampling.BICUBIC)
    content = io.BytesIO()
    image.save(content, "WEBP", quality=90, method=0)
    write_whole(folder / drawing.file, content.getvalue())


def _photo(name: str, label: Label, split: Split, spec: PictureSpec) -> SnapshotPhoto:
    image = f"images/{name}.webp"
    return SnapshotPhoto(name, image, _owner_in(split, name), split, label, spec.sku, kind=spec.kind)


def _owner_in(split: Split, name: str) -> str:
    """An owner whose photos fall into that split by the rule that real ones follow."""
    return next(owner for n in count() if split_of(owner := f"{name}.{n}", name) == split)
