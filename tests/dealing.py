"""People who are dealt photos and answer them, by the rooms themselves."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import MINUTE, NOON
from tests.factories import make_photo
from truther.config import config
from truther.flow import assign, verify
from truther.flow.assign import Hand

HOUR = timedelta(hours=1)
SHOWN = {
    *("photo_id", "image_sha", "width", "height", "caption", "hashtags", "taken_at", "options", "serve_id")
}


def mix(monkeypatch: pytest.MonkeyPatch, **shares: float) -> None:
    """Set how much is mixed into the walk: nothing that is not named."""
    nothing = {"audit_share": 0.0, "random_share": 0.0, "gold_dose": 0.0, "dosed_sessions": 0.0}
    changed = config.model_copy(update=nothing | shares)
    monkeypatch.setattr(assign, "config", changed)


def make_photos(count: int, **values: Any) -> list[str]:
    """Make photos one hour apart, newest first."""
    return [
        make_photo(f"p{number:03d}", taken_at=NOON - number * HOUR, **values).pk for number in range(count)
    ]


def deal(
    person: str = "ann", *, key: str = "", fresh: int = 4, minute: int = 0, have: Sequence[str] = ()
) -> Hand:
    """Deal a hand in a session named after the person."""
    return assign.deal(
        session_key=key or f"{person}-key",
        person_id=person,
        now=NOON + minute * MINUTE,
        fresh=fresh,
        have=have,
    )


def photos_in(hand: Hand) -> list[str]:
    """Return the ids of the photos in a hand."""
    return [card.photo_id for card in hand.cards]


def answer(person: str, photo_id: str, minute: int = 0, choice: str = "cant_tell") -> None:
    """Let a person answer a photo."""
    verdict = verify.Verdict(f"vote-{person}-{photo_id}", photo_id, choice)
    verify.cast_vote(verdict, person_id=person, now=NOON + minute * MINUTE)


def walk_through(person: str = "ann", *, key: str = "", most: int = 100) -> list[str]:
    """Answer card after card until nothing is left, and return the photos in order."""
    met = []
    for minute in range(most):
        hand = deal(person, key=key, minute=minute)
        if hand.current is None:
            break
        met.append(hand.current.photo_id)
        answer(person, hand.current.photo_id, minute)
    return met
