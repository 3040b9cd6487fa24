"""A house of any size: photos, and votes with their serves, as a long game would have left them."""

import json
import random
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from truther.load.rows import bulk, insert, moment
from truther.models import Batch, Golden, Photo, PlaySession, Post, Serve, Style, Vote
from truther.rules.walk import digest_of, seed_of, serve_id

OPEN_SHARE = 0.8  # of the photos; the others are settled, and have nearly all of the votes
GOLDEN_VOTES = 3
FIRST_TO = 2
STYLES = 1_000
CANDIDATES = 15
PAST_PEOPLE = 1_000  # who cast the votes; those who play in the test are among them
DAYS = 60  # over which the votes were cast
SECONDS_A_DAY = 86_400
ARCHIVE_SECONDS = 3 * 365 * SECONDS_A_DAY  # over which the photos were taken
OPEN_BATCH, FROZEN_BATCH = "batch-00002", "batch-00001"
MODEL = "load"


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is."""

    photos: int
    votes: int

    @property
    def open(self) -> int:
        """Photos that wait for votes."""
        return int(self.photos * OPEN_SHARE)

    @property
    def settled(self) -> int:
        """Photos with a golden record."""
        return self.photos - self.open


def person(number: int) -> str:
    """Name one of the people."""
    return f"load-{number:04d}"


def furnish(path: Path, size: Size, *, now: float, seed: int = 1) -> None:
    """Fill an empty, migrated database; takes minutes for millions.

    Args:
        path: the database of the documents.
        now: seconds since 1970; everything happened before.
    """
    with bulk(path) as base:
        _fill(base, size, now, seed)


def _fill(base: sqlite3.Connection, size: Size, now: float, seed: int) -> None:
    opened = moment(now - SECONDS_A_DAY)
    batches = ("id", "number", "state", "opened_at")
    insert(base, Batch, batches, [(FROZEN_BATCH, 1, "frozen", opened), (OPEN_BATCH, 2, "open", opened)])
    styles = ("id", "name", "designer", "category", "search_text", "changed_at")
    insert(base, Style, styles, _styles(opened))
    posts = ("id", "source", "owner", "caption", "hashtags", "taken_at", "ingested_at")
    insert(base, Post, posts, _posts(size, now))
    insert(base, Photo, tuple(next(_photos(size, now, seed))), map(_values, _photos(size, now, seed)))
    insert(base, Golden, tuple(next(_records(size, now, seed))), map(_values, _records(size, now, seed)))
    sessions = ("id", "person", "seed", "batch_id", "arm", "began_at", "seen_at")
    insert(base, PlaySession, sessions, _sessions(now))
    insert(base, Serve, tuple(next(_serves(size, now))), map(_values, _serves(size, now)))
    insert(base, Vote, tuple(next(_votes(size, now))), map(_values, _votes(size, now)))


def _values(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row.values())


def _styles(at: str) -> Iterator[tuple[Any, ...]]:
    for number in range(STYLES):
        yield f"S{number:04d}", f"Style {number}", "Slate & Vine", "dress", f"style {number} slate & vine", at


def _taken(number: int, size: Size, now: float) -> float:
    return now - (number + 1) / size.photos * ARCHIVE_SECONDS


def _posts(size: Size, now: float) -> Iterator[tuple[Any, ...]]:
    at = moment(now)
    for number in range(size.photos):
        caption = f"Photo {number}: a long evening in a #rented dress, and shoes that hurt"
        yield (
            _photo_id(number),
            "jsonl",
            f"o{number % 997}",
            caption,
            '["rented"]',
            moment(_taken(number, size, now)),
            at,
        )


def _photo_id(number: int) -> str:
    return f"p{number:08d}"


def _is_open(number: int, size: Size) -> bool:
    """Spread the open photos evenly over the archive."""
    return (number + 1) * size.open // size.photos > number * size.open // size.photos


def _photos(size: Size, now: float, seed: int) -> Iterator[dict[str, Any]]:
    """The photos; candidates are of a thousand kinds, for speed."""
    chance = random.Random(seed)
    kinds = [_candidates(chance) for _ in range(1_000)]
    at = moment(now - SECONDS_A_DAY)
    for number in range(size.photos):
        is_open = _is_open(number, size)
        voted = _votes_on(number, size) if is_open else GOLDEN_VOTES
        yield {
            "id": _photo_id(number),
            "post_id": _photo_id(number),
            "taken_at": moment(_taken(number, size, now)),
            "owner": f"o{number % 997}",
            "lot": chance.random(),
            "sha256": f"{number:064x}",
            "width": 1080,
            "height": 1350,
            "state": "open" if is_open else "settled",
            "batch_id": OPEN_BATCH if is_open or number % 2 else FROZEN_BATCH,
            "ingested_at": at,
            "model_version": MODEL,
            "p_dress": round(chance.betavariate(4, 1), 4),
            "candidates": kinds[number % len(kinds)],
            "classified_at": at,
            "need": max(FIRST_TO - voted, 0),
            "votes": voted,
            "tally": json.dumps({"not_dress": voted} if voted else {}),
        }


def _candidates(chance: random.Random) -> str:
    skus = chance.sample(range(STYLES), CANDIDATES)
    best = chance.uniform(0.3, 0.95)
    shares = [best * (1 - best) ** place for place in range(CANDIDATES)]
    return json.dumps(
        [
            {"sku": f"S{sku:04d}", "probability": round(share, 4)}
            for sku, share in zip(skus, shares, strict=True)
        ]
    )


def _records(size: Size, now: float, seed: int) -> Iterator[dict[str, Any]]:
    """The golden records: three votes that agree, so that every one of them may be served as gold."""
    chance = random.Random(seed + 1)
    for number in range(size.photos):
        if _is_open(number, size):
            continue
        taken_at = _taken(number, size, now)
        yield {
            "id": _photo_id(number),
            "verdict": "not_dress",
            "fit": True,
            "votes": GOLDEN_VOTES,
            "agreement": 1.0,
            "known": True,
            "lot": chance.random(),
            "rule_version": "first-to-2.v1",
            "model_version": MODEL,
            "batch_id": OPEN_BATCH if number % 2 else FROZEN_BATCH,
            "sha256": f"{number:064x}",
            "taken_at": moment(taken_at),
            "settled_at": moment(now - chance.uniform(0, DAYS) * SECONDS_A_DAY),
        }


def _sessions(now: float) -> Iterator[tuple[Any, ...]]:
    at = moment(now - SECONDS_A_DAY)
    for number in range(PAST_PEOPLE):
        name = _session_id(number)
        yield name, person(number), seed_of(name), FROZEN_BATCH, "plain", at, at


def _session_id(number: int) -> str:
    return digest_of("load", str(number))


def _votes_on(number: int, size: Size) -> int:
    """Say how many votes a photo has: every third open one has one, the settled ones share the others."""
    if _is_open(number, size):
        return int(number % 3 == 0)
    ahead = size.votes - size.photos // 3
    share, rest = divmod(max(ahead, GOLDEN_VOTES * size.settled), max(size.settled, 1))
    return share + int(number % max(size.settled, 1) < rest)


def _cast(size: Size, now: float) -> Iterator[tuple[int, int, int, float]]:
    """Every vote there is: photo, place among the photo's votes, person, time."""
    for number in range(size.photos):
        count = min(_votes_on(number, size), PAST_PEOPLE)
        for place in range(count):
            ago = (number * 7_919 + place * 104_729) % (DAYS * SECONDS_A_DAY - 7_200) + 3_600
            yield number, place, (number * 31 + place * 7) % PAST_PEOPLE, now - ago


