"""What the templates ask about the person who plays."""

from typing import Any

from django import template

from truther.config import config
from truther.flow import roll_up
from truther.models import Player
from truther.models.sitting import Recap, recap_of
from truther.web.clock import now_for

register = template.Library()


@register.simple_tag(takes_context=True)
def player(context: dict[str, Any]) -> Player:
    """Return what is known of the person who asked for the page."""
    return Player.objects.of(context["request"].user.get_username())


@register.filter
def enjoys(who: Player, feature: str) -> bool:
    """Say whether a part of the game is on for a person."""
    return who.enjoys(feature)


@register.simple_tag(takes_context=True)
def last_sitting(context: dict[str, Any]) -> Recap | None:
    """Return what the person's last sitting came to, or None before the first one."""
    request = context["request"]
    person_id, now = request.user.get_username(), now_for(request)
    roll_up.refresh(person_id, now=now)
    return recap_of(person_id, now=now, time_zone=config.time_zone)


@register.filter
def drawing(badge_id: str) -> str:
    """Return the template that draws a badge."""
    return f"people/badges/{badge_id}.svg"
