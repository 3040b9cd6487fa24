"""Posts from a folder that instaloader wrote, pictures beside .json.xz; we ship no scraper."""

import lzma
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from truther.sources import payload
from truther.sources.posts import (
    MAX_CAPTION,
    PostRefused,
    Rejection,
    Skipped,
    SourceMedia,
    SourcePost,
    count_of,
    hashtags_in,
    moment,
    name_of,
)

SUFFIX = ".json.xz"
PICTURES = (".jpg", ".jpeg", ".png", ".webp")


def read_folder(folder: Path, *, now: datetime) -> Iterator[SourcePost | Rejection | Skipped]:
    """Yield each file's post in the order of the names, or why it is none; other node types are skipped."""
    for path in sorted(folder.rglob(f"*{SUFFIX}")):
        name = str(path.relative_to(folder))
        try:
            whole = payload.parse(_unpack(path))
            yield _post(whole, path, now) if _node_type(whole) == "Post" else Skipped(name)
        except PostRefused as refusal:
            yield Rejection(0, str(refusal), name)


def _unpack(path: Path) -> bytes:
    try:
        with lzma.open(path) as file:
            return file.read(payload.MAX_BYTES + 1)  # a bomb stops here
    except (lzma.LZMAError, EOFError, OSError) as error:
        raise PostRefused(f"cannot be unpacked ({error})") from error


def _node_type(whole: Mapping[str, Any]) -> str:
    about = whole.get("instaloader")
    return str(about.get("node_type")) if isinstance(about, Mapping) else "Post"


def _post(whole: Mapping[str, Any], path: Path, now: datetime) -> SourcePost:
    node = whole.get("node")
    if not isinstance(node, Mapping):
        raise PostRefused("it has no node")
    shortcode = name_of(node.get("shortcode") or node.get("code"), "shortcode")
    post_id = shortcode or name_of(node.get("id"), "id")
    if not post_id:
        raise PostRefused("it has neither shortcode nor id")
    taken = next((node[key] for key in ("date", "taken_at_timestamp", "taken_at") if key in node), None)
    caption = _caption(node)
    return SourcePost(
        id=post_id,
        source="instaloader",
        taken_at=moment(taken, "date", now=now),
        media=_media(node, path.with_name(path.name.removesuffix(SUFFIX))),
        raw=whole,
        shortcode=shortcode,
        permalink=f"https://www.instagram.com/p/{shortcode}/" if shortcode else "",
        owner=_owner(node),
        caption=caption[:MAX_CAPTION],
        hashtags=hashtags_in(caption),
        likes=_likes(node),
    )


def _inside(value: object, *keys: str | int) -> Any:
    """Walk into nested objects and lists; None where the way ends."""
    for key in keys:
        if isinstance(key, str) and isinstance(value, Mapping):
            value = value.get(key)
        elif isinstance(key, int) and isinstance(value, list) and len(value) > key:
            value = value[key]
        else:
            return None
    return value


def _caption(node: Mapping[str, Any]) -> str:
    found = _inside(node, "edge_media_to_caption", "edges", 0, "node", "text")
    found = found or _inside(node, "caption", "text") or node.get("caption")
    return found if isinstance(found, str) else ""


def _owner(node: Mapping[str, Any]) -> str:
    """Name the owner; a bare number is better than nothing, since one owner's photos must stay together."""
    name = _inside(node, "owner", "username") or _inside(node, "owner", "id")
    name = name or _inside(node, "iphone_struct", "user", "username")
    return str(name)[:64] if isinstance(name, str | int) else ""


def _likes(node: Mapping[str, Any]) -> int:
    ways = (("edge_media_preview_like", "count"), ("edge_liked_by", "count"), ("like_count",))
    return max(count_of(_inside(node, *way)) for way in ways)


def _media(node: Mapping[str, Any], stem: Path) -> tuple[SourceMedia, ...]:
    children = _inside(node, "edge_sidecar_to_children", "edges")
    if isinstance(children, list) and children:
        return tuple(
            _medium(_inside(child, "node"), place, stem.with_name(f"{stem.name}_{place + 1}"))
            for place, child in enumerate(children)
        )
    if _picture(stem) is None and _picture(stem.with_name(f"{stem.name}_1")) is not None:
        return tuple(_numbered(stem))  # an album whose payload does not list its pictures
    return (_medium(node, 0, stem),)


def _numbered(stem: Path) -> Iterator[SourceMedia]:
    for place in range(50):
        part = stem.with_name(f"{stem.name}_{place + 1}")
        if part.with_name(f"{part.name}.mp4").exists():
            yield SourceMedia(place, "video")
        elif (path := _picture(part)) is not None:
            yield SourceMedia(place, "image", path=path)


def _medium(node: object, place: int, stem: Path) -> SourceMedia:
    if _inside(node, "is_video") is True or _inside(node, "__typename") == "GraphVideo":
        return SourceMedia(place, "video")
    path = _picture(stem)
    return SourceMedia(place, "image", path=path, problem="" if path else f"{stem.name}.jpg is missing")


def _picture(stem: Path) -> Path | None:
    ways = (stem.with_name(f"{stem.name}{suffix}") for suffix in PICTURES)
    return next((path for path in ways if path.is_file()), None)
