"""How posts and photos arrive, are joined, and leave for good."""

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import IntegrityError, models, transaction

from truther.config import config, secret_key
from truther.models.golden import Golden
from truther.models.standing import StandingQuerySet

if TYPE_CHECKING:
    from truther.models.photos import Photo, Post, Takedown  # noqa: F401  # named in strings below

Row = TypeVar("Row", bound=models.Model)


def insert(rows: "models.QuerySet[Row]", **values: Any) -> bool:
    """Create one row; False when one with that key is there already, which stays as it is."""
    try:
        with transaction.atomic(using="documents"):  # SQLite needs the savepoint, MongoDB ignores it
            rows.create(**values)
    except IntegrityError:
        return False
    return True


class PostQuerySet(models.QuerySet["Post"]):
    """Questions about posts."""

    def by_shortcode(self, shortcodes: Iterable[str]) -> "dict[str, Post]":
        """The posts with these shortcodes, whatever their ids and sources."""
        wanted = [code for code in shortcodes if code]
        return {post.shortcode: post for post in self.filter(shortcode__in=wanted).order_by("-pk")}

    def note_rights(self, post_id: str, rights: str) -> int:
        """Write what a customer allowed; return 1, or 0 when that was known or the post is gone."""
        return self.filter(pk=post_id).exclude(rights=rights).update(rights=rights)

    def forget(self, post_ids: Iterable[str]) -> None:
        """Empty these posts of everything personal; the shortcode stays, so that they do not come back."""
        empty = {"owner": "", "caption": "", "hashtags": [], "permalink": "", "likes": 0, "raw": {}}
        self.filter(pk__in=list(post_ids)).update(rights="refused", **empty)


class ArrivalQuerySet(StandingQuerySet):
    """What happens to photos before people see them, and when they must go."""

    def fingerprints(self) -> Iterator[tuple[str, str, str]]:
        """Name, sha256 and perceptual hash of every picture we hold; copies go by their first's name."""
        held = self.exclude(state="removed").order_by("ingested_at", "pk")
        for name, first, sha256, phash in held.values_list(
            "pk", "duplicate_of", "sha256", "phash"
        ).iterator():
            yield first or name, sha256, phash

    def there(self, photo_ids: Iterable[str]) -> set[str]:
        """Which of these photos we have."""
        return set(self.filter(pk__in=list(photo_ids)).values_list("pk", flat=True))

    def follow_post(self, post_id: str, changes: Mapping[str, Any]) -> None:
        """Give owner and rights of a post to its photos and to what is golden of them."""
        shared = {name: changes[name] for name in ("owner", "rights") if name in changes}
        if shared:
            held = self.filter(post_id=post_id).exclude(state="removed")
            names = list(held.values_list("pk", flat=True))
            self.filter(pk__in=names).update(**shared)
            Golden.objects.filter(pk__in=names).update(**shared)

    def posts_with_pictures(self, post_ids: Iterable[str]) -> set[str]:
        """Which of these posts still have a picture."""
        held = self.filter(post_id__in=list(post_ids)).exclude(state="removed")
        return set(held.values_list("post_id", flat=True))

    def copies_of(self, photo_ids: Sequence[str]) -> "list[Photo]":
        """These photos and every other one that shows the same picture, by id."""
        found = {photo.pk: photo for photo in self.filter(pk__in=photo_ids)}
        while True:
            shas = {photo.sha256 for photo in found.values()}
            firsts = {photo.duplicate_of or photo.pk for photo in found.values()}
            same = models.Q(sha256__in=shas) | models.Q(duplicate_of__in=firsts) | models.Q(pk__in=firsts)
            more = {photo.pk: photo for photo in self.filter(same)}
            if more.keys() <= found.keys():
                return [found[name] for name in sorted(found)]
            found |= more

    def remove(self, photo_id: str) -> None:
        """Empty one photo of all that was known of the picture; the row stays, for the votes on it.

        `rev` moves so that a recount under way starts over and finds the photo removed.
        """
        emptied: dict[str, Any] = {
            "state": "removed",
            "rights": "refused",
            "batch_id": "",
            "phash": "",
            "candidates": [],
        }
        emptied |= {"p_dress": None, "leased_by": "", "why": "", "tally": {}, "votes": 0}
        emptied |= {"lane": "", "lane_chance": 1.0}
        self.filter(pk=photo_id).update(rev=models.F("rev") + 1, **emptied)
        Golden.objects.follow(photo_id, None)


class TakedownQuerySet(models.QuerySet["Takedown"]):
    """Questions about pictures that must not come back."""

    def forbid(self, sha256: str, *, photo_id: str, reason: str, now: datetime) -> None:
        """Remember a picture by its keyed hash alone; once is enough."""
        insert(self, pk=self.key_of(sha256), photo_id=photo_id, reason=reason, removed_at=now)

    def forbids(self, sha256: str) -> bool:
        """Whether a picture was taken down."""
        return self.filter(pk=self.key_of(sha256)).exists()

    def key_of(self, sha256: str) -> str:
        """Name a picture; by a plain hash anybody with the picture could ask whether it was taken down."""
        return hmac.new(secret_key(config).encode(), sha256.encode(), hashlib.sha256).hexdigest()
