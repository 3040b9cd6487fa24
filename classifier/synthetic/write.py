"""Catalogue and posts as files, in the formats that real ones are imported from."""

import json
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final, TypeVar

from classifier.synthetic.pictures import picture
from classifier.synthetic.posts import PictureSpec, PostSpec
from classifier.synthetic.spec import StyleSpec
from classifier.synthetic.studio import studio_shot

STUDIO_PX: Final = (512, 640)
POST_PX: Final = (640, 800)
VIEWS: Final = 2
QUALITY: Final = 88
Job = TypeVar("Job")


def write_catalogue(folder: Path, styles: Sequence[StyleSpec], *, processes: int) -> Path:
    """Write catalogue.jsonl and its studio shots under images/; return the path of the file."""
    (folder / "images").mkdir(parents=True, exist_ok=True)
    jobs = [(folder / _studio_name(style, view), style, view) for style in styles for view in range(VIEWS)]
    _spread(_draw_studio_shot, jobs, processes)
    return _write_lines(folder / "catalogue.jsonl", map(_catalogue_row, styles))


def write_posts(
    folder: Path, posts: Sequence[PostSpec], styles: Sequence[StyleSpec], *, processes: int
) -> Path:
    """Write posts.jsonl, its pictures under media/ and truth.jsonl; return the path of the first."""
    (folder / "media").mkdir(parents=True, exist_ok=True)
    by_sku = {style.sku: style for style in styles}
    jobs = [
        (folder / _media_name(post, place), spec, {spec.sku: by_sku[spec.sku]} if spec.sku else {})
        for post in posts
        for place, spec in enumerate(post.pictures)
    ]
    _spread(_draw_picture, jobs, processes)
    truths = (
        {"photo": f"{post.post_id}-{place}", "kind": spec.kind, "sku": spec.sku}
        for post in posts
        for place, spec in enumerate(post.pictures)
    )
    _write_lines(folder / "truth.jsonl", truths)
    return _write_lines(folder / "posts.jsonl", map(_post_row, posts))


def _studio_name(style: StyleSpec, view: int) -> str:
    return f"images/{style.sku}-{view}.jpg"


def _media_name(post: PostSpec, place: int) -> str:
    return f"media/{post.post_id}-{place}.jpg"


def _draw_studio_shot(job: tuple[Path, StyleSpec, int]) -> None:
    path, style, view = job
    studio_shot(style, view=view, size_px=STUDIO_PX).save(path, quality=QUALITY)


def _draw_picture(job: tuple[Path, PictureSpec, dict[str, StyleSpec]]) -> None:
    path, spec, styles = job
    picture(spec, styles, size_px=POST_PX).save(path, quality=QUALITY)


def _spread(draw: Callable[[Job], None], jobs: Sequence[Job], processes: int) -> None:
    """Draw in so many processes; what is drawn does not depend on how many."""
    if processes <= 1 or len(jobs) < 8:
        for job in jobs:
            draw(job)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for _ in pool.map(draw, jobs, chunksize=8):
            pass


def _catalogue_row(style: StyleSpec) -> dict[str, Any]:
    return {
        "sku": style.sku,
        "name": style.name,
        "designer": style.designer,
        "category": style.category,
        "acquired_on": style.acquired_on.isoformat(),
        "retired_on": style.retired_on.isoformat() if style.retired_on else "",
        "images": [_studio_name(style, view) for view in range(VIEWS)],
        "attributes": style.attributes,
    }


def _post_row(post: PostSpec) -> dict[str, Any]:
    return {
        "id": post.post_id,
        "shortcode": post.shortcode,
        "permalink": f"https://www.instagram.com/p/{post.shortcode}/",
        "owner": post.owner,
        "taken_at": post.taken_at.isoformat(),
        "caption": post.caption + " " + " ".join(f"#{tag}" for tag in post.hashtags),
        "hashtags": list(post.hashtags),
        "likes": post.likes,
        "rights": post.rights,
        "media": [{"path": _media_name(post, place), "type": "image"} for place in range(len(post.pictures))],
    }


def _write_lines(path: Path, rows: Iterable[dict[str, Any]]) -> Path:
    """Write JSON Lines under another name first, so that a half-written file is never read."""
    part = path.with_name(path.name + ".part")
    part.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return part.replace(path)
