"""One run of taking posts in: what is known already, what is new, what it repeats, what is refused."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from truther.config import config
from truther.models import Photo, Post, Takedown
from truther.models.arrivals import insert
from truther.models.fields import milliseconds
from truther.models.photos import Rights, State
from truther.sources.addresses import Unfetchable
from truther.sources.develop import Darkroom
from truther.sources.fetch import Fetcher
from truther.sources.lookalike import Lookalikes, same_colours
from truther.sources.media import Picture, PictureRefused, digest, read_picture
from truther.sources.posts import RIGHTS, Rejection, Skipped, SourceMedia, SourcePost

FILLED_IN = ("shortcode", "permalink", "owner", "caption", "hashtags")  # what another source may know better
Entry = SourcePost | Rejection | Skipped


@dataclass(frozen=True, slots=True)
class Arrival:
    """One post on its way in, and the id it goes by here: another source may have named it first."""

    post: SourcePost
    id: str

    def photo_id(self, medium: SourceMedia) -> str:
        """Name the photo one of its pictures becomes."""
        return f"{self.id}-{medium.position}"


class Intake:
    """One run's counts, and what it has to remember between chunks."""

    def __init__(self, *, now: datetime, fetcher: Fetcher, darkroom: Darkroom) -> None:
        """Begin a run: its moment, what follows links, and where pictures are developed."""
        self.now, self.fetcher, self.darkroom, self.store = now, fetcher, darkroom, darkroom.store
        self.counts: Counter[str] = Counter()
        self.rejected: list[Rejection] = []
        self._known: Lookalikes | None = None

    def take(self, entries: Sequence[Entry]) -> None:
        """Bring in one chunk of what a source yields."""
        self.rejected += [entry for entry in entries if isinstance(entry, Rejection)]
        self.counts["skipped"] += sum(isinstance(entry, Skipped) for entry in entries)
        arrivals = self._joined([entry for entry in entries if isinstance(entry, SourcePost)])
        there = Photo.objects.there(a.photo_id(medium) for a in arrivals for medium in a.post.media)
        for (arrival, medium), outcome in self.darkroom.develop(self._pictures(arrivals, there)):
            if isinstance(outcome, PictureRefused):
                self._reject(arrival, medium, str(outcome))
            else:
                self._keep(arrival, medium, outcome)

    def _joined(self, posts: Sequence[SourcePost]) -> list[Arrival]:
        """Find each post's id here; a shortcode joins what two sources name differently."""
        by_id = Post.objects.in_bulk([post.id for post in posts])
        codes = {
            code: post.pk for code, post in Post.objects.by_shortcode(p.shortcode for p in posts).items()
        }
        arrivals = []
        for post in posts:
            there = by_id.get(post.id)
            if there and there.shortcode and post.shortcode and there.shortcode != post.shortcode:
                reason = f"the id belongs to another post, {there.shortcode}"
                self.rejected.append(Rejection(post.line, reason, post.id))
                continue
            post_id = post.id if there else codes.get(post.shortcode, post.id)
            if post.shortcode:
                codes.setdefault(post.shortcode, post_id)
            arrivals.append(Arrival(post, post_id))
            if known := there or (Post.objects.filter(pk=post_id).first() if post_id != post.id else None):
                self._merge(known, post)
        return arrivals

    def _merge(self, known: Post, post: SourcePost) -> None:
        changes = _news(known, post)
        if not changes:
            return
        self.counts["joined"] += post.source not in known.raw
        Post.objects.filter(pk=known.pk).update(**changes)
        Photo.objects.follow_post(known.pk, changes)

    def _pictures(
        self, arrivals: Sequence[Arrival], there: set[str]
    ) -> Iterator[tuple[tuple[Arrival, SourceMedia], bytes]]:
        """Read the pictures we do not have yet."""
        for arrival in arrivals:
            for medium in arrival.post.media:
                if medium.kind == "video":
                    self.counts["videos_skipped"] += 1
                elif arrival.photo_id(medium) in there:
                    self.counts["unchanged"] += 1
                elif (data := self._read(arrival, medium)) is not None:
                    there.add(arrival.photo_id(medium))  # the same post may stand twice in a file
                    yield (arrival, medium), data

    def _read(self, arrival: Arrival, medium: SourceMedia) -> bytes | None:
        try:
            if medium.problem:
                raise PictureRefused(medium.problem)
            if medium.path is not None:
                data = read_picture(medium.path, max_bytes=config.max_image_bytes)
            else:
                data = self.fetcher.fetch(medium.url, now=self.now)
        except (PictureRefused, Unfetchable) as refusal:
            self._reject(arrival, medium, str(refusal))
            return None
        if Takedown.objects.forbids(digest(data)):
            self.counts["taken_down"] += 1
            return None
        return data

    def _reject(self, arrival: Arrival, medium: SourceMedia, reason: str) -> None:
        self.rejected.append(Rejection(arrival.post.line, reason, arrival.photo_id(medium)))

    def _keep(self, arrival: Arrival, medium: SourceMedia, picture: Picture) -> None:
        post, photo_id = arrival.post, arrival.photo_id(medium)
        self.counts["posts"] += insert(Post.objects.all(), pk=arrival.id, **_post_values(post, self.now))
        stored = Post.objects.only("owner", "rights", "taken_at").get(pk=arrival.id)
        first = self._first_of(picture)
        new = insert(
            Photo.objects.all(),
            pk=photo_id,
            post_id=arrival.id,
            position=medium.position,
            taken_at=stored.taken_at,
            owner=stored.owner,
            rights=stored.rights,
            lot=_lot(photo_id),
            sha256=picture.sha256,
            phash=picture.phash,
            width=picture.width,
            height=picture.height,
            duplicate_of=first,
            state=State.DUPLICATE if first else State.NEW,
            ingested_at=milliseconds(self.now),
        )
        self.counts["photos"] += new
        self.counts["duplicates"] += new and bool(first)
        self.counts["unchanged"] += not new
        self._lookalikes().add(first or photo_id, picture.sha256, picture.phash)

    def _first_of(self, picture: Picture) -> str:
        """Name the photo that this picture repeats, "" when it shows something new."""
        known = self._lookalikes()
        if found := known.same_bytes(picture.sha256):
            return found
        candidates = known.near(picture.phash)
        if candidates:
            this = self.store.small(picture.sha256)
            for name, sha256 in candidates:
                if self.store.has(sha256) and same_colours(this, self.store.small(sha256)):
                    return name
        return ""

    def _lookalikes(self) -> Lookalikes:
        if self._known is None:
            self._known = Lookalikes(Photo.objects.fingerprints())
        return self._known


