"""Pictures of a benchmark, drawn in many processes, and the hash that says they are the same."""

import hashlib
import io
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from PIL import Image

from classifier.runs import write_whole
from classifier.synthetic.rough import rough_other, rough_photo
from classifier.synthetic.spec import Look
from classifier.synthetic.studio import shoot

Size = tuple[int, int]  # width, height in pixels
OnDrawn = Callable[[int, int], None]  # how many pictures of how many are done
DRAWN: Final[Size] = (320, 400)
QUALITY: Final = 90
AT_ONCE: Final = 16


@dataclass(frozen=True, slots=True)
class Sketch:
    """One picture before it is drawn."""

    file: str  # relative to the folder
    kind: str  # "studio", "dress", "unlisted" or a key of others.OTHERS
    look: Look | None = None
    seed: int = 0
    view: int = 0


def draw_all(
    folder: Path,
    sketches: Sequence[Sketch],
    *,
    kept: Size,
    processes: int = 1,
    on_drawn: OnDrawn | None = None,
) -> str:
    """Draw what is not there yet, and return the sha256 (hex) over the pixels of all, in the order of names.

    Args:
        kept: the size in which the pictures are stored.
    """
    (folder / "images").mkdir(parents=True, exist_ok=True)
    ordered = sorted(sketches, key=lambda sketch: sketch.file)
    total = hashlib.sha256()
    job = partial(_draw, folder, kept)
    if processes <= 1:
        for number, digest in enumerate(map(job, ordered), start=1):
            total.update(digest)
            if on_drawn:
                on_drawn(number, len(ordered))
        return total.hexdigest()
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for number, digest in enumerate(pool.map(job, ordered, chunksize=AT_ONCE), start=1):
            total.update(digest)
            if on_drawn:
                on_drawn(number, len(ordered))
    return total.hexdigest()


def _draw(folder: Path, kept: Size, sketch: Sketch) -> bytes:
    """Draw one picture unless it is there; sha256 of its name, size and decoded pixels."""
    path = folder / sketch.file
    if not path.exists():
        content = io.BytesIO()
        _picture(sketch).resize(kept, Image.Resampling.BICUBIC).save(
            content, "WEBP", quality=QUALITY, method=0
        )
        write_whole(path, content.getvalue())
    with Image.open(path) as image:
        pixels = image.convert("RGB")
    return hashlib.sha256(f"{sketch.file} {pixels.size}\n".encode() + pixels.tobytes()).digest()


def _picture(sketch: Sketch) -> Image.Image:
    if sketch.kind == "studio":
        assert sketch.look is not None
        return shoot(sketch.look, view=sketch.view, size_px=DRAWN, seed=0)
    if sketch.look is not None:
        return rough_photo(sketch.look, seed=sketch.seed, size_px=DRAWN)
    return rough_other(sketch.kind, seed=sketch.seed, size_px=DRAWN)
