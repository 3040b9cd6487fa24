"""A browser's part of the talk, as cheap as can be: one kept connection, cookies, the page's calls."""

import asyncio
import json
import re
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

MARK = re.compile(r'data-photo="([^"]+)"|value="style:([^"]+)"')
COOKIE = re.compile(rb"[Ss]et-[Cc]ookie: *csrftoken=([^;]+)")
LENGTH = re.compile(rb"[Cc]ontent-[Ll]ength: *(\d+)")


class Broken(RuntimeError):
    """The server answered something the page would not understand, or not at all."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One card as the page holds it."""

    photo_id: str
    options: tuple[str, ...]


class Browser:
    """One person's browser: signed in by a session's cookie, with a token from the page."""

    def __init__(self, port: int, session_key: str) -> None:
        self._port, self._session, self._token = port, session_key, ""
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def open(self) -> list[Seen]:
        """Load the whole page: its cards, and the token that votes are sent with."""
        head, body = await self._ask("GET", "/play/")
        found = COOKIE.search(head)
        if found is None:
            raise Broken("the page set no CSRF cookie")
        self._token = found[1].decode()
        return cards_in(body.decode())

    async def refill(self, have: Collection[str]) -> list[Seen]:
        """Ask for more cards, as the page does when few are left."""
        _, body = await self._ask("GET", f"/play/?have={quote(','.join(have))}", "HX-Request: true\r\n")
        return cards_in(body.decode())

    async def send(self, items: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Send votes from the outbox; returns their receipts."""
        headers = f"X-CSRFToken: {self._token}\r\nContent-Type: application/json\r\n"
        sent = json.dumps({"votes": list(items)}).encode()
        _, body = await self._ask("POST", "/api/v1/votes", headers, sent)
        receipts: list[dict[str, Any]] = json.loads(body)["receipts"]
        return receipts

    async def close(self) -> None:
        """Hang up."""
        if self._writer is not None:
            self._writer.close()
            self._reader = self._writer = None

    async def _ask(self, method: str, path: str, headers: str = "", body: bytes = b"") -> tuple[bytes, bytes]:
        """Ask, once more over a new connection when the server has closed the kept one meanwhile."""
        for last in (self._writer is None, True):
            try:
                return await self._exchange(method, path, headers, body)
            except (ConnectionError, asyncio.IncompleteReadError) as error:
                await self.close()
                if last:
                    raise Broken(f"{method} {path[:40]}: {error!r}") from error
        raise AssertionError("unreachable")

    async def _exchange(self, method: str, path: str, headers: str, body: bytes) -> tuple[bytes, bytes]:
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port, limit=2**20)
        cookies = f"sessionid={self._session}; csrftoken={self._token}"
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nCookie: {cookies}\r\n"
            f"{headers}Content-Length: {len(body)}\r\n\r\n"
        )
        self._writer.write(head.encode() + body)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        length = LENGTH.search(answer)
        if length is None:
            raise Broken(f"{method} {path[:40]}: an answer without a length")
        content = await self._reader.readexactly(int(length[1]))
        status = int(answer[9:12])
        if status != 200:
            raise Broken(f"{method} {path[:40]}: {status} {content[:200]!r}")
        return answer, content


def cards_in(page: str) -> list[Seen]:
    """Read the cards from a page or from the deck alone, in their order."""
    found: dict[str, list[str]] = {}
    photo_id = ""
    for match in MARK.finditer(page):
        if match[1]:
            photo_id = match[1]
            found.setdefault(photo_id, [])
        elif photo_id:
            found[photo_id].append(match[2])
    return [Seen(photo_id, tuple(options)) for photo_id, options in found.items()]


def fresh_id() -> str:
    """Name a vote as the page does."""
    return uuid.uuid4().hex