def _post_values(post: SourcePost, now: datetime) -> dict[str, Any]:
    return {
        "source": post.source,
        "shortcode": post.shortcode,
        "permalink": post.permalink,
        "owner": post.owner,
        "caption": post.caption,
        "hashtags": list(post.hashtags),
        "likes": post.likes,
        "rights": post.rights,
        "taken_at": milliseconds(post.taken_at),
        "ingested_at": milliseconds(now),
        "raw": {post.source: dict(post.raw)},
    }


def _news(known: Post, post: SourcePost) -> dict[str, Any]:
    """What a post tells that we did not know: gaps filled, more likes, rights, another payload."""
    if known.rights == Rights.REFUSED:
        return {}  # a refusal is final here: the file that once said "granted" may be read again
    values = _post_values(post, known.ingested_at)
    changes = {name: values[name] for name in FILLED_IN if values[name] and not getattr(known, name)}
    if post.likes > known.likes:
        changes["likes"] = post.likes
    if RIGHTS.index(post.rights) > RIGHTS.index(known.rights):
        changes["rights"] = post.rights
    if known.raw.get(post.source) != values["raw"][post.source]:
        changes["raw"] = known.raw | values["raw"]
    return changes


def _lot(photo_id: str) -> float:
    return int.from_bytes(hashlib.sha256(photo_id.encode()).digest()[:6]) / 2**48
