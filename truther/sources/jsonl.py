"""Posts from a JSON Lines file; media lie beside it or behind links."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from truther.sources import payload
from truther.sources.posts import (
    MAX_CAPTION,
    MAX_HASHTAGS,
    MAX_MEDIA,
    RIGHTS,
    PostRefused,
    Rejection,
    SourceMedia,
    SourcePost,
    count_of,
    hashtags_in,
    moment,
    name_of,
    shortcode_in,
    text,
)


def read_jsonl(path: Path, *, now: datetime) -> Iterator[SourcePost | Rejection]:
    """Yield each line's post, or why it is none; blank lines are passed over."""
    for line, data in lines_of(path):
        try:
            yield _post(payload.parse(data), line, path.parent, now)
        except PostRefused as refusal:
            yield Rejection(line, str(refusal))


def lines_of(path: Path, *, limit: int = payload.MAX_BYTES) -> Iterator[tuple[int, bytes]]:
    """Yield number and bytes of each line that is not blank; of one past `limit`, its first limit + 1."""
    with path.open("rb") as file:
        number = 0
        while data := file.readline(limit + 1):
            number += 1
            rest = data
            while rest and not rest.endswith(b"\n"):  # the tail of a line that is too long, or the last line
                rest = file.readline(limit)
            if data.strip(b" \t\r\n\xef\xbb\xbf"):
                yield number, data


def _post(entry: Mapping[str, Any], line: int, folder: Path, now: datetime) -> SourcePost:
    permalink = text(entry, "permalink", limit=512)
    shortcode = name_of(entry.get("shortcode"), "shortcode") or shortcode_in(permalink)
    post_id = name_of(entry.get("id"), "id") or shortcode
    if not post_id:
        raise PostRefused("it has neither id nor shortcode")
    caption = text(entry, "caption", limit=payload.MAX_BYTES)
    return SourcePost(
        id=post_id,
        source="jsonl",
        taken_at=moment(entry.get("taken_at"), "taken_at", now=now),
        media=_media(entry.get("media"), folder),
        raw=entry,
        line=line,
        shortcode=shortcode,
        permalink=permalink,
        owner=text(entry, "owner", limit=64),
        caption=caption[:MAX_CAPTION],
        hashtags=_hashtags(entry.get("hashtags"), caption),
        likes=count_of(entry.get("likes")),
        rights=_rights(entry),
    )


def _rights(entry: Mapping[str, Any]) -> str:
    rights = text(entry, "rights", limit=16) or "unknown"
    if rights not in RIGHTS:
        raise PostRefused(f"rights must be one of {', '.join(RIGHTS)}")
    return rights


def _hashtags(value: object, caption: str) -> tuple[str, ...]:
    if value is None:
        return hashtags_in(caption)
    if not isinstance(value, list) or not all(isinstance(tag, str) and len(tag) <= 100 for tag in value):
        raise PostRefused("hashtags must be a list of short texts")
    return tuple(dict.fromkeys(tag.lstrip("#") for tag in value))[:MAX_HASHTAGS]


def _media(value: object, folder: Path) -> tuple[SourceMedia, ...]:
    if not isinstance(value, list) or not value:
        raise PostRefused("media must be a list of pictures")
    if len(value) > MAX_MEDIA:
        raise PostRefused(f"it has more than {MAX_MEDIA} pictures")
    return tuple(_medium(item, position, folder) for position, item in enumerate(value))


def _medium(item: object, position: int, folder: Path) -> SourceMedia:
    if not isinstance(item, Mapping):
        return SourceMedia(position, "image", problem="it is no object with path or url")
    kind, path, url = item.get("type", "image"), item.get("path"), item.get("url")
    if kind not in ("image", "video"):
        return SourceMedia(position, "image", problem="its type is neither image nor video")
    if isinstance(path, str) and path:
        inside = path_inside(folder, path)
        return SourceMedia(position, kind, path=inside, problem="" if inside else f"{path} leaves the folder")
    if isinstance(url, str) and url:
        return SourceMedia(position, kind, url=url)
    return SourceMedia(position, kind, problem="it has neither path nor url")


def path_inside(folder: Path, name: str) -> Path | None:
    """Return the file of that name below a folder, or None when the name leads out of it."""
    if "\0" in name:
        return None
    try:
        found = (folder / name).resolve()
    except RuntimeError:  # links in a circle
        return None
    return found if found.is_relative_to(folder.resolve()) else None