def _serves(size: Size, now: float) -> Iterator[dict[str, Any]]:
    for number, place, who, at in _cast(size, now):
        yield {
            "id": serve_id(_photo_id(number), person(who)),
            "session_id": _session_id(who),
            "person": person(who),
            "photo_id": _photo_id(number),
            "number": place,
            "reason": "walk",
            "options": '["S0001", "S0002", "S0003"]',
            "model_version": MODEL,
            "served_at": moment(at - 5),
            "answered_at": moment(at),
            "waiting": False,
        }


def _votes(size: Size, now: float) -> Iterator[dict[str, Any]]:
    """The votes: what comes after the deciding ones came late, and counts for nothing."""
    for number, place, who, at in _cast(size, now):
        is_open = _is_open(number, size)
        yield {
            "id": f"v{number:08d}-{place:04d}",
            "photo_id": _photo_id(number),
            "person": person(who),
            "session_id": _session_id(who),
            "serve_id": serve_id(_photo_id(number), person(who)),
            "choice": "not_dress",
            "place": -1,
            "fit": True,
            "seconds": 3.5,
            "reason": "walk",
            "late": not is_open and place >= GOLDEN_VOTES,
            "batch_id": OPEN_BATCH if is_open else FROZEN_BATCH,
            "cast_at": moment(at),
        }
