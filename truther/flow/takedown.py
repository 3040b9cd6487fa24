"""Pictures go for good: bytes, thumbnails, scores, golden records; a keyed hash keeps them from returning."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from truther.config import config
from truther.models import Photo, Post, Style, Takedown
from truther.models.fields import milliseconds
from truther.models.photos import State
from truther.sources.media import MediaStore


@dataclass(frozen=True, slots=True)
class TakedownReport:
    """What went."""

    removed: tuple[str, ...]  # photos, copies of the named ones included
    already: tuple[str, ...]
    unknown: tuple[str, ...]
    files: int  # deleted, those in snapshots included


def take_down(photo_ids: Sequence[str], *, reason: str, now: datetime) -> TakedownReport:
    """Remove these photos and every copy of the same pictures; safe to repeat, a second call ends the first.

    Args:
        photo_ids: any of the photos that show the picture.
        reason: for the record, at most 256 characters are kept.
        now: aware UTC.
    """
    photos = Photo.objects.copies_of(photo_ids)
    names = [photo.pk for photo in photos]
    gone = {photo.pk for photo in photos if photo.state == State.REMOVED}
    for photo in photos:  # first the hash: from here on nothing can bring the picture back
        Takedown.objects.forbid(photo.sha256, photo_id=photo.pk, reason=reason[:256], now=milliseconds(now))
    for name in names:
        Photo.objects.remove(name)
    posts = {photo.post_id for photo in photos}
    Post.objects.forget(posts - Photo.objects.posts_with_pictures(posts))
    return TakedownReport(
        removed=tuple(name for name in names if name not in gone),
        already=tuple(sorted(gone)),
        unknown=tuple(sorted(set(photo_ids) - set(names))),
        files=_delete_files({photo.sha256 for photo in photos}),
    )


def _delete_files(shas: set[str]) -> int:
    """Delete the pictures here and in every snapshot, but for those that are also studio shots."""
    store = MediaStore(config.data_dir / "media")
    count = 0
    for sha256 in shas - Style.objects.showing(shas):
        count += store.forget(sha256)
        for copy in (config.data_dir / "snapshots").glob(f"*/images/{sha256}-256.webp"):
            copy.unlink(missing_ok=True)
            count += 1
    return count
