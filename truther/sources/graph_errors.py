"""What the Graph API can refuse, by what one has to do about it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any


class GraphError(RuntimeError):
    """Instagram refuses; the text says what and why, for people."""


class NotConfigured(GraphError):
    """No token or no account is configured."""


class Unavailable(GraphError):
    """Instagram is out of order for the moment: the next poll tries again."""


class CoolDown(GraphError):
    """We have asked too much, or too many hashtags; nothing is asked again before `until`."""

    def __init__(self, message: str, until: datetime) -> None:
        """Say why and until when (aware UTC)."""
        super().__init__(f"{message}; nothing is asked before {until:%Y-%m-%d %H:%M} UTC")
        self.until = until


class TokenExpired(GraphError):
    """The access token has to be renewed by an admin."""


class NoPermission(GraphError):
    """The app or the account may not ask this."""


class Blocked(GraphError):
    """Instagram asks us to stop."""


RETRY = frozenset({1, 2})
TOO_MUCH = frozenset({4, 17, 32, 613, 80002})
TOKEN = frozenset({102, 190})
FORBIDDEN = frozenset({3, 10, *range(200, 300)})
STOP = 368


def error_of(status: int, error: Mapping[str, Any], *, until: datetime) -> GraphError:
    """Return the refusal that an answer's `error` object means.

    Args:
        status: the HTTP status, which says less than the code.
        error: {"message", "type", "code", "error_subcode", "fbtrace_id"}, any of them missing.
        until: when to ask again if it asks for a cool down.

    Source: FACTS of the Graph API's error handling and rate limit references.
    """
    code = error.get("code")
    trace = f"code {code}, HTTP {status}, trace {error.get('fbtrace_id')}"
    what = f"{error.get('message') or 'no message'} ({trace})"
    if code in TOO_MUCH:
        return CoolDown(f"Instagram's limit is reached: {what}", until)
    if code in TOKEN:
        return TokenExpired(f"Renew TRUTHER_INSTAGRAM_TOKEN: {what}")
    if code in FORBIDDEN:
        return NoPermission(f"Instagram does not permit this: {what}")
    if code == STOP:
        return Blocked(f"Instagram blocks us: stop polling and look at the app's dashboard: {what}")
    if code in RETRY or status >= 500:
        return Unavailable(f"Instagram is out of order: {what}")
    return GraphError(f"Instagram refuses: {what}")
