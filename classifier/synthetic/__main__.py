"""Draw contact sheets, or write a catalogue or posts: python -m classifier.synthetic sheet --help."""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from PIL import Image

from classifier.synthetic import (
    design_posts,
    design_styles,
    picture,
    studio_shot,
    write_catalogue,
    write_posts,
)

NEWEST_AT: Final = datetime(2026, 9, 30, 20, 0, tzinfo=UTC)
CELL_PX: Final = (240, 300)


def contact_sheet(pictures: Sequence[Image.Image], *, columns: int = 8) -> Image.Image:
    """Lay pictures of one size out in rows."""
    width, height = pictures[0].size
    rows = -(-len(pictures) // columns)
    sheet = Image.new("RGB", (columns * width, rows * height), (255, 255, 255))
    for index, image in enumerate(pictures):
        sheet.paste(image, (index % columns * width, index // columns * height))
    return sheet


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and do one of the three."""
    parser = argparse.ArgumentParser(prog="python -m classifier.synthetic", description=__doc__)
    parser.add_argument("what", choices=("sheet", "catalogue", "posts"))
    parser.add_argument("--styles", type=int, default=48)
    parser.add_argument("--photos", type=int, default=48)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    styles = design_styles(options.styles, seed=options.seed)
    if options.what == "catalogue":
        write_catalogue(options.out, styles, processes=options.processes)
        return
    posts = design_posts(options.photos, styles, seed=options.seed, newest_at=NEWEST_AT)
    if options.what == "posts":
        write_posts(options.out, posts, styles, processes=options.processes)
        return
    options.out.mkdir(parents=True, exist_ok=True)
    by_sku = {style.sku: style for style in styles}
    for view in (0, 1):
        shots = [studio_shot(style, view=view, size_px=CELL_PX) for style in styles]
        contact_sheet(shots).save(options.out / f"studio-{view}.png")
    photos = [picture(spec, by_sku, size_px=CELL_PX) for post in posts for spec in post.pictures]
    contact_sheet(photos[: options.photos]).save(options.out / "street.png")


if __name__ == "__main__":
    main()
