"""What every source yields: posts with their media, or the reason why something is none."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

NAME = re.compile(r"[A-Za-z0-9_-]{1,56}")  # leaves room for "-<position>" in a key of 64
PERMALINK_CODE = re.compile(r"/(?:p|reel|tv)/([A-Za-z0-9_-]{1,56})")
HASHTAG = re.compile(r"#(\w{1,100})")
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
MAX_MEDIA = 50
MAX_HASHTAGS = 100
MAX_CAPTION = 10_000  # characters kept beside the payload, which keeps all
RIGHTS = ("unknown", "requested", "granted", "refused")


class PostRefused(ValueError):
    """An entry that is no post we can take; the text is the reason, for people."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """One thing that was not taken, and why."""

    line: int  # in the file, from 1; 0 where there are no lines
    reason: str
    name: str = ""  # the file, post or sku it is about


@dataclass(frozen=True, slots=True)
class SourceMedia:
    """One picture or video of a post, still where the source keeps it."""

    position: int  # from 0, videos counted
    kind: str  # "image" or "video"
    path: Path | None = None
    url: str = ""
    problem: str = ""  # why it can be had neither way


@dataclass(frozen=True, slots=True)
class SourcePost:
    """One post as its source tells it, checked."""

    id: str
    source: str
    taken_at: datetime
    media: tuple[SourceMedia, ...]
    raw: Mapping[str, Any]  # the payload, made storable
    line: int = 0
    shortcode: str = ""
    permalink: str = ""
    owner: str = ""
    caption: str = ""
    hashtags: tuple[str, ...] = field(default=())
    likes: int = 0
    rights: str = "unknown"


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that is not meant to be a post, such as a profile's own record."""

    name: str


def text(payload: Mapping[str, Any], key: str, *, limit: int) -> str:
    """Return a text field, "" when it is absent or null.

    Raises:
        PostRefused: it is no text, or longer than `limit` characters.
    """
    value = payload.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise PostRefused(f"{key} is not a text")
    if len(value) > limit:
        raise PostRefused(f"{key} is longer than {limit} characters")
    return value.strip()


def name_of(value: object, key: str) -> str:
    """Return an id or shortcode, "" when there is none; whole numbers are fine.

    Raises:
        PostRefused: it is not 1 to 56 letters, digits, - and _.
    """
    if value is None or value == "":
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not NAME.fullmatch(value):
        raise PostRefused(f"{key} must be 1 to 56 letters, digits, - and _")
    return value


def shortcode_in(permalink: str) -> str:
    """Return the shortcode a permalink names, or "" ."""
    found = PERMALINK_CODE.search(permalink)
    return found[1] if found else ""


def moment(value: object, key: str, *, now: datetime) -> datetime:
    """Return a time as aware UTC: ISO 8601, UTC unless it says otherwise, or Unix seconds.

    Raises:
        PostRefused: it is no time, before 2000, or more than a day ahead of `now`.
    """
    try:
        found = _moment(value)
    except (ValueError, TypeError, OverflowError, OSError) as error:
        raise PostRefused(f"{key} is not a time such as 2026-03-14T12:00:00Z") from error
    if not EARLIEST <= found <= now + timedelta(days=1):
        raise PostRefused(f"{key} {found:%Y-%m-%d} lies in the future or before 2000")
    return found


def _moment(value: object) -> datetime:
    if isinstance(value, str):
        found = datetime.fromisoformat(value)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return datetime.fromtimestamp(value, UTC)
    raise TypeError("not a time")


def count_of(value: object) -> int:
    """Return a number of likes; 0 when it is hidden, absent or no number."""
    if isinstance(value, int) and not isinstance(value, bool):
        return min(max(value, 0), 2**31 - 1)
    return 0


def hashtags_in(caption: str) -> tuple[str, ...]:
    """Return a caption's hashtags without #, each once, in order."""
    return tuple(dict.fromkeys(HASHTAG.findall(caption)))[:MAX_HASHTAGS]
