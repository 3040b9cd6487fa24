"""One medium of the Graph API as a post: albums, missing links and missing usernames included."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from truther.sources.payload import storable
from truther.sources.posts import (
    MAX_CAPTION,
    MAX_MEDIA,
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


def post_of(node: Mapping[str, Any], *, now: datetime) -> SourcePost | Rejection:
    """Return the post that a node of `recent_media` describes, or why it is none.

    The permalink's shortcode is its id: ids of the Graph API and of the web are different numbers.
    """
    try:
        return _post(storable(node), now)
    except PostRefused as refusal:
        return Rejection(0, str(refusal), str(node.get("id") or "")[:64])


def _post(node: Mapping[str, Any], now: datetime) -> SourcePost:
    permalink = text(node, "permalink", limit=512)
    shortcode = shortcode_in(permalink)
    post_id = shortcode or name_of(node.get("id"), "id")
    if not post_id:
        raise PostRefused("it has neither permalink nor id")
    caption = text(node, "caption", limit=1_000_000)
    return SourcePost(
        id=post_id,
        source="hashtag",
        taken_at=moment(node.get("timestamp"), "timestamp", now=now),
        media=_media(node),
        raw=node,
        shortcode=shortcode,
        permalink=permalink,
        owner=text(node, "username", limit=64),  # never sent for hashtags
        caption=caption[:MAX_CAPTION],
        hashtags=hashtags_in(caption),
        likes=count_of(node.get("like_count")),
    )


def _media(node: Mapping[str, Any]) -> tuple[SourceMedia, ...]:
    if node.get("media_type") != "CAROUSEL_ALBUM":
        return (_medium(node, 0),)
    children = node.get("children")
    found = children.get("data") if isinstance(children, Mapping) else None
    if not isinstance(found, list) or not found:
        raise PostRefused("the album lists no pictures")
    return tuple(_medium(child, position) for position, child in enumerate(found[:MAX_MEDIA]))


def _medium(node: object, position: int) -> SourceMedia:
    if not isinstance(node, Mapping):
        return SourceMedia(position, "image", problem="it is no object")
    if node.get("media_type") == "VIDEO":
        return SourceMedia(position, "video")
    link = node.get("media_url")
    if not isinstance(link, str) or not link:
        return SourceMedia(position, "image", problem="Instagram gives no link to the picture")
    return SourceMedia(position, "image", url=link)
