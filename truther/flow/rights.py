"""Note what customers allowed us to do with the pictures of their posts."""

from collections.abc import Iterable

from truther.models import Photo, Post
from truther.models.photos import Rights


def record_rights(post_ids: Iterable[str], rights: Rights) -> int:
    """Give posts, their photos and what is golden of them these rights; return how many posts changed.

    The photos come first: the API reads rights from them, so that a refusal works from that moment on.
    """
    changed = 0
    for post_id in post_ids:
        Photo.objects.follow_post(post_id, {"rights": rights})
        changed += Post.objects.note_rights(post_id, rights)
    return changed
