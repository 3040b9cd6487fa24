"""Small makers of domain objects, with only what a test does not care about filled in."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from tests.conftest import NOON
from truther.models import Batch, Golden, Photo, Post, Style
from truther.models.photos import State


def make_style(sku: str, **values: Any) -> Style:
    """Create a style on offer."""
    name = values.pop("name", sku.replace("-", " ").title())
    defaults = {
        "name": name,
        "designer": "Slate & Vine",
        "category": "dress",
        "images": [],
        "changed_at": NOON,
    }
    defaults["search_text"] = f"{name} slate & vine".casefold()
    return Style.objects.create(id=sku, **(defaults | values))


def make_batch(number: int = 1, **values: Any) -> Batch:
    """Create an open batch."""
    return Batch.objects.create(
        **({"id": f"batch-{number:05d}", "number": number, "opened_at": NOON} | values)
    )


def make_photo(photo_id: str, *, taken_at: datetime | None = None, **values: Any) -> Photo:
    """Create an open, classified photo of a post of its own, in batch 1."""
    moment = taken_at or NOON - timedelta(days=1)
    post = Post.objects.create(
        id=values.pop("post_id", f"post-{photo_id}"),
        source="jsonl",
        owner="dora",
        taken_at=moment,
        ingested_at=NOON,
    )
    defaults = {
        "post": post,
        "taken_at": moment,
        "owner": post.owner,
        "lot": (sum(photo_id.encode()) * 7919 % 10_000) / 10_000,
        "sha256": hashlib.sha256(photo_id.encode()).hexdigest(),
        "width": 640,
        "height": 800,
        "state": State.OPEN,
        "batch_id": "batch-00001",
        "ingested_at": NOON,
        "model_version": "v0",
        "p_dress": 0.9,
        "candidates": [
            {"sku": sku, "probability": 0.3} for sku in ("red-wrap", "blue-column", "green-swing")
        ],
        "classified_at": NOON,
    }
    return Photo.objects.create(id=photo_id, **(defaults | values))


def make_golden(photo_id: str, **values: Any) -> Golden:
    """Create the golden record of a photo: two people saw the red wrap."""
    defaults = {
        "verdict": "style",
        "style": "" if values.get("verdict", "style") != "style" else "red-wrap",
        "fit": True,
        "votes": 2,
        "agreement": 1.0,
        "taken_at": NOON,
        "settled_at": NOON,
    }
    return Golden.objects.create(id=photo_id, **(defaults | values))
