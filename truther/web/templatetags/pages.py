"""The few words the templates need beside Django's own."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince

from truther.config import config
from truther.models.votes import Choice
from truther.night import words
from truther.rules.keys import DEFAULTS
from truther.sources.media import BOXES, LATER

register = template.Library()
GAME_MODULES = [
    "closer",
    "deck",
    "decoder",
    "farewell",
    "foot",
    "keys",
    "naming",
    "outbox",
    "pane",
    "shelf",
    "sitting",
    "supply",
    "swipe",
]
SMALLEST = 320  # px: what the hero is never smaller than


@register.simple_tag
def fresh_id() -> str:
    """Return a new id for a vote: browsers without JavaScript send it, the others make their own."""
    return str(uuid.uuid4())


@register.simple_tag
def srcset(sha256: str, width: int, height: int) -> str:
    """Return the files of a picture with the width each really has: none is wider than the original.

    Args:
        width, height: of the original, pixels; 0 when unknown.
    """
    found: dict[int, str] = {}
    for size_px, (most_wide, most_high) in sorted((BOXES | LATER).items()):
        scale = min(1, most_wide / (width or most_wide), most_high / (height or most_high))
        wide = round((width or most_wide) * scale)
        if size_px >= SMALLEST and wide not in found:
            found[wide] = f"{reverse('media', args=[sha256, size_px])} {wide}w"
    return ", ".join(found.values())


@register.simple_tag
def game_modules() -> list[str]:
    """Return the addresses of the game's scripts, as they import each other, to be fetched all at once."""
    return [f"{settings.STATIC_URL}js/{name}.js" for name in GAME_MODULES]


@register.filter
def key_in(place: int, keys: Mapping[str, str] | str) -> str:
    """Return the key of the style at a place (0, 1, 2): the person's own, where the page knows it."""
    chosen = keys if isinstance(keys, Mapping) else DEFAULTS
    return chosen[("one", "two", "three")[place]]


@register.filter
def in_words(choice: str) -> str:
    """Return a choice as the game's own buttons say it."""
    words = {Choice.NONE: "None of these", Choice.NOT_DRESS: "Not a dress", Choice.CANT_TELL: "Can’t tell"}
    return words[Choice(choice)]


@register.filter
def ago(moment: datetime) -> str:
    """Return how long ago a moment was, in its largest unit."""
    if timezone.now() - moment < timedelta(minutes=1):
        return "just now"
    return f"{timesince(moment, depth=1)} ago"


@register.filter
def percent(share: float | None) -> str:
    """Return a share in [0, 1] as whole per cent without the sign; empty when there is none."""
    return "" if share is None else f"{100 * share:.0f}"


@register.filter
def seconds(value: float | None) -> str:
    """Return a span in seconds as people say it: 4.2 s, 3 min, 2 h."""
    if value is None:
        return "–"
    if value < 90:
        return f"{value:.1f} s" if value < 10 else f"{value:.0f} s"
    return f"{value / 60:.0f} min" if value < 5400 else f"{value / 3600:.1f} h"


@register.filter
def came_to(stage: dict[str, Any]) -> list[str]:
    """Return what a stage of a night came to, in sentences."""
    return words.brief(stage["name"], stage.get("result"))


@register.simple_tag
def mail_works() -> bool:
    """Say whether letters can be sent: without, nobody is offered a link by mail."""
    return bool(config.smtp_url)


@register.simple_tag
def signup_domain() -> str:
    """Return the domain whose people may register themselves, or ""."""
    return config.signup_domain


@register.simple_tag
def guests_welcome() -> bool:
    """Say whether anybody may play without an account."""
    return config.demo
