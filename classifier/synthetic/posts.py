"""Posts of invented people over eighteen months, and the pictures in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from classifier.synthetic.captions import caption_of, hashtags_of, owner_name
from classifier.synthetic.chance import Dice, seed_of
from classifier.synthetic.spec import StyleSpec

SPAN_DAYS: Final = 548
POSTS_PER_OWNER: Final = 4
KINDS: Final = {
    "dress": 81.5,
    "unlisted": 5.0,
    "person": 2.2,
    "separates": 2.6,
    "bag": 1.9,
    "shoe": 1.7,
    "jewellery": 1.4,
    "pet": 2.3,
    "noise": 1.4,
}
RIGHTS: Final = {"unknown": 55.0, "granted": 36.0, "refused": 9.0}
ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@dataclass(frozen=True, slots=True)
class PictureSpec:
    """One picture of a post, before it is drawn."""

    kind: str  # a key of KINDS
    sku: str  # "" unless the kind is "dress"
    seed: int
    person: int = 0  # who is in it: the same number is the same person
    look: int = 0  # which dress that is not in stock; 0 for every other kind


@dataclass(frozen=True, slots=True)
class PostSpec:
    """One post as it would come from the hashtag."""

    post_id: str
    shortcode: str
    owner: str
    taken_at: datetime
    caption: str
    hashtags: tuple[str, ...]
    rights: str
    likes: int
    pictures: tuple[PictureSpec, ...]


def design_posts(
    count: int, styles: Sequence[StyleSpec], *, seed: int, newest_at: datetime
) -> list[PostSpec]:
    """Invent posts, newest first, over the eighteen months before newest_at.

    Raises:
        ValueError: newest_at has no time zone, or there are posts to invent but no styles.
    """
    if newest_at.tzinfo is None:
        raise ValueError("newest_at needs a time zone")
    if count and not styles:
        raise ValueError("posts need styles to show")
    dice = Dice(seed, "posts")
    owners = _owners(dice, max(1, -(-count // POSTS_PER_OWNER)))
    ages = sorted(share**1.15 * SPAN_DAYS * 86400 for share in dice.many(count))
    shelf = _Shelf(styles)
    return [
        _post(
            Dice(seed, "post", index), seed, index, owners, shelf, newest_at - timedelta(seconds=round(age))
        )
        for index, age in enumerate(ages)
    ]


def _owners(dice: Dice, count: int) -> list[str]:
    names: list[str] = []
    seen: set[str] = set()
    while len(names) < count:
        name = owner_name(dice)
        if name in seen:
            name = f"{name}_{len(names)}"
        seen.add(name)
        names.append(name)
    return names


class _Shelf:
    """The styles by the day they came; some are rented far more often than others."""

    def __init__(self, styles: Sequence[StyleSpec]) -> None:
        self.styles = sorted(styles, key=lambda style: (style.acquired_on, style.sku))

    def pick(self, dice: Dice, when: datetime) -> StyleSpec:
        there = [style for style in self.styles if style.acquired_on <= when.date()] or self.styles
        for _ in range(12):
            style = there[dice.whole(0, len(there))]
            popular = seed_of(1, "popular", style.sku) % 100 / 100
            current = style.retired_on is None or style.retired_on > when.date()
            if current and dice.happens(0.25 + 0.75 * popular * popular):
                return style
        return there[dice.whole(0, len(there))]


def _post(dice: Dice, seed: int, index: int, owners: list[str], shelf: _Shelf, when: datetime) -> PostSpec:
    owner = owners[int(dice.unit() ** 1.35 * len(owners))]
    person = seed_of(seed, "owner", owner)
    kind = dice.weighted(KINDS)
    style = shelf.pick(dice, when) if kind == "dress" else None
    look = seed_of(seed, "unlisted", index) | 1 if kind == "unlisted" else 0
    pictures = [
        PictureSpec(kind, style.sku if style else "", seed_of(seed, "picture", index, place), person, look)
        for place in range(1 if dice.happens(0.86) else dice.whole(2, 4))
    ]
    if len(pictures) > 2 and dice.happens(0.5):
        extra = dice.pick(("bag", "shoe", "jewellery"))
        pictures[-1] = PictureSpec(extra, "", seed_of(seed, "picture", index, "extra"), person)
    return PostSpec(
        post_id=str(17_800_000_000_000_000 + seed_of(seed, "id", index) % 10**14),
        shortcode="C" + "".join(ALPHABET[dice.whole(0, 64)] for _ in range(10)),
        owner=owner,
        taken_at=when.replace(microsecond=0),
        caption=caption_of(dice, kind, style),
        hashtags=hashtags_of(dice),
        rights=dice.weighted(RIGHTS),
        likes=int(4 + 900 * dice.unit() ** 4),
        pictures=tuple(pictures),
    )
