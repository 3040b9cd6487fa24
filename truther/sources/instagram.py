"""What was posted under a hashtag during the last day, from the Graph API.

Source: Hashtag Search and rate limiting in Meta's Graph API references.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from truther.config import config
from truther.sources.graph_errors import CoolDown, GraphError, NotConfigured, Unavailable, error_of
from truther.sources.graph_memory import GraphMemory
from truther.sources.graph_posts import post_of
from truther.sources.posts import Rejection, SourcePost

FIELDS = (
    "caption,children{id,media_type,media_url,permalink},comments_count,id,like_count,"
    "media_type,media_url,permalink,timestamp"
)
PAGE = 50
MOST_PAGES = 400  # 20,000 posts of one day
TRIES = 3
FULL_PERCENT = 90  # we stop before Instagram stops us
HOUR = timedelta(hours=1)  # the window of the app's limit


class GraphClient:
    """Asks the Graph API and keeps to its limits, across polls and processes."""

    def __init__(
        self,
        *,
        url: str,
        token: str,
        user_id: str,
        memory: GraphMemory,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """Open a client.

        Args:
            url: the API with its version.
            token: a long-lived access token.
            user_id: the business account that asks.
            memory: what former polls learned.
            pause: waits so many seconds before a second try.

        Raises:
            NotConfigured: token or account is empty.
        """
        if not token or not user_id:
            raise NotConfigured("Set TRUTHER_INSTAGRAM_TOKEN and TRUTHER_INSTAGRAM_USER to poll hashtags.")
        self._url, self._user, self._memory, self._pause = url.rstrip("/"), user_id, memory, pause
        # As a header the token appears in no log and in no error message.
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        self._client = httpx.Client(trust_env=False, timeout=20.0, headers=headers)

    @classmethod
    def configured(cls) -> "GraphClient":
        """Open the client that the settings describe."""
        memory = GraphMemory.load(config.data_dir / "instagram.json")
        return cls(
            url=config.instagram_url,
            token=config.instagram_token,
            user_id=config.instagram_user,
            memory=memory,
        )

    def close(self) -> None:
        """Close the sockets."""
        self._client.close()

    def recent_posts(self, tag: str, *, now: datetime) -> Iterator[SourcePost | Rejection]:
        """Yield the posts of the last 24 hours under a hashtag, each once.

        Raises:
            GraphError: one of its kinds, see graph_errors; what was yielded before stands.
        """
        name = tag.lstrip("#").casefold()
        if not name.isidentifier() and not name.isalnum():
            raise GraphError(f"{tag} is no hashtag")
        for node in self._media(self._hashtag_id(name, now=now), now=now):
            yield post_of(node, now=now)

    def _hashtag_id(self, name: str, *, now: datetime) -> str:
        if not self._memory.may_ask(name, now=now):
            raise CoolDown("30 different hashtags were asked this week", self._memory.free_at(now=now))
        if name not in self._memory.ids:
            data = self._get("/ig_hashtag_search", {"user_id": self._user, "q": name}, now=now).get("data")
            if not isinstance(data, list) or not data or not isinstance(data[0], dict) or "id" not in data[0]:
                raise GraphError(f"Instagram knows no hashtag {name}")
            self._memory.ids[name] = str(data[0]["id"])
        self._memory.note_asked(name, now=now)
        return self._memory.ids[name]

    def _media(self, hashtag_id: str, *, now: datetime) -> Iterator[Mapping[str, Any]]:
        """Walk the pages: `cursors.after` may be the same on every one, so only new ids mean progress."""
        path = f"/{hashtag_id}/recent_media"
        query = {"user_id": self._user, "fields": FIELDS, "limit": str(PAGE)}
        seen: set[str] = set()
        for _ in range(MOST_PAGES):
            page = self._get(path, query, now=now)
            data = page.get("data")
            nodes = [node for node in data if isinstance(node, dict)] if isinstance(data, list) else []
            fresh = {str(node.get("id")): node for node in nodes if str(node.get("id")) not in seen}
            yield from fresh.values()
            seen |= fresh.keys()
            following = _next_query(page)
            if not fresh or following is None:
                return
            query = query | following

    def _get(self, path: str, query: Mapping[str, str], *, now: datetime) -> Mapping[str, Any]:
        """Ask once, and again when that may heal.

        Raises:
            GraphError: one of its kinds.
        """
        for attempt in range(1, TRIES + 1):
            until = self._memory.cool_until
            if until is not None and until > now:
                raise CoolDown("Instagram's limit is nearly reached", until)
            try:
                return self._ask(path, query, now=now)
            except Unavailable:
                if attempt == TRIES:
                    raise
                self._pause(2.0**attempt)
        raise AssertionError("unreachable")

    def _ask(self, path: str, query: Mapping[str, str], *, now: datetime) -> Mapping[str, Any]:
        try:
            response = self._client.get(self._url + path, params=dict(query))
        except httpx.HTTPError as error:
            raise Unavailable(f"Instagram does not answer ({type(error).__name__})") from error
        self._heed_usage(response.headers, now=now)
        answer = _json_object(response)
        if "error" in answer or response.status_code != 200:
            told = answer.get("error")
            refusal = error_of(
                response.status_code, told if isinstance(told, dict) else {}, until=self._until(now=now)
            )
            if isinstance(refusal, CoolDown):
                self._cool_down(refusal.until)
            raise refusal
        return answer

    def _until(self, *, now: datetime) -> datetime:
        return max(self._memory.cool_until or now, now + HOUR)

    def _heed_usage(self, headers: Mapping[str, str], *, now: datetime) -> None:
        """Note when a limit is nearly used up: the page at hand is still good, the next question waits."""
        app = _json_header(headers, "x-app-usage")
        if any(value >= FULL_PERCENT for value in app.values() if isinstance(value, int | float)):
            self._cool_down(now + HOUR)
        for entries in _json_header(headers, "x-business-use-case-usage").values():
            for entry in entries if isinstance(entries, list) else []:
                minutes = entry.get("estimated_time_to_regain_access") if isinstance(entry, dict) else None
                if isinstance(minutes, int | float) and 0 < minutes < 100_000:
                    self._cool_down(now + timedelta(minutes=minutes))

    def _cool_down(self, until: datetime) -> None:
        self._memory.cool_until = max(until, self._memory.cool_until or until)
        self._memory.save()


def _next_query(page: Mapping[str, Any]) -> dict[str, str] | None:
    """Return what the next page's link asks for; its host and token are not trusted, only its questions."""
    paging = page.get("paging")
    link = paging.get("next") if isinstance(paging, dict) else None
    if not isinstance(link, str):
        return None
    asked = dict(parse_qsl(urlsplit(link).query))
    return {name: asked[name] for name in ("after", "limit") if name in asked}


def _json_object(response: httpx.Response) -> Mapping[str, Any]:
    """Return the answer; proxies and outages answer in HTML."""
    try:
        answer = response.json()
    except ValueError as error:
        raise Unavailable(f"Instagram answered HTTP {response.status_code} without JSON") from error
    if not isinstance(answer, dict):
        raise Unavailable(f"Instagram answered HTTP {response.status_code} with something strange")
    return answer


def _json_header(headers: Mapping[str, str], name: str) -> dict[str, Any]:
    try:
        found = json.loads(headers.get(name) or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
